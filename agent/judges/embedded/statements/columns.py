"""Sums, extremes and comparisons over the rows of one column."""

from collections.abc import Sequence

from probandum.agent.judges.embedded.statements.comparison import ReadClaim
from probandum.agent.judges.embedded.statements.statement import stands_in
from probandum.agent.judges.embedded.statements.table import (
    CellFinding,
    Table,
    TableRow,
    keys_of,
    numbers_in,
    word_table,
)
from probandum.agent.taxonomy import ErrorType

_PAIR = 2


def over_column(claim: ReadClaim, table: Table, named: Sequence[TableRow]) -> CellFinding | None:
    """Sums, extremes and comparisons over the rows of one column."""
    if claim.wording.together:
        return _sum(claim, table, named)
    found = _extreme(claim)
    if found is None:
        return None
    keys, sign, superlative = found
    column = _column(claim, table, keys)
    if column is None:
        return None
    told = table.column(column)
    if superlative and len({row.name for row in named}) == 1 and len(told) > 1:
        best = max(told, key=lambda pair: sign * pair[1].low)
        holds = any(row is named[0] and value.low == best[1].low for row, value in told)
        return _compared(named[0], best[0], holds=holds)
    if not superlative and len(named) == _PAIR:
        order = sorted(named, key=lambda row: _place(claim, row))
        values = [row.value_in(column) for row in order]
        if None not in values:
            one, other = values[0], values[1]
            return _compared(order[0], order[1], holds=sign * (one.low - other.low) > 0)  # type: ignore[union-attr]
    return None


def _compared(row: TableRow, other: TableRow, *, holds: bool) -> CellFinding:
    statements = tuple(dict.fromkeys((row.statement, other.statement)))
    if holds:
        return CellFinding.agreeing(statements)
    return CellFinding.differing(statements, ErrorType.NUMBER, row.statement.sentence.row, other.statement.text)


def _extreme(claim: ReadClaim) -> tuple[frozenset[str], int, bool] | None:
    """Words of the column that a claim compares by, the direction, and whether it says the most of all."""
    table = word_table()
    words = [word.text.lower() for word in claim.read.words]
    for place, word in enumerate(words):
        base = _base(word)
        more = place > 0 and words[place - 1] in ("more", "most", "less", "least")
        if base in table["measures"] and (base != word or more):
            keys, sign = table["measures"][base]
            turned = place > 0 and words[place - 1] in ("less", "least")
            superlative = word.endswith("est") or words[place - 1] in ("most", "least")
            return keys_of(keys), -sign if turned else sign, superlative
        for name, sign, superlative in (
            ("most", 1, True),
            ("least", -1, True),
            ("more", 1, False),
            ("less", -1, False),
        ):
            if word in table[name].split() and not (more or _follows_measure(words, place)):
                return frozenset(), sign, superlative
    return None


def _follows_measure(words: Sequence[str], place: int) -> bool:
    return place + 1 < len(words) and words[place + 1] in word_table()["measures"]


def _base(word: str) -> str:
    """An adjective without the ending of comparison: cheapest, earlier, bigger."""
    for ending in ("iest", "ier"):
        if word.endswith(ending):
            return word.removesuffix(ending) + "y"
    for ending in ("est", "er"):
        root = word.removesuffix(ending)
        if root != word:
            known = word_table()["measures"]
            return next((each for each in (root, root + "e", root[:-1]) if each in known), word)
    return word


def _column(claim: ReadClaim, table: Table, keys: frozenset[str]) -> str | None:
    """The one column that the claim compares by: named by it, or what its adjective is about."""
    columns: dict[str, frozenset[str]] = {}
    for row in table.rows:
        for cell in row.cells:
            if len(cell.values) == 1:
                columns.setdefault(cell.cell.column, cell.column)
    said = frozenset(claim.keys)
    named = [name for name, words in columns.items() if any(stands_in(word, said) for word in words)]
    about = [name for name, words in columns.items() if not keys.isdisjoint(words)]
    found = about or named
    if len(found) > 1:  # "Seats 2026" beside "Seats 2021"
        found = [name for name in found if (numbers := numbers_in(name)) and numbers <= numbers_in(claim.text)]
    return found[0] if len(found) == 1 else None


def _place(claim: ReadClaim, row: TableRow) -> int:
    return next((word.start for word in claim.read.words if word.key in row.name), 0)


def _sum(claim: ReadClaim, table: Table, named: Sequence[TableRow]) -> CellFinding | None:
    column = _column(claim, table, frozenset())
    if column is None:
        return None
    told = [pair for pair in table.column(column) if not named or pair[0] in named]
    total = sum(value.low for _, value in told)
    statements = tuple(row.statement for row, _ in told)
    for value in claim.values:
        if value.low == total and value.is_point and len(told) > 1:
            return CellFinding.agreeing(statements)
    rivals = (
        [value for value in claim.values if value.kind is told[0][1].kind and value.low != len(told)] if told else []
    )
    if len(told) > 1 and len(rivals) == 1:
        return CellFinding.differing(statements, ErrorType.NUMBER, rivals[0].text.strip(), f"{total:g}")
    return None
