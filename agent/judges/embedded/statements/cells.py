"""A claim beside the row of a table that it names: the value or the words that this row has in its column."""

from collections.abc import Sequence

from probandum.agent.judges.embedded.statements.columns import over_column
from probandum.agent.judges.embedded.statements.comparison import ReadClaim
from probandum.agent.judges.embedded.statements.statement import stands_in
from probandum.agent.judges.embedded.statements.table import (
    CellFinding,
    ReadCell,
    Table,
    TableRow,
    keys_of,
    numbers_in,
    truth_of,
)
from probandum.agent.language.values.comparison import FOLLOWS, Relation, compare
from probandum.agent.language.values.value import Kind, Value
from probandum.agent.taxonomy import ErrorType

_FREE_WORDS = 1
"""How many words of a claim may say what no cell says: the verb that stands for the column."""
_TOLD = 0.5
"""Share of a claim's words that the row has, with its name and headings, where the row says whether it was done."""
_MOST_OTHERS = 1_000
"""Other rows in which a word is looked for that stands in another cell of the column."""
_TEMPORAL = (Kind.DATE, Kind.CLOCK, Kind.DURATION)


def by_cells(claim: ReadClaim, table: Table) -> CellFinding | None:
    """What the rows that a claim names say of it; None where it names none, or they do not tell."""
    if not table.rows:
        return None
    named = table.named(frozenset(word.key for word in claim.read.words if word.content))
    return over_column(claim, table, named) or _in_rows(claim, table, named)


def _in_rows(claim: ReadClaim, table: Table, named: Sequence[TableRow]) -> CellFinding | None:
    """The claim beside the cells of the one row that it names."""
    tools = table.switches
    if len(named) != 1 and len(tools) == 1 and (told := _switch(claim, tools[0])):
        return told
    if len({row.name for row in named}) != 1:
        return None
    own, others = named, [row for row in table.rows[:_MOST_OTHERS] if row not in named]
    if any(truth_of(cell) is not None for cell in own[0].cells) and (told := _switch(claim, own[0])):
        return told
    naming = " ".join(
        cell.column for cell in own[0].statement.sentence.cells if cell.value == own[0].statement.sentence.row
    )
    around = own[0].statement.around | own[0].name | keys_of(naming)
    values = [value for value in claim.values if not _is_in_name(value, claim, own[0])]
    cells = [cell for row in own for cell in row.cells]
    columns = [cell for cell in cells if _mentions(claim, cell, own[0].name)]
    numbered = [
        cell
        for cell in columns
        if numbers_in(cell.cell.column) and numbers_in(cell.cell.column) <= numbers_in(claim.text)
    ]
    if numbered and len(columns) > 1:  # "Seats 2026" beside "Seats 2021"
        columns = numbered
        years = {number for cell in numbered for number in numbers_in(cell.cell.column)}
        values = [value for value in values if value.text.strip() not in years]
    for value in values:
        if value.kind is Kind.DATE and not any(v.kind is Kind.DATE for cell in cells for v in cell.values):
            values = [each for each in values if each is not value]  # what year the table is of stands above it
    words = [
        key for key in claim.keys if not stands_in(key, around) and not any(stands_in(key, c.column) for c in cells)
    ]
    if values:
        return _by_values(claim, own, columns, values, words)
    return _by_words(own, others, columns, words)


def _mentions(claim: ReadClaim, cell: ReadCell, name: frozenset[str]) -> bool:
    unit = keys_of(cell.cell.unit)
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
        cell, _ = comparable[0]
        kind = ErrorType.TEMPORAL if value.kind in _TEMPORAL else ErrorType.NUMBER
        return CellFinding.differing((statement,), kind, value.text.strip(), cell.cell.value)
    if len(words) > _FREE_WORDS or claim.wording.denies or claim.wording.superlative:
        return None
    return CellFinding.agreeing((statement,))


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
        return CellFinding.agreeing((own[0].statement,))
    for row in others:
        for cell in row.cells:
            rival = next((each for each in cells if each.cell.column == cell.cell.column), None)
            if rival and _holds(cell, words):
                return CellFinding.differing((own[0].statement,), ErrorType.ENTITY, cell.cell.value, rival.cell.value)
    return None


def _holds(cell: ReadCell, words: Sequence[str]) -> bool:
    """Whether a cell says all of some words, or all that it says is among them and but one word is left."""
    left = [word for word in words if not stands_in(word, cell.words)]
    return not left or (len(left) <= _FREE_WORDS and bool(cell.words) and cell.words <= frozenset(words))


def _switch(claim: ReadClaim, row: TableRow) -> CellFinding | None:
    """A claim that says whether something was done, beside the cell that says so."""
    for cell in row.cells:
        truth = truth_of(cell)
        if truth is None or not any(key in cell.column for key in claim.keys):
            continue
        known = row.name | row.statement.around | row.statement.keys
        if sum(stands_in(key, known) for key in claim.keys) < _TOLD * len(claim.keys):
            continue
        if truth is not claim.wording.denies:
            return CellFinding.agreeing((row.statement,))
        return CellFinding.differing(
            (row.statement,), ErrorType.OTHER, claim.text, f"{cell.cell.column} {cell.cell.value}"
        )
    return None
