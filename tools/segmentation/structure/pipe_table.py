"""Reads tables whose cells stand between pipes: Markdown, grids of plus signs, what a database prints."""

import re
from collections.abc import Sequence

from probandum.tools.segmentation.structure.row import Field, Row, bare, has_header, table_rows

_RULE = frozenset("|:-+= \t┼─├┤┬┴┌┐└┘━═╪╞╡│┃║")
_DASHES = frozenset("-─━=╌")
_CORNERS = frozenset("|+┼├┌└│╪╞┤")
_BARS = str.maketrans("│┃║", "|||")
_PIPE = re.compile(r"(?<!\\)\|")
_MOST_CELLS = 2_000
"""A line of more cells than this is no row of a table that anybody reads."""


def is_rule(line: str) -> bool:
    """Whether a line only rules a table off: ``|---|:--:|``, ``+----+----+``."""
    held = set(line.strip())
    return bool(held & _DASHES) and bool(held & _CORNERS) and held <= _RULE


def table_at(lines: Sequence[Field], place: int) -> int:
    """How many lines from ``place`` on are a table between pipes; 0 where none begins there."""
    first = lines[place].value.translate(_BARS)
    begins = (is_rule(first) and first.strip()[0] in "+┌├|") or _is_row(first)
    if not begins:
        after = lines[place + 1].value if place + 1 < len(lines) else ""
        if "|" not in first or not is_rule(after):
            return 0
    end = place
    while end < len(lines) and _belongs(lines[end].value.translate(_BARS)):
        end += 1
    held = lines[place:end]
    return end - place if any(not is_rule(line.value) for line in held) else 0


def _belongs(line: str) -> bool:
    return "|" in line or is_rule(line)


def _is_row(line: str) -> bool:
    plain = line.strip()
    return len(plain) > 2 and plain[0] == "|" and plain[-1] == "|"  # noqa: PLR2004 - two pipes and something between


def pipe_rows(lines: Sequence[Field]) -> list[Row]:
    """The rows of a table; its header, where it has one, is in no row."""
    told = [(line, _fields(line)) for line in lines if not is_rule(line.value)]
    ruled = len(lines) > 1 and not is_rule(lines[0].value) and is_rule(lines[1].value)
    boxed = is_rule(lines[0].value)
    headed = ruled or (boxed and len(told) > 1 and sum(is_rule(line.value) for line in lines) > 1)
    if not headed:
        values = [[field.value for field in fields] for _, fields in told[:50]]
        wide = len(values[0]) > 2  # noqa: PLR2004 - two columns are an attribute and its value
        headed = (wide or any(map(_amounts, values[1:]))) and has_header(values)
        headed = headed and (any(map(_amounts, values[1:])) or len(values) > 2)  # noqa: PLR2004 - one row tells nothing
    if not headed:
        return _rows(told, header=None)
    header = [field.value for field in told[0][1]]
    return _rows(told[1:], header=header)


def _rows(told: Sequence[tuple[Field, list[Field]]], *, header: Sequence[str] | None) -> list[Row]:
    """The rows, each with the pipes at its ends."""
    rows = table_rows([fields for _, fields in told], header=header)
    return [
        row._replace(
            start=line.start + len(line.value) - len(line.value.lstrip()), end=line.start + len(line.value.rstrip())
        )
        for row, (line, _) in zip(rows, told, strict=True)
    ]


def _amounts(values: Sequence[str]) -> bool:
    return any(character.isdigit() for value in values for character in value)


def _fields(line: Field) -> list[Field]:
    text = line.value.translate(_BARS)
    inner_start = len(text) - len(text.lstrip())
    inner_end = len(text.rstrip())
    if text[inner_start:inner_end].startswith("|"):
        inner_start += 1
    if inner_end > inner_start and text[inner_end - 1] == "|" and text[inner_end - 2 : inner_end - 1] != "\\":
        inner_end -= 1
    cuts = [match.start() for match in _PIPE.finditer(text, inner_start, inner_end)]
    if len(cuts) > _MOST_CELLS:
        return [_field(text, line.start, inner_start, inner_end)]
    starts = [inner_start, *(cut + 1 for cut in cuts)]
    return [_field(text, line.start, start, end) for start, end in zip(starts, [*cuts, inner_end], strict=True)]


def _field(text: str, offset: int, start: int, end: int) -> Field:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip()) if piece.strip() else start
    last = max(first, start + len(piece.rstrip()))
    return Field(bare(text[first:last]), offset + first, offset + last)
