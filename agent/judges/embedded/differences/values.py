"""Dates and amounts of a claim that the evidence has otherwise; names and words are elsewhere."""

from collections.abc import Iterator

from probandum.agent.judges.embedded.alignment import Comparison, Found
from probandum.agent.judges.embedded.differences.difference import NEAR_ENOUGH, Clash, comparable_at
from probandum.agent.language.analysis import Line, Shown
from probandum.agent.language.dates import Date, agree
from probandum.agent.language.quantities import Quantity, allows, comparable, same
from probandum.agent.taxonomy import ErrorType


def dates(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    """Dates that stand nowhere in the evidence, beside another one in a line about the same."""
    for date in comparison.claim.dates:
        if any(agree(date, other) for other in evidence.dates) or (not date.month and str(date.year) in evidence.index):
            continue
        for found in comparison.best:
            rival = _rival_date(date, found.line)
            if rival and comparable_at(comparison, found.line, start=date.start, end=date.end, enough=NEAR_ENOUGH):
                yield _clash(ErrorType.TEMPORAL, comparison, date, rival, found)
                break


def quantities(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    """Amounts that stand nowhere in the evidence, beside another one of the same unit in a line about the same."""
    claim = comparison.claim
    for quantity in claim.quantities:
        if any(same(quantity, other) for other in evidence.quantities) or f"{quantity.value:g}" in evidence.index:
            continue
        for found in comparison.best:
            rivals = [q for q in found.line.quantities if comparable(quantity, q)]
            near = comparable_at(comparison, found.line, start=quantity.start, end=quantity.end, enough=NEAR_ENOUGH)
            if rivals and near and not any(allows(claim.text, quantity, rival) for rival in rivals):
                yield _clash(ErrorType.NUMBER, comparison, quantity, rivals[0], found)
                break


def _rival_date(date: Date, line: Line) -> Date | None:
    return next(
        (d for d in line.dates if any(mine and theirs for mine, theirs in zip(date[2:], d[2:], strict=True))), None
    )


def _clash(
    kind: ErrorType, comparison: Comparison, mine: Date | Quantity, theirs: Date | Quantity, found: Found
) -> Clash:
    said, instead = comparison.claim.text[mine.start : mine.end], found.line.text[theirs.start : theirs.end]
    return Clash(kind, said, instead, found, hard=True)
