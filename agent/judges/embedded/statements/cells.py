"""A claim beside the rows of tables: the value that its row has in its column, sums and extremes over a column."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from probandum.agent.evidence.sentences import Cell
from probandum.agent.judges.embedded.statements.comparison import ReadClaim
from probandum.agent.judges.embedded.statements.statement import Statement, content_keys, stands_in
from probandum.agent.language.analysis import analyze_sentence
from probandum.agent.language.tokens import stem
from probandum.agent.language.values.comparison import FOLLOWS, Relation, compare
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Kind, Value
from probandum.agent.taxonomy import ErrorType

_FREE_WORDS = 1
"""How many words of a claim may say what no cell says: the verb that stands for the column."""
_TEMPORAL = (Kind.DATE, Kind.CLOCK, Kind.DURATION)
_PAIR = 2


@dataclass(frozen=True, eq=False)
class TableRow:
    """A row as a claim is compared with it."""

    statement: Statement
    name: frozenset[str]
    """The words of the row's own name."""
    cells: tuple["ReadCell", ...]


class ReadCell(NamedTuple):
    """One cell beside the one that names the row."""

    cell: Cell
    column: frozenset[str]
    """The words of its column, those of the unit among them."""
    values: tuple[Value, ...]
    words: frozenset[str]


class CellFinding(NamedTuple):
    """What the rows say of a claim."""

    supported: bool
    statements: tuple[Statement, ...]
    type: ErrorType | None = None
    claim: str = ""
    evidence: str = ""


def rows_of(statements: Sequence[Statement]) -> tuple[TableRow, ...]:
    """The rows of tables, records and lists among the statements."""
    return tuple(_row(each) for each in statements if each.sentence.cells)


def by_cells(claim: ReadClaim, rows: Sequence[TableRow]) -> CellFinding | None:
    """What the rows that a claim names say of it; None where it names none, or they do not tell."""
    named = _named(claim, rows)
    return _over_column(claim, rows, named) or _in_rows(claim, rows, named)


def _row(statement: Statement) -> TableRow:
    sentence = statement.sentence
    cells = tuple(_cell(cell) for cell in sentence.cells if cell.value and cell.value != sentence.row)
    return TableRow(statement, _keys(sentence.row.replace("_", " ")), cells)


def _cell(cell: Cell) -> ReadCell:
    told = f"{cell.value} {cell.unit}" if cell.unit and cell.unit.lower() not in cell.value.lower() else cell.value
    column = cell.column.replace("_", " ").replace(".", " ")
    return ReadCell(cell, _keys(column), read_values(told), _keys(cell.value))


def _keys(text: str) -> frozenset[str]:
    return frozenset(word.key for word in analyze_sentence(text).words if word.content)


def _named(claim: ReadClaim, rows: Sequence[TableRow]) -> list[TableRow]:
    """The rows whose whole name stands in the claim, or its first word where that is nobody else's."""
    whole = frozenset(word.key for word in claim.read.words if word.content)
    found = [row for row in rows if row.name and row.name <= whole]
    return [row for row in found if not any(row.name < other.name for other in found)]


def _in_rows(claim: ReadClaim, rows: Sequence[TableRow], named: Sequence[TableRow]) -> CellFinding | None:
    """The claim beside the cells of the one row that it names."""
    tools = [row for row in rows if any(_truth(cell) is not None for cell in row.cells)]
    if len(named) != 1 and len(tools) == 1 and (told := _switch(claim, tools[0])):
        return told
    if len({row.name for row in named}) != 1:
        return None
    own, others = named, [row for row in rows if row not in named]
    if any(_truth(cell) is not None for cell in own[0].cells) and (told := _switch(claim, own[0])):
        return told
    naming = " ".join(cell.column for cell in own[0].statement.sentence.cells if cell.value == own[0].statement.sentence.row)
    around = own[0].statement.around | own[0].name | _keys(naming)
    values = [value for value in claim.values if not _is_in_name(value, claim, own[0])]
    cells = [cell for row in own for cell in row.cells]
    columns = [cell for cell in cells if _mentions(claim, cell, own[0].name)]
    for value in values:
        if value.kind is Kind.DATE and not any(v.kind is Kind.DATE for cell in cells for v in cell.values):
            values = [each for each in values if each is not value]  # what year the table is of stands above it
    words = [key for key in claim.keys if not stands_in(key, around) and not any(stands_in(key, c.column) for c in cells)]
    if values:
        return _by_values(claim, own, columns, values, words)
    return _by_words(own, others, columns, words)


