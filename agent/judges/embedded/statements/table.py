"""The rows of tables, records and lists made ready for comparison, and found by their names."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from probandum.agent.evidence.sentences import Cell
from probandum.agent.judges.embedded.statements.statement import Statement, StatementIndex
from probandum.agent.language.analysis import analyze_sentence
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Value
from probandum.agent.taxonomy import ErrorType

_DIGITS = re.compile(r"\d+")
_MOST_NAMED = 200
"""Rows that are looked at for one word of their names."""


@dataclass(frozen=True, eq=False)
class TableRow:
    """A row as a claim is compared with it."""

    statement: Statement
    name: frozenset[str]
    """The words of the row's own name."""
    cells: tuple["ReadCell", ...]

    def value_in(self, column: str) -> Value | None:
        """The one value of its cell in a column; None where it has none, or several."""
        return next((c.values[0] for c in self.cells if c.cell.column == column and len(c.values) == 1), None)


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

    @classmethod
    def agreeing(cls, statements: tuple[Statement, ...]) -> "CellFinding":
        """The statements have what the claim says."""
        return cls(supported=True, statements=statements)

    @classmethod
    def differing(cls, statements: tuple[Statement, ...], kind: ErrorType, claim: str, evidence: str) -> "CellFinding":
        """The statements have something else in its place."""
        return cls(supported=False, statements=statements, type=kind, claim=claim, evidence=evidence)


class Table:
    """All rows of the evidence."""

    def __init__(self, index: StatementIndex) -> None:
        self.rows = tuple(_row(each) for each in index.statements if each.sentence.cells)
        shapes = Counter(_columns(row) for row in self.rows)
        self.switches = tuple(
            row
            for row in self.rows
            if shapes[_columns(row)] == 1 and any(truth_of(cell) is not None for cell in row.cells)
        )
        """Rows of a shape of their own with a cell that says yes or no: results of tools."""
        self._by_name: dict[str, list[TableRow]] = {}
        for row in self.rows:
            for key in row.name:
                held = self._by_name.setdefault(key, [])
                if len(held) < _MOST_NAMED:
                    held.append(row)

    def named(self, words: frozenset[str]) -> list[TableRow]:
        """The rows whose whole name stands among some words, in order; of two such names the longer one counts."""
        some = {id(row): row for word in words for row in self._by_name.get(word, ()) if row.name <= words}
        found = [row for row in some.values() if not any(row.name < other.name for other in some.values())]
        return sorted(found, key=lambda row: (row.statement.item.id, row.statement.sentence.start))

    def column(self, name: str) -> tuple[tuple[TableRow, Value], ...]:
        """The one value that each row has in a column."""
        return tuple((row, value) for row in self.rows if (value := row.value_in(name)) is not None)


@lru_cache(maxsize=64)
def read_table(index: StatementIndex) -> Table:
    """The rows of the evidence; kept as long as the statements are."""
    return Table(index)


def _row(statement: Statement) -> TableRow:
    sentence = statement.sentence
    cells = tuple(_cell(cell) for cell in sentence.cells if cell.value and cell.value != sentence.row)
    return TableRow(statement, keys_of(sentence.row.replace("_", " ")), cells)


def _cell(cell: Cell) -> ReadCell:
    told = f"{cell.value} {cell.unit}" if cell.unit and cell.unit.lower() not in cell.value.lower() else cell.value
    column = cell.column.replace("_", " ").replace(".", " ")
    return ReadCell(cell, keys_of(column), read_values(told), keys_of(cell.value))


def numbers_in(text: str) -> frozenset[str]:
    """The numbers in a text as they are written, which tell columns of one name apart."""
    return frozenset(_DIGITS.findall(text))


def keys_of(text: str) -> frozenset[str]:
    """The keys of the content words of a text."""
    return frozenset(word.key for word in analyze_sentence(text).words if word.content)


def _columns(row: TableRow) -> tuple[str, ...]:
    return tuple(cell.cell.column for cell in row.cells)


def truth_of(cell: ReadCell) -> bool | None:
    """Whether a cell says yes or no; None where it says something else."""
    said = cell.cell.value.strip().lower()
    if said in word_table()["yes"].split():
        return True
    return False if said in word_table()["no"].split() else None


@cache
def word_table() -> Mapping[str, Any]:
    """The words by which cells and columns are told, out of ``columns.json``."""
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("columns.json").read_text(encoding="utf-8"))
    return loaded
