"""Cuts a document into passages that end where sentences end; how passages are searched is elsewhere."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from math import ceil
from typing import NamedTuple

from probandum.tools.evidence import Document, Evidence, Mark, Origin
from probandum.tools.segmentation.sentences import BlockKind, SentenceSpan, blocks, sentences

WORDS = 120
OVERLAP = 30
"""Words of the passage before that a passage to be searched begins with, in whole sentences."""
_LOCATOR_CHARS = 80
_OVERLONG = 3  # a sentence of more than this many passages is cut at white space
_WORD_CHARS = 10  # scripts without spaces and endless strings count a word per this many characters


class PassageSpan(NamedTuple):
    """One passage's place: ``[start, end)`` in characters of the document's text, and its locator."""

    start: int
    end: int
    locator: str | None


def passages(document: Document, *, origin: Origin, words: int = WORDS, overlap: int = 0) -> tuple[Evidence, ...]:
    """Cut a document into passages of up to about ``words`` words, in order; each text is a slice of the document's.

    Passages that are searched overlap, so that what two sentences say together is not torn apart where a passage ends;
    passages that are all shown need not. A passage that repeats an earlier one word for word under the same locator is
    the same evidence and is left out.
    Raises ValueError where the document has no source: see `probandum.tools.evidence.with_sources`.
    """
    if not document.source:
        raise ValueError("the document has no source; pass it through probandum.tools.evidence.with_sources first")
    sha256 = document.sha256
    items = (
        Evidence.of(
            document.text[cut.start : cut.end],
            origin=origin,
            source=document.source,
            document_sha256=sha256,
            locator=cut.locator,
            title=document.title,
        )
        for cut in passage_spans(document, words=words, overlap=overlap)
    )
    return tuple({item.id: item for item in items}.values())


def passage_spans(document: Document, *, words: int = WORDS, overlap: int = 0) -> Iterator[PassageSpan]:
    """Where the passages lie, in order: every sentence that is not blank is in one.

    A passage does not cross a page or a heading; a heading with nothing under it joins the section that follows.
    Only a sentence more than three times as long as a passage is cut itself. With ``overlap``, a passage begins with
    the last sentence of the one before it in its section, and with more as far as they have ``overlap`` words together;
    a sentence of more than twice as many is not repeated.
    """
    text = document.text
    marks = _marks(document)
    starts = [mark.start for mark in marks]
    whole = list(sentences(text))
    begins = frozenset(sentence.start for sentence in whole)
    pieces = (piece for sentence in whole for piece in _bounded(text, sentence, words))
    groups = groupby(pieces, key=lambda piece: bisect_right(starts, piece.start))
    for place, group in _joined(groups):
        locator = marks[place - 1].locator if place else None
        start: int | None = None
        for run in _packed(text, group, words):
            yield PassageSpan(run[0].start if start is None else start, run[-1].end, locator)
            start = _repeated(text, run, overlap, begins) if overlap else None


def section_marks(text: str) -> tuple[Mark, ...]:
    """One mark for each heading that is marked as such in the text: ``section Results``."""
    return tuple(
        Mark(start=block.start, locator=f"section {heading_text(text, block)}")
        for block in blocks(text)
        if block.kind is BlockKind.HEADING
    )


def heading_text(text: str, heading: SentenceSpan) -> str:
    """The words of a heading on one line, shortened where somebody made a paragraph of it."""
    line = " ".join(text[heading.start : heading.end].strip("# \t").split())
    return line if len(line) <= _LOCATOR_CHARS else line[: _LOCATOR_CHARS - 1] + "…"


def _marks(document: Document) -> Sequence[Mark]:
    """The document's marks; where they name no sections, together with the headings found in the text."""
    if any("section " in mark.locator for mark in document.marks):
        return document.marks
    sections = section_marks(document.text)
    if not document.marks or not sections:
        return document.marks or sections
    both = []
    page = section = ""
    for mark in sorted((*document.marks, *sections), key=lambda mark: mark.start):
        if mark.locator.startswith("section "):
            section = mark.locator
        else:
            page = mark.locator
        both.append(Mark(start=mark.start, locator=", ".join(filter(None, (page, section)))))
    return both


def _joined(groups: Iterable[tuple[int, Iterator[SentenceSpan]]]) -> Iterator[tuple[int, list[SentenceSpan]]]:
    """The groups, those of nothing but headings drawn into the next one on, under its place."""
    held: list[SentenceSpan] = []
    last = 0
    for place, group in groups:
        new, last = list(group), place
        held += new
        if any(piece.kind is not BlockKind.HEADING for piece in new):
            yield place, held
            held = []
    if held:
        yield last, held


def _packed(text: str, pieces: Sequence[SentenceSpan], words: int) -> Iterator[list[SentenceSpan]]:
    """Runs of pieces of even length, so that no crumb is left at the end of a section."""
    sizes = [_size(text, piece.start, piece.end) for piece in pieces]
    left = sum(sizes)
    run: list[SentenceSpan] = []
    filled, telling = 0, False
    target = _even(left, words)
    for piece, size in zip(pieces, sizes, strict=True):
        full = filled + size > words or filled + size / 2 > target
        if full and telling:
            yield run
            left -= filled
            run, filled, target, telling = [], 0, _even(left, words), False
        run.append(piece)
        telling = telling or piece.kind is not BlockKind.HEADING
        filled += size
    if run:
        yield run


def _repeated(text: str, run: Sequence[SentenceSpan], overlap: int, begins: frozenset[int]) -> int | None:
    """Where those last sentences of a passage begin that the next one repeats; None where there are none.

    What is left of a sentence that was cut begins nowhere where a sentence does, and is not repeated.
    """
    start, filled = None, 0
    for piece in reversed(run):
        filled += _size(text, piece.start, piece.end)
        tells = piece.kind is not BlockKind.HEADING and piece.start in begins
        if not tells or filled > (2 * overlap if start is None else overlap):
            break
        start = piece.start
    return start


def _even(total: int, words: int) -> float:
    """How many words each passage has when ``total`` words are shared out evenly."""
    return total / max(1, ceil(total / words))


def _size(text: str, start: int, end: int) -> int:
    return max(len(text[start:end].split()), (end - start) // _WORD_CHARS)


def _bounded(text: str, sentence: SentenceSpan, words: int) -> Iterator[SentenceSpan]:
    if sentence.start == sentence.end:
        return
    if _size(text, sentence.start, sentence.end) <= _OVERLONG * words:
        yield sentence
        return
    for start, end in pairwise(_breaks(text, sentence, words)):
        piece = text[start:end]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            yield SentenceSpan(start + left, start + right, sentence.kind)


def _breaks(text: str, sentence: SentenceSpan, words: int) -> Iterator[int]:
    """Places to cut an overlong sentence: after white space where there is some in reach, else anywhere."""
    reach = words * _WORD_CHARS
    at = sentence.start
    while at < sentence.end:
        yield at
        end = min(at + reach, sentence.end)
        if end < sentence.end:
            tail = text[at:end].rsplit(maxsplit=1)[-1]
            # A last word that begins late in the reach moves on whole; one that fills most of it is cut.
            end = end - len(tail) if len(tail) < reach // 2 and not text[end - 1].isspace() else end
        at = _nth_word(text, at, end, words)
    yield sentence.end


def _nth_word(text: str, start: int, end: int, words: int) -> int:
    """The end of the first ``words`` words of the stretch, or the end of the stretch where it has fewer."""
    pieces = text[start:end].split(maxsplit=words)
    return end - len(pieces[-1]) if len(pieces) > words else end