def _mentions(claim: ReadClaim, cell: ReadCell, name: frozenset[str]) -> bool:
    unit = _keys(cell.cell.unit)
    told = cell.column - unit - name
    return any(stands_in(key, frozenset(claim.keys)) for key in told)


def _is_in_name(value: Value, claim: ReadClaim, row: TableRow) -> bool:
    words = [w.key for w in claim.read.words if value.start <= w.start < value.end and w.content]
    return bool(words) and all(word in row.name for word in words)


def _by_values(
    claim: ReadClaim,
    own: Sequence[TableRow],
    columns: Sequence[ReadCell],
    values: Sequence[Value],
    words: Sequence[str],
) -> CellFinding | None:
    statement = own[0].statement
    cells = columns or [cell for row in own for cell in row.cells]
    for value in values:
        comparable = [(cell, other) for cell in cells for other in cell.values if _same_measure(value, other, cell)]
        agree = [_agrees(value, other) for _, other in comparable]
        if any(agree):
            if not all(agree) and len(columns) > 1:
                return None  # this year's seats or last year's
            continue
        if not comparable or len({cell.cell.column for cell, _ in comparable}) > 1:
            return None
        cell, other = comparable[0]
        kind = ErrorType.TEMPORAL if value.kind in _TEMPORAL else ErrorType.NUMBER
        return CellFinding(False, (statement,), kind, value.text.strip(), cell.cell.value)
    if len(words) > _FREE_WORDS or claim.wording.denies or claim.wording.superlative:
        return None
    return CellFinding(True, (statement,))


def _same_measure(value: Value, other: Value, cell: ReadCell) -> bool:
    if compare(value, other) is not Relation.UNRELATED:
        return True
    counts = value.kind is Kind.COUNT and other.kind is Kind.COUNT
    return counts and (not other.unit or not value.unit or value.unit in cell.column)


def _agrees(value: Value, other: Value) -> bool:
    if compare(value, other) in FOLLOWS:
        return True
    return value.kind is Kind.COUNT and other.kind is Kind.COUNT and value.low == other.low and value.high == other.high


def _by_words(
    own: Sequence[TableRow], others: Sequence[TableRow], columns: Sequence[ReadCell], words: Sequence[str]
) -> CellFinding | None:
    """The claim's other words as the text of a cell: there, or in the same column of another row."""
    if not words:
        return None
    cells = columns or [cell for row in own for cell in row.cells]
    if any(_holds(cell, words) for cell in cells):
        return CellFinding(True, (own[0].statement,))
    for row in others:
        for cell in row.cells:
            rival = next((each for each in cells if each.cell.column == cell.cell.column), None)
            if rival and _holds(cell, words):
                return CellFinding(False, (own[0].statement,), ErrorType.ENTITY, cell.cell.value, rival.cell.value)
    return None


def _holds(cell: ReadCell, words: Sequence[str]) -> bool:
    """Whether a cell says all of some words, or all that it says is among them and but one word is left."""
    left = [word for word in words if not stands_in(word, cell.words)]
    return not left or (len(left) <= _FREE_WORDS and bool(cell.words) and cell.words <= frozenset(words))


def _truth(cell: ReadCell) -> bool | None:
    """Whether a cell says yes or no; None where it says something else."""
    said = cell.cell.value.strip().lower()
    if said in _table()["yes"].split():
        return True
    return False if said in _table()["no"].split() else None


def _switch(claim: ReadClaim, row: TableRow) -> CellFinding | None:
    """A claim that says whether something was done, beside the cell that says so."""
    for cell in row.cells:
        truth = _truth(cell)
        if truth is None or not any(_is_act(key, cell.column) for key in claim.keys):
            continue
        if truth is not claim.wording.denies:
            return CellFinding(True, (row.statement,))
        return CellFinding(False, (row.statement,), ErrorType.OTHER, claim.text, f"{cell.cell.column} {cell.cell.value}")
    return None


def _is_act(key: str, column: frozenset[str]) -> bool:
    return key in column


