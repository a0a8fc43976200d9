"""Cuts a text into what it says one by one: sentences, list items, rows of tables and trees."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from probandum.tools.segmentation.sentences import BlockKind, SentenceSpan, sentences
from probandum.tools.segmentation.structure.delimited import delimited_rows, delimiter_of, spaced_at, spaced_rows
from probandum.tools.segmentation.structure.json_tree import json_at, json_roots
from probandum.tools.segmentation.structure.key_values import pair_rows, pairs_at, tool_rows
from probandum.tools.segmentation.structure.pipe_table import pipe_rows, table_at
from probandum.tools.segmentation.structure.row import Field, Row, bare
from probandum.tools.segmentation.structure.tree import tree_rows
from probandum.tools.segmentation.structure.yaml_tree import yaml_root

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_SUFFIX = re.compile(r"\.[a-z]{2,5}$")
_FENCE = re.compile(r"\s*(```|~~~)\s*([\w-]*)")
_HASHES = re.compile(r"#{1,6}(?=\s+$)")
_UNDERLINE = re.compile(r"[ \t]*(?:\r\n|\r|\n)\s{0,3}(=+|-{3,})")
_YAML = frozenset({".yaml", ".yml"})
_WRITTEN = {"json": ".json", "jsonl": ".json", "csv": ".csv", "tsv": ".tsv", "yaml": ".yaml", "yml": ".yaml", "": ""}
_BARE_LEVEL, _CAPTION_LEVEL, _HEADING_CHARS, _CAPTION_WORDS = 7, 9, 80, 14


class Heading(NamedTuple):
    """A heading that holds until the next of its level; captions and lead-in sentences have the lowest."""

    level: int
    text: str


class Statement(NamedTuple):
    """``[start, end)`` in characters of the text, the sort of block, what it stands under, and its row if it is one."""

    start: int
    end: int
    kind: BlockKind
    headings: tuple[Heading, ...]
    row: Row | None = None


@lru_cache(maxsize=256)
def statements(text: str, *, suffix: str = "") -> tuple[Statement, ...]:
    """What a text says, in order, without overlap; blank lines, rules, brackets and the like are in none.

    Args:
        text: a document, or a passage of one.
        suffix: of the file that it comes from, ``.csv``, where one is known.
    """
    return tuple(_ordered(_whole(text, suffix)))


def moved(statement: Statement, by: int) -> Statement:
    """The same statement at another place of a text."""
    row = statement.row
    if row is not None:
        cells = tuple(cell._replace(start=cell.start + by, end=cell.end + by) for cell in row.cells)
        row = row._replace(start=row.start + by, end=row.end + by, cells=cells)
    return statement._replace(start=statement.start + by, end=statement.end + by, row=row)


def suffix_of(source: str | None) -> str:
    """``.csv`` of the path or address that a text comes from; empty where it has none."""
    found = _SUFFIX.search(source.lower()) if source else None
    return found.group() if found else ""


def _ordered(told: Iterator[Statement]) -> Iterator[Statement]:
    """The statements that say something, each beginning where the one before has ended, or later."""
    last = 0
    for one in told:
        if one.start >= last and one.end > one.start:
            yield one
            last = one.end


def _whole(text: str, suffix: str) -> Iterator[Statement]:
    rows = _written_as(text, suffix)
    if rows is None:
        yield from _Reading(text).told()
    else:
        for one in rows:
            if isinstance(one, Row):
                yield Statement(one.start, one.end, BlockKind.ROW, (), one)
            else:
                yield one


def _written_as(text: str, suffix: str) -> list[Row | Statement] | None:
    """The rows of a text that is JSON, YAML or a table of values throughout; None where it is not."""
    begin = text.lstrip()[:1]
    if begin in ("{", "[") and (roots := json_roots(text)):
        return [*tree_rows(roots)]
    if suffix in _YAML and (root := yaml_root(list(_lines(text)), text)):
        return [*tree_rows([root])]
    mark = delimiter_of(text, suffix)
    if not mark:
        return None
    rows, before = delimited_rows(text, mark)
    if not rows or before is None:
        return list(rows) or None
    caption = bare(text[before[0] : before[1]].strip("# \t"))[:_HEADING_CHARS]
    under = (Heading(1, caption),) if caption else ()
    title = Statement(before[0], before[1], BlockKind.HEADING, ())
    return [title, *(Statement(row.start, row.end, BlockKind.ROW, under, row) for row in rows)]


def _lines(text: str) -> Iterator[Field]:
    for match in _LINE.finditer(text):
        yield Field(match.group().rstrip("\r\n"), match.start(), match.end())


class _Reading:
    """One pass over the lines of a text that mixes prose with tables, lists and trees."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = list(_lines(text))
        self.headings: list[Heading] = []
        self.looked = 0  # up to where the text was looked at for the end of a tree

    def told(self) -> Iterator[Statement]:
        """The statements in order."""
        place = since = 0
        while place < len(self.lines):
            taken, rows = self._structure(place)
            if rows:
                yield from self._prose(since, place, before_rows=True)
                yield from self._rows(rows)
                since = place + taken
            place += taken
        yield from self._prose(since, place, before_rows=False)

    def _structure(self, place: int) -> tuple[int, list[Row]]:  # noqa: PLR0911 - one for each sort of structure
        """How many lines belong together from here on, and their rows; none where they are prose or code."""
        line = self.lines[place]
        fence = _FENCE.match(line.value)
        if fence:
            return self._fenced(place, fence)
        if not line.value.strip():
            return 1, []
        begin = line.value.lstrip()[0]
        if begin in "{[" and (rows := self._tree(line)):
            return self._lines_to(place, rows[-1].end), rows
        if many := table_at(self.lines, place):
            return many, pipe_rows(self.lines[place : place + many])
        if ("=" in line.value or "{" in line.value) and (rows := tool_rows(line, self.text)):
            return self._lines_to(place, rows[-1].end), rows
        if many := spaced_at(self.lines, place):
            return many, spaced_rows(self.lines[place : place + many])
        if many := pairs_at(self.lines, place):
            return many, pair_rows(self.lines[place : place + many])
        return 1, []

    def _fenced(self, place: int, fence: re.Match[str]) -> tuple[int, list[Row]]:
        end = place + 1
        while end < len(self.lines) and not _FENCE.match(self.lines[end].value):
            end += 1
        inner_start = self.lines[place].end
        inner_end = self.lines[end].start if end < len(self.lines) else len(self.text)
        suffix = _WRITTEN.get(fence[2].lower())
        held = _written_as(self.text[inner_start:inner_end], suffix) if suffix is not None else None
        rows = [one for one in held or () if isinstance(one, Row)]
        return min(end + 1, len(self.lines)) - place, [_moved(row, inner_start) for row in rows]

    def _tree(self, line: Field) -> list[Row]:
        start = line.start + len(line.value) - len(line.value.lstrip())
        if start < self.looked:
            return []
        root, self.looked = json_at(self.text, start)
        return list(tree_rows([root])) if root and root.children else []

    def _lines_to(self, place: int, end: int) -> int:
        after = place + 1
        while after < len(self.lines) and self.lines[after].start < end:
            after += 1
        # Brackets that close a tree stand below its last row.
        while after < len(self.lines) and _closes(self.lines[after].value):
            after += 1
        return after - place

    def _rows(self, rows: Sequence[Row]) -> Iterator[Statement]:
        """Rows under the headings that hold; a record without a name of its own goes by the heading above it."""
        under = tuple(self.headings)
        own = next((heading.text for heading in reversed(under) if heading.level < _CAPTION_LEVEL), "")
        for row in rows:
            yield Statement(row.start, row.end, BlockKind.ROW, under, row if row.name else row._replace(name=own))

    def _prose(self, since: int, place: int, *, before_rows: bool) -> Iterator[Statement]:
        if since >= place:
            return
        offset = self.lines[since].start
        end = self.lines[place - 1].end
        spans = [
            SentenceSpan(span.start + offset, span.end + offset, span.kind) for span in sentences(self.text[offset:end])
        ]
        for at, span in enumerate(spans):
            yield self._sentence(span, captions=before_rows and at == len(spans) - 1)

    def _sentence(self, span: SentenceSpan, *, captions: bool) -> Statement:
        line = bare(self.text[span.start : min(span.end, span.start + 400)].strip("# \t"))
        kind = span.kind
        short = kind is BlockKind.PROSE and len(line.split()) <= _CAPTION_WORDS and line[-1:] not in ".!?"
        if kind in (BlockKind.PROSE, BlockKind.HEADING):
            level = self._level(span) if kind is BlockKind.HEADING else _CAPTION_LEVEL
            while self.headings and self.headings[-1].level >= level:
                self.headings.pop()
            told = Statement(span.start, span.end, kind, tuple(self.headings))
            if kind is BlockKind.HEADING or line.endswith(":") or (captions and short):
                self.headings.append(Heading(level, line[:_HEADING_CHARS].rstrip(": ")))
            return told
        return Statement(span.start, span.end, kind, tuple(self.headings))

    def _level(self, span: SentenceSpan) -> int:
        if hashes := _HASHES.search(self.text, max(0, span.start - 8), span.start):
            return len(hashes.group())
        under = _UNDERLINE.match(self.text, span.end)
        return (1 if under[1][0] == "=" else 2) if under else _BARE_LEVEL


def _moved(row: Row, by: int) -> Row:
    cells = tuple(cell._replace(start=cell.start + by, end=cell.end + by) for cell in row.cells)
    return row._replace(start=row.start + by, end=row.end + by, cells=cells)


def _closes(line: str) -> bool:
    """Whether a line has nothing but brackets that close a tree."""
    return bool(line.strip()) and not line.strip("{}[], \t")
