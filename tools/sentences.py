"""Cuts a text into blocks and sentences with exact offsets; what a sentence means is decided elsewhere."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import nupunkt


class Kind(StrEnum):
    """What sort of block a stretch of text stands in."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


class Stretch(NamedTuple):
    """``[start, end)`` in characters of the text, without surrounding white space, and the sort of block."""

    start: int
    end: int
    kind: Kind


_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+\S")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-{3,})\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•–]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+(?=\S)")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def blocks(text: str) -> Iterator[Stretch]:
    """The blocks of a text: paragraphs, headings, list items, table rows, code; marker characters are left out."""
    start = end = -1
    kind = Kind.PROSE
    in_code = False
    for match in _LINE.finditer(text):
        line = match.group().rstrip("\r\n")
        fence = _FENCE.match(line) is not None
        if fence or in_code:
            if start >= 0:
                yield Stretch(start, end, kind)
                start = -1
            in_code = in_code != fence
            if not fence and line.strip():
                yield _trimmed(text, match.start(), match.start() + len(line), Kind.CODE)
            continue
        starts_block = _HEADING.match(line) or _ITEM.match(line) or _ROW.match(line)
        if start >= 0 and _UNDERLINE.match(line):
            yield Stretch(start, end, Kind.HEADING if kind is Kind.PROSE and "\n" not in text[start:end] else kind)
            start = -1
            continue
        if start >= 0 and (starts_block or not line.strip() or kind in (Kind.HEADING, Kind.ROW)):
            yield Stretch(start, end, kind)
            start = -1
        if not line.strip():
            continue
        if start < 0:
            kind, skip = _kind(line)
            start = match.start() + skip
        end = match.start() + len(line.rstrip())
    if start >= 0:
        yield Stretch(start, end, kind)


def sentences(text: str) -> tuple[Stretch, ...]:
    """The sentences of a text in order; ``text[start:end]`` is the sentence as it stands."""
    return tuple(sentence for block in blocks(text) for sentence in _within(text, block))


def _kind(line: str) -> tuple[Kind, int]:
    if heading := _HEADING.match(line):
        return Kind.HEADING, heading.end() - 1
    if item := _ITEM.match(line):
        return Kind.ITEM, item.end()
    skip = len(line) - len(line.lstrip())
    return (Kind.ROW if _ROW.match(line) else Kind.PROSE), skip


def _within(text: str, block: Stretch) -> Iterator[Stretch]:
    if block.kind not in (Kind.PROSE, Kind.ITEM):
        yield block
        return
    for start, end in nupunkt.sent_spans(text[block.start : block.end]):
        stretch = _trimmed(text, block.start + start, block.start + end, block.kind)
        if stretch.end > stretch.start:
            yield stretch


def _trimmed(text: str, start: int, end: int, kind: Kind) -> Stretch:
    piece = text[start:end]
    return Stretch(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()), kind)