def _over_column(claim: ReadClaim, rows: Sequence[TableRow], named: Sequence[TableRow]) -> CellFinding | None:
    """Sums, extremes and comparisons over the rows of one column."""
    if claim.wording.together:
        return _sum(claim, rows, named)
    found = _extreme(claim)
    if found is None:
        return None
    keys, sign, superlative = found
    column = _column(claim, rows, keys)
    if column is None:
        return None
    told = [(row, value) for row in rows if (value := _value_in(row, column)) is not None]
    if superlative and len({row.name for row in named}) == 1 and len(told) > 1:
        best = max(told, key=lambda pair: sign * pair[1].low)
        return _compared(named[0] in [row for row, value in told if value.low == best[1].low], named[0], best[0], column)
    if not superlative and len(named) == _PAIR:
        order = sorted(named, key=lambda row: _place(claim, row))
        values = [_value_in(row, column) for row in order]
        if None not in values:
            one, other = values[0], values[1]
            return _compared(sign * (one.low - other.low) > 0, order[0], order[1], column)  # type: ignore[union-attr]
    return None


def _compared(holds: bool, row: TableRow, other: TableRow, column: str) -> CellFinding:  # noqa: FBT001 - the finding itself
    statements = tuple(dict.fromkeys((row.statement, other.statement)))
    if holds:
        return CellFinding(True, statements)
    return CellFinding(False, statements, ErrorType.NUMBER, row.statement.sentence.row, other.statement.text)


def _extreme(claim: ReadClaim) -> tuple[frozenset[str], int, bool] | None:
    """Words of the column that a claim compares by, the direction, and whether it says the most of all."""
    table = _table()
    words = [word.text.lower() for word in claim.read.words]
    for place, word in enumerate(words):
        base = _base(word)
        more = place > 0 and words[place - 1] in ("more", "most", "less", "least")
        if base in table["measures"] and (base != word or more):
            keys, sign = table["measures"][base]
            turned = place > 0 and words[place - 1] in ("less", "least")
            superlative = word.endswith("est") or words[place - 1] in ("most", "least")
            return _keys(keys), -sign if turned else sign, superlative
        for name, sign, superlative in (("most", 1, True), ("least", -1, True), ("more", 1, False), ("less", -1, False)):
            if word in table[name].split() and not (more or _follows_measure(words, place)):
                return frozenset(), sign, superlative
    return None


def _follows_measure(words: Sequence[str], place: int) -> bool:
    return place + 1 < len(words) and words[place + 1] in _table()["measures"]


def _base(word: str) -> str:
    """An adjective without the ending of comparison: cheapest, earlier, bigger."""
    for ending in ("iest", "ier"):
        if word.endswith(ending):
            return word.removesuffix(ending) + "y"
    for ending in ("est", "er"):
        root = word.removesuffix(ending)
        if root != word:
            known = _table()["measures"]
            return next((each for each in (root, root + "e", root[:-1]) if each in known), word)
    return word


def _column(claim: ReadClaim, rows: Sequence[TableRow], keys: frozenset[str]) -> str | None:
    """The one column that the claim compares by: named by it, or what its adjective is about."""
    columns: dict[str, frozenset[str]] = {}
    for row in rows:
        for cell in row.cells:
            if len(cell.values) == 1:
                columns.setdefault(cell.cell.column, cell.column)
    said = frozenset(claim.keys)
    named = [name for name, words in columns.items() if any(stands_in(word, said) for word in words)]
    about = [name for name, words in columns.items() if not keys.isdisjoint(words)]
    found = about or named
    return found[0] if len(found) == 1 else None


def _value_in(row: TableRow, column: str) -> Value | None:
    return next((cell.values[0] for cell in row.cells if cell.cell.column == column and len(cell.values) == 1), None)


def _place(claim: ReadClaim, row: TableRow) -> int:
    return next((word.start for word in claim.read.words if word.key in row.name), 0)


def _sum(claim: ReadClaim, rows: Sequence[TableRow], named: Sequence[TableRow]) -> CellFinding | None:
    column = _column(claim, rows, frozenset())
    if column is None:
        return None
    told = [(row, value) for row in (named or rows) if (value := _value_in(row, column)) is not None]
    total = sum(value.low for _, value in told)
    statements = tuple(row.statement for row, _ in told)
    for value in claim.values:
        if value.low == total and value.is_point and len(told) > 1:
            return CellFinding(True, statements)
    rivals = [value for value in claim.values if value.kind is told[0][1].kind and value.low != len(told)] if told else []
    if len(told) > 1 and len(rivals) == 1:
        return CellFinding(False, statements, ErrorType.NUMBER, rivals[0].text.strip(), f"{total:g}")
    return None


@cache
def _table() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("columns.json").read_text(encoding="utf-8"))
    return loaded
