"""Reads values set apart by commas, semicolons, tabs or wide spaces; which text is such a table is decided here too."""

import re
from collections import Counter
from collections.abc import Sequence

from probandum.tools.segmentation.structure.row import Field, Row, bare, has_header, is_numeric, table_rows

_SUFFIXES = {".csv": ",;\t|", ".tsv": "\t"}
_GAP = re.compile(r"\t+| {2,}")
_FEW_WORDS = 6
_HEAD = 50
_SPACED = 3
"""So many lines with the same wide gaps are a table; two may be chance."""


def delimiter_of(text: str, suffix: str) -> str:
    """What sets the values of a whole text apart; empty where it is no such table.

    A file that is named so only has to have the same number of values in most lines; a text without a name needs
    more: the same number in all, and either three columns or amounts.
    """
    lines = [line for line in text[:20_000].splitlines()[:_HEAD] if line.strip()]
    if len(text) > 20_000 and len(lines) < _HEAD:  # noqa: PLR2004 - the last line of what was looked at may be cut
        lines = lines[:-1]
    if not lines:
        return ""
    best = max(_SUFFIXES.get(suffix, ",;\t"), key=lambda mark: _agreement(lines, mark))
    if suffix in _SUFFIXES:
        return best if any(best in line for line in lines) else ""
    return best if _agreement(lines, best) == len(lines) and _is_table(lines, best) else ""


def _agreement(lines: Sequence[str], mark: str) -> int:
    """How many lines have as many values as the commonest number of them, where that is more than one."""
    counts = Counter(len(_split(line, mark)) for line in lines)
    if not counts:
        return 0
    many, often = max(counts.items(), key=lambda item: (item[0] > 1, item[1]))
    return often if many > 1 else 0


def _is_table(lines: Sequence[str], mark: str) -> bool:
    if len(lines) < 2 or any(len(line) > 1_000 for line in lines):  # noqa: PLR2004 - a header and a row
        return False
    rows = [_split(line, mark) for line in lines]
    if any(len(value.split()) > _FEW_WORDS or value.rstrip().endswith((".", "!", "?")) for value in rows[0]):
        return False
    if mark == "," and any(line.rstrip().endswith((".", "!", "?", ",")) for line in lines):
        return False
    columns = list(zip(*rows[1:], strict=True))
    amounts = any(all(is_numeric(value) or not value.strip() for value in column) for column in columns)
    return has_header([[value.strip() for value in row] for row in rows]) and (amounts or mark != ",")


def _split(line: str, mark: str) -> list[str]:
    if '"' not in line:
        return line.split(mark)
    return [field.value for fields in _fields(line, mark)[:1] for field in fields]


def delimited_rows(text: str, mark: str, *, start: int = 0) -> tuple[list[Row], tuple[int, int] | None]:
    """The rows of a text from ``start`` on, and ``[start, end)`` of the lines before its header, None without any.

    Lines before the first that has as many values as most are what the table is about.
    """
    lines = _fields(text, mark, start)
    counts = Counter(len(line) for line in lines)
    if not counts:
        return [], None
    usual = max(counts.items(), key=lambda item: (item[0] > 1, item[1], item[0]))[0]
    first = next(place for place, line in enumerate(lines) if len(line) == usual or len(line) > 1)
    before = (lines[0][0].start, lines[first - 1][-1].end) if first else None
    lines = lines[first:]
    head = [[field.value for field in line] for line in lines[:2]]
    if not has_header(head):
        return table_rows(lines, header=None), before
    return table_rows(lines[1:], header=head[0]), before


def _fields(text: str, mark: str, start: int = 0) -> list[list[Field]]:
    """The values of each line; a quoted one may hold the mark and line ends, and is taken out of its quotes."""
    field = re.compile(
        rf'[ ]*"((?:[^"]|"")*+)"[ ]*(?={re.escape(mark)}|\r?\n|\r|\Z)|([^{re.escape(mark)}\r\n]*)', re.DOTALL
    )
    lines: list[list[Field]] = [[]]
    last_quote = text.rfind('"')
    plain = re.compile(rf"()([^{re.escape(mark)}\r\n]*)")
    at, failed = start, 0
    while at <= len(text):
        quoted = at < last_quote and failed < _HEAD
        match = (field if quoted else plain).match(text, at)
        if match is None:  # pragma: no cover - both patterns match the empty string
            break
        failed += quoted and (match[2] or "").lstrip(" ").startswith('"')
        lines[-1].append(_field(text, match, quoted=quoted))
        at = match.end()
        if text.startswith("\r\n", at):
            at += 2
        elif at < len(text):
            at += 1
        else:
            break
        if text[at - 1] in "\r\n":
            lines.append([])
    return [line for line in lines if any(value.value for value in line)]


def _field(text: str, match: re.Match[str], *, quoted: bool) -> Field:
    """A value out of its quotes; its span is around them."""
    unquoted = quoted and match[1] is not None
    start, end = match.span()
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip()) if piece.strip() else start
    last = max(first, start + len(piece.rstrip()))
    return Field(bare(match[1].replace('""', '"') if unquoted else text[first:last]), first, last)


def spaced_at(lines: Sequence[Field], place: int) -> int:
    """How many lines from ``place`` on are a table whose values stand apart by tabs or by two spaces and more."""
    if not _GAP.search(lines[place].value.strip()):
        return 0
    many = len(_spaced(lines[place]))
    end = place
    while end < len(lines) and (_is_dashes(lines[end].value) or len(_spaced(lines[end])) == many):
        end += 1
    held = [_spaced(line) for line in lines[place:end] if not _is_dashes(line.value)]
    if many < 2 or len(held) < _SPACED:  # noqa: PLR2004 - one value is no row
        return 0
    if any(len(field.value.split()) > 2 * _FEW_WORDS for line in held for field in line):
        return 0
    return end - place if has_header([[field.value for field in line] for line in held[:2]]) else 0


def spaced_rows(lines: Sequence[Field]) -> list[Row]:
    """The rows of a table whose values stand apart by wide spaces, its first line being the header."""
    held = [line for line in lines if not _is_dashes(line.value)]
    header = [field.value for field in _spaced(held[0])]
    return table_rows([_spaced(line) for line in held[1:]], header=header)


def _is_dashes(line: str) -> bool:
    return "--" in line and not line.strip("-= \t")


def _spaced(line: Field) -> list[Field]:
    found = []
    at = len(line.value) - len(line.value.lstrip())
    end = len(line.value.rstrip())
    for gap in [*_GAP.finditer(line.value, at, end), None]:
        stop = gap.start() if gap else end
        if stop > at:
            found.append(Field(bare(line.value[at:stop]), line.start + at, line.start + stop))
        at = gap.end() if gap else end
    return found
