"""Reads lists of keys and values, one a line, and results of tools in one line; what names them is read elsewhere."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from probandum.tools.segmentation.structure.json_tree import json_at
from probandum.tools.segmentation.structure.row import MOST_CELLS, Cell, Field, Row, bare, is_numeric, unit_of, words
from probandum.tools.segmentation.structure.tree import tree_rows

_BULLET = re.compile(r"\s*(?:(?:[-*+•–]|\d{1,3}[.)])\s+)?(?:\[[ xX]\]\s+)?")
_SEPARATOR = re.compile(r":(?=[\s*_`]|$)|\s*(?<![<>!=])=(?![=>])|\t+| – | — ")
_ENDS = re.compile(r"[.!?;|{}\"→⇒]|[-=]>|\([^)]*$|=")
_TOOL = re.compile(
    r"[-*>\s]*`?([A-Za-z_][\w./-]{0,80})`?(?:\([^()\n]{0,300}\))?`?\s*(?:->|=>|→|⇒|:|=|returned|returns)\s*"
)
_PAIR = re.compile(r"(?:(?<=^)|(?<=[,;\s({]))([A-Za-z_][\w.-]{0,60})\s?=\s?(?![=>])")
_LITERAL = re.compile(r"true|false|yes|no|null|none|ok|on|off|enabled|disabled", re.IGNORECASE)
_KEY_CHARS, _KEY_WORDS, _VALUE_WORDS, _SENTENCE_WORDS, _LONGEST = 60, 6, 12, 4, 1_000


class Pair(NamedTuple):
    """A key and its value on one line; ``indent`` in characters, ``start`` where the key begins in the text."""

    key: str
    value: Field | None
    """None where the line only opens what stands deeper below it."""
    start: int
    indent: int
    item: bool


def pair_of(line: Field) -> Pair | None:
    """The key and the value of a line; None where it is anything else, a sentence of a dialogue among it."""
    text = line.value
    if len(text) > _LONGEST or not text.strip():
        return None
    bullet = _BULLET.match(text)
    first = bullet.end() if bullet else 0
    indent = len(text) - len(text.lstrip())
    is_item = first > indent
    end = len(text.rstrip())
    cut = _SEPARATOR.search(text, first, end)
    if cut is None:
        name = bare(text[first:end])
        opens = is_item and _is_key(name)
        return Pair(name, None, line.start + first, indent, is_item) if opens else None
    key = bare(text[first : cut.start()])
    worked_out = "=" in cut.group() and not key[:1].isalpha()  # "15% of 80 = 12"
    spaced = cut.group().isspace() and not is_item and "\t" not in text
    if not _is_key(key) or key.lower() in words("asides") or spaced or worked_out:
        return None
    at = cut.end()
    while at < end and text[at] in " \t*_`":
        at += 1
    if at >= end:
        return Pair(key, None, line.start + first, indent, is_item)
    value = bare(text[at:end])
    if not _is_value(value):
        return None
    return Pair(key, Field(value, line.start + at, line.start + end), line.start + first, indent, is_item)


def _is_key(key: str) -> bool:
    short = 0 < len(key) <= _KEY_CHARS and len(key.split()) <= _KEY_WORDS
    return short and not _ENDS.search(key.rstrip(".")) and any(character.isalpha() for character in key)


def _is_value(value: str) -> bool:
    many = len(value.split())
    if not value or many > _VALUE_WORDS or value[-1] in "!?:":
        return False
    return value[-1] != "." or many < _SENTENCE_WORDS


def pairs_at(lines: Sequence[Field], place: int) -> int:
    """How many lines from ``place`` on are keys and values; 0 where they begin none.

    A single line has to hold an amount or a yes or no, since one name and a colon begins many a sentence.
    """
    found: list[Pair] = []
    end = place
    while end < len(lines) and (pair := pair_of(lines[end])):
        found.append(pair)
        end += 1
    while found and found[-1].value is None:
        found.pop()
        end -= 1
    if not found or (found[0].value is None and not _opens(found, 0)):
        return 0
    values = [pair.value.value for pair in found if pair.value]
    if len(values) == 1:
        measured = unit_of("", values[0]) and values[0][0].isdigit()
        sure = is_numeric(values[0]) or _LITERAL.fullmatch(values[0]) or measured
        return end - place if sure else 0
    opened = all(pair.value or _opens(found, at) for at, pair in enumerate(found))
    return end - place if opened and not all(value[-1] == "." for value in values) else 0


def _opens(pairs: Sequence[Pair], place: int) -> bool:
    return place + 1 < len(pairs) and pairs[place + 1].indent > pairs[place].indent


def pair_rows(lines: Sequence[Field]) -> list[Row]:
    """The rows of a list of keys and values: one for each item that has some below it, else one for all."""
    found: list[Row] = []
    opened: list[Pair] = []
    told: list[Pair] = []

    def close() -> None:
        if told:
            found.append(_record(told, opened[-1] if opened else None))
            told.clear()

    for line in lines:
        pair = pair_of(line)
        if pair is None:  # pragma: no cover - only such lines are handed in
            continue
        deeper = bool(opened) and pair.indent > opened[-1].indent
        if pair.value is None or (not deeper and opened) or len(told) >= MOST_CELLS:
            close()
        while opened and pair.indent <= opened[-1].indent:
            opened.pop()
        (told if pair.value else opened).append(pair)
    close()
    return found


def _record(pairs: Sequence[Pair], opener: Pair | None) -> Row:
    cells = tuple(
        Cell(pair.key, unit_of(pair.key, pair.value.value), *pair.value) for pair in pairs if pair.value is not None
    )
    name = opener.key if opener else next((cell.value for cell in cells if cell.column.lower() in words("names")), "")
    start = opener.start if opener and opener.start < pairs[0].start else pairs[0].start
    return Row(start, cells[-1].end, name, cells)


def tool_rows(line: Field, text: str) -> list[Row]:
    """The rows of a line such as ``book_table -> booked=false, reason="no table"``; none where it is no result."""
    if len(line.value) > 100_000:  # noqa: PLR2004 - no result of a tool that anybody reads
        return []
    tool = _TOOL.match(line.value)
    if tool and line.value[tool.end() : tool.end() + 1] in ("{", "["):
        root, end = json_at(text, line.start + tool.end())
        if root and not text[end : line.start + len(line.value)].strip(" `.,;"):
            rows = list(tree_rows([root]))
            return [
                row._replace(start=_named_from(line, tool) if not at else row.start, name=_called(row, tool[1]))
                for at, row in enumerate(rows)
            ]
    first = tool.end() if tool else len(line.value) - len(line.value.lstrip(" -*>"))
    pairs = list(_PAIR.finditer(line.value, first))
    if not pairs or pairs[0].start() != first or (not tool and len(pairs) == 1):
        return []
    ends = [*(pair.start() for pair in pairs[1:]), len(line.value)]
    cells = tuple(_pair_cell(line, pair, end) for pair, end in zip(pairs, ends, strict=True))
    start = _named_from(line, tool) if tool else line.start + first
    name = tool[1] if tool else next((cell.value for cell in cells if cell.column.lower() in words("names")), "")
    return [Row(start, max(cell.end for cell in cells), name, cells)]


def _named_from(line: Field, tool: re.Match[str]) -> int:
    return line.start + tool.start(1)


def _called(row: Row, tool: str) -> str:
    return row.name if row.name and row.name != row.path else tool


def _pair_cell(line: Field, pair: re.Match[str], end: int) -> Cell:
    piece = line.value[pair.end() : end].rstrip(" ,;)}.")
    inner = piece.strip("\"'")
    start = line.start + pair.end() + (len(piece) - len(piece.lstrip("\"'")))
    return Cell(pair[1], unit_of(pair[1], inner), bare(inner), start, start + len(inner))
