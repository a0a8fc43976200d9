"""Cuts a text into blocks and sentences with exact offsets; what a sentence means is decided elsewhere."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import nupunkt


class BlockKind(StrEnum):
    """What sort of block a stretch of text stands in."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


class SentenceSpan(NamedTuple):
    """``[start, end)`` in characters of the text, without surrounding white space, and the sort of block."""

    start: int
    end: int
    kind: BlockKind


_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+\S")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-{3,})\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•–]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+(?=\S)")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_TURN = re.compile(r"^\s*[A-Z][\w.'-]*(?: [\w.'-]+){0,2}:\s+\S")
_SPEAKER = re.compile(r"(?:(?<=\s)|\A)(?P<who>[A-Z][\w'-]*(?: [A-Z][\w'-]*)?):\s")
_BOLD = re.compile(r"^\s*(\*\*|__)(?!\s)[^*_]+(?<!\s)\1:?\s*$")
_TITLE_WORDS = 10
_QUOTE_CHARS = 600
_GLUED = re.compile(r"(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]*\s)")
_OTHER_STOPS = re.compile(r"[。！？．؟।॥։](?:[\s”’」』）)\"]*)(?=\S)")
"""Full stops of other scripts, behind which no space need stand."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def blocks(text: str) -> Iterator[SentenceSpan]:
    """The blocks of a text: paragraphs, headings, list items, table rows, code; marker characters are left out.

    A line of its own that is bold throughout, or short, without an end mark and followed by a blank line, is a heading.
    """
    before: SentenceSpan | None = None
    for block in _marked(text):
        if before:
            yield before._replace(kind=_retitled(text, before, block.start))
        before = block
    if before:
        yield before._replace(kind=_retitled(text, before, None))


def _retitled(text: str, block: SentenceSpan, following: int | None) -> BlockKind:
    line = text[block.start : block.end]
    if block.kind is not BlockKind.PROSE or "\n" in line or "\r" in line:
        return block.kind
    if following is None or len(line.split()) > _TITLE_WORDS or line[-1] in ".!?,;…\"”’')`":
        return block.kind
    return BlockKind.HEADING if len(_LINE_END.findall(text, block.end, following)) > 1 else BlockKind.PROSE


def _marked(text: str) -> Iterator[SentenceSpan]:
    start = end = -1
    kind = BlockKind.PROSE
    in_code = False
    for match in _LINE.finditer(text):
        line = match.group().rstrip("\r\n")
        fence = _FENCE.match(line) is not None
        if fence or in_code:
            if start >= 0:
                yield SentenceSpan(start, end, kind)
                start = -1
            in_code = in_code != fence
            if not fence and line.strip():
                yield _trimmed(text, match.start(), match.start() + len(line), BlockKind.CODE)
            continue
        starts_block = (
            _HEADING.match(line) or _ITEM.match(line) or _ROW.match(line) or _TURN.match(line) or _BOLD.match(line)
        )
        if start >= 0 and _UNDERLINE.match(line):
            yield SentenceSpan(
                start, end, BlockKind.HEADING if kind is BlockKind.PROSE and "\n" not in text[start:end] else kind
            )
            start = -1
            continue
        if start >= 0 and (starts_block or not line.strip() or kind in (BlockKind.HEADING, BlockKind.ROW)):
            yield SentenceSpan(start, end, kind)
            start = -1
        if not line.strip():
            continue
        if start < 0:
            kind, skip = _kind(line)
            start = match.start() + skip
        end = match.start() + len(line.rstrip())
    if start >= 0:
        yield SentenceSpan(start, end, kind)


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[SentenceSpan, ...]:
    """The sentences of a text in order; ``text[start:end]`` is the sentence as it stands."""
    return tuple(sentence for block in blocks(text) for sentence in _within(text, block))


def _kind(line: str) -> tuple[BlockKind, int]:
    if heading := _HEADING.match(line):
        return BlockKind.HEADING, heading.end() - 1
    if item := _ITEM.match(line):
        return BlockKind.ITEM, item.end()
    skip = len(line) - len(line.lstrip())
    if _BOLD.match(line):
        return BlockKind.HEADING, skip
    return (BlockKind.ROW if _ROW.match(line) else BlockKind.PROSE), skip


def _within(text: str, block: SentenceSpan) -> Iterator[SentenceSpan]:
    if block.kind not in (BlockKind.PROSE, BlockKind.ITEM):
        yield block
        return
    for start, end in _whole_quotes(text, block):
        stretch = _trimmed(text, start, end, block.kind)
        if stretch.end > stretch.start:
            yield stretch


def _whole_quotes(text: str, block: SentenceSpan) -> Iterator[tuple[int, int]]:
    """The sentences of a block; one that ends inside a quotation goes on to the end of it, if that is near."""
    cuts = list(_cuts(text, block))
    place = 0
    while place < len(cuts):
        start, end = cuts[place]
        further = place
        while _open(text[start:end]) and further + 1 < len(cuts) and cuts[further + 1][1] - start <= _QUOTE_CHARS:
            further += 1
            end = cuts[further][1]
        if further > place and _open(text[start:end]):
            end, further = cuts[place][1], place
        yield start, end
        place = further + 1


def _open(piece: str) -> bool:
    """Whether a quotation begins in the piece and does not end in it."""
    return piece.count("“") > piece.count("”") or piece.count("``") > piece.count("''") or piece.count('"') % 2 == 1


def _cuts(text: str, block: SentenceSpan) -> Iterator[tuple[int, int]]:
    turns = _turns(text, block)
    for start, end in nupunkt.sent_spans(text[block.start : block.end]):
        first, last = block.start + start, block.start + end
        glued = (match.start() for match in _GLUED.finditer(text, first, last))
        stops = (match.end() for match in _OTHER_STOPS.finditer(text, first, last))
        for cut in sorted({*glued, *stops, *(turn for turn in turns if first < turn < last)}):
            yield first, cut
            first = cut
        yield first, last


def _turns(text: str, block: SentenceSpan) -> tuple[int, ...]:
    """Where somebody begins to speak in a dialogue that runs on: a name and a colon that come more than once."""
    said = [(match["who"], match.start("who")) for match in _SPEAKER.finditer(text, block.start, block.end)]
    often = Counter(who for who, _ in said)
    return tuple(start for who, start in said if often[who] > 1)


def _trimmed(text: str, start: int, end: int, kind: BlockKind) -> SentenceSpan:
    piece = text[start:end]
    return SentenceSpan(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()), kind)
