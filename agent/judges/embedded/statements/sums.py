"""Totals and differences that a claim gives of what several statements say one by one."""

from collections.abc import Sequence

from probandum.agent.judges.embedded.statements.comparison import ReadClaim
from probandum.agent.judges.embedded.statements.statement import Statement, StatementIndex, stands_in
from probandum.agent.judges.embedded.statements.table import CellFinding
from probandum.agent.language.tokens import stem
from probandum.agent.language.values.value import Kind, Value
from probandum.agent.taxonomy import ErrorType

_ADDED = (Kind.COUNT, Kind.QUANTITY, Kind.MONEY, Kind.DURATION)
_SHARED = 0.5
"""Share of the claim's content words that a statement must have to be one of those that are added up."""
_ADDING = frozenset(map(stem, ("together", "total", "combined", "altogether", "overall", "sum")))
_TWO, _MOST = 2, 12
_EQUAL = 1e-6


def by_sum(claim: ReadClaim, index: StatementIndex) -> CellFinding | None:
    """A claim that says what several things come to, or how far two are apart; None where nothing is to add."""
    apart = bool(claim.wording.apart)
    if not (claim.wording.together or apart) or not claim.keys:
        return None
    for total in claim.values:
        if not total.is_point or total.kind not in _ADDED:
            continue
        parts = _parts(claim, total, [statement for _, statement in index.candidates(claim.keys)])
        if len(parts) < _TWO or len(parts) > (_TWO if apart else _MOST):
            continue
        given = [value.low for _, value in parts]
        added = abs(given[0] - given[1]) if apart else sum(given)
        told = tuple(statement for statement, _ in parts)
        if abs(added - total.low) <= _EQUAL * abs(added):
            return CellFinding.agreeing(told)
        said = (" and " if apart else " + ").join(value.text.strip() for _, value in parts)
        return CellFinding.differing(told, ErrorType.NUMBER, total.text.strip(), f"{said}: {added:g}")
    return None


def _parts(claim: ReadClaim, total: Value, statements: Sequence[Statement]) -> list[tuple[Statement, Value]]:
    """The statements about the same that each give one value of the total's kind and unit."""
    wanted = [key for key in claim.keys if key not in _ADDING]
    found = []
    for statement in statements:
        alike = [v for v in statement.values if v.kind is total.kind and v.unit == total.unit and v.is_point]
        shared = sum(stands_in(key, statement.keys) for key in wanted)
        if len(alike) == 1 and wanted and shared >= _SHARED * len(wanted):
            found.append((statement, alike[0]))
    return sorted(found, key=lambda pair: (pair[0].item.id, pair[0].sentence.start))
