"""A row of named cells and how names, units and marks in it are read; where rows come from is in the other modules."""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

MOST_CELLS = 12
"""A record of more cells than this is told in several statements of one name; a row of a table stays one."""


class Cell(NamedTuple):
    """One value under its column; ``[start, end)`` in characters of the text, around the value as it is written."""

    column: str
    """The column as written, without marks: ``price (EUR)``."""
    unit: str
    """``EUR`` out of the column's name or the value; empty where neither says one."""
    value: str
    start: int
    end: int


class Row(NamedTuple):
    """What one statement tells: ``[start, end)`` in characters of the text, the row's own name, its cells."""

    start: int
    end: int
    name: str
    """Empty where nothing names the row."""
    cells: tuple[Cell, ...]
    """In the order of the text, the one that names the row among them."""
    path: str = ""
    """Where it stands within its table or tree: ``order.items``."""


_MARKS = re.compile(r"\*{1,3}|__|`|</?(?:b|i|em|strong|u|sup|sub|code|span)>|<br ?/?>", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,300}\)")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,24})[)\]]\s*$")
_TRAILING = re.compile(r"(?:,\s*|\s+in\s+|_|/\s?)([^\s,_/()]{1,12}|km/h|m/s)\s*$")
_AMOUNT = re.compile(r"([$€£¥]|[A-Z]{3} )?\s?[-+−]?\d[\d.,  ]*\s?([^\d\s:;,./-][^\d:;,]{0,20})?")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_NUMBER = re.compile(r"[^\d]{0,4}\d[\d.,:/ %-]*[^\d]{0,6}")
_UNIT_WORDS = 3


@cache
def words(name: str) -> frozenset[str]:
    """A list of ``words.json``; KeyError where there is no such list."""
    lists: dict[str, str] = json.loads(files(__package__).joinpath("words.json").read_text(encoding="utf-8"))
    return frozenset(lists[name].split())


def bare(text: str) -> str:
    """A cell or name on one line without marks; what is struck out keeps its marks, since they change what it says."""
    plain = _MARKS.sub(" " if "<br" in text.lower() else "", _LINK.sub(r"\1", text))
    return " ".join(plain.replace("\\|", "|").split())


def unit_of(column: str, value: str = "") -> str:
    """The unit that the column names, else the one that the value is written with; empty where there is none."""
    if found := _BRACKETED.search(column):
        inner = found[1].strip().removeprefix("in ")
        return inner if len(inner.split()) <= _UNIT_WORDS else ""
    found = _TRAILING.search(column)
    if found and found[1].lower().strip("°") in words("units"):
        return found[1]
    amount = _AMOUNT.fullmatch(value.strip()) if len(value) < 60 else None  # noqa: PLR2004 - longer is no amount
    if amount is None:
        return ""
    sign = (amount[1] or "").strip()
    return _SIGNS.get(sign, sign) or (amount[2] or "").strip()


def is_numeric(value: str) -> bool:
    """Whether a cell is an amount, a date or a time rather than words."""
    return len(value) < 40 and _NUMBER.fullmatch(value.strip()) is not None  # noqa: PLR2004 - longer is no amount


def statement(row: Row) -> str:
    """The row in words: ``Aria: price (EUR) 45; capacity (litres) 1.7``."""
    told = []
    for cell in row.cells:
        if not cell.value or (cell.value == row.name and cell is naming_cell(row)):
            continue
        told.append(f"{cell.column} {cell.value}" if cell.column else cell.value)
    said = "; ".join(told)
    if not said and len(row.cells) == 1 and row.cells[0].column:
        return f"{row.cells[0].column} {row.name}"
    return f"{row.name}: {said}" if row.name and said else row.name or said


def naming_cell(row: Row) -> Cell | None:
    """The cell that the row takes its name from, or None."""
    return next((cell for cell in row.cells if cell.value == row.name), None) if row.name else None


def naming_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Which column names the rows of a table: the first, unless it only counts them and a later one holds words."""
    first = header[0].strip().lower() if header else ""
    if first not in words("indexes"):
        return 0
    held = rows[:50]
    for place in range(1, len(header)):
        values = [row[place] for row in held if place < len(row)]
        if values and not any(map(is_numeric, values)) and len(set(values)) * 2 > len(values):
            return place
    return 0


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of the rows names the columns: it has no amounts itself, and its names do not repeat."""
    first = rows[0]
    named = [value for value in first if value]
    if len(rows) < 2 or not named or len(set(named)) < len(named):  # noqa: PLR2004 - one row has none
        return False
    return not any(map(is_numeric, first)) or all(_is_year(value) for value in first[1:])


def _is_year(value: str) -> bool:
    return len(value) == 4 and value.isdigit() and value[:2] in ("18", "19", "20")  # noqa: PLR2004 - digits of a year


class Field(NamedTuple):
    """One cell of a line as it stands, not yet under a column; ``[start, end)`` in characters of the text."""

    value: str
    start: int
    end: int


def table_rows(lines: Sequence[Sequence[Field]], *, header: Sequence[str] | None) -> list[Row]:
    """The rows of a table, given its lines without the header.

    Two columns without a header are an attribute and its value each; so they are under a header that says so.
    """
    if header is None and all(len(line) == 2 for line in lines):  # noqa: PLR2004 - an attribute and its value
        return _attributes(lines)
    if header and len(header) == 2 and (not any(header) or header[0].lower() in words("properties")):  # noqa: PLR2004
        return _attributes(lines)
    names = tuple(header or ())
    key = naming_column(names, [[field.value for field in line] for line in lines[:50]])
    units = [unit_of(column) for column in names]
    found = []
    for line in lines:
        if not line:
            continue
        cells = tuple(
            Cell(
                names[place] if place < len(names) else "",
                (units[place] if place < len(names) else "") or unit_of("", field.value),
                *field,
            )
            for place, field in enumerate(line)
        )
        name = line[key].value if key < len(line) else ""
        found.append(Row(line[0].start, line[-1].end, name, cells))
    return found


def _attributes(lines: Sequence[Sequence[Field]]) -> list[Row]:
    found = []
    for line in lines:
        if len(line) == 2:  # noqa: PLR2004 - an attribute and its value
            column, field = line
            cell = Cell(column.value, unit_of(column.value, field.value), *field)
            found.append(Row(column.start, field.end, "", (cell,)))
        elif line:
            cells = tuple(Cell("", unit_of("", field.value), *field) for field in line)
            found.append(Row(line[0].start, line[-1].end, "", cells))
    return found
