"""Numbers what the evidence says, sentence by sentence and row by row; how a text is cut is `tools.segmentation`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from probandum.agent.models import Quote
from probandum.tools.evidence import Evidence
from probandum.tools.segmentation.sentences import BlockKind
from probandum.tools.segmentation.structure.row import Cell, statement
from probandum.tools.segmentation.structure.statements import Statement, moved, statements, suffix_of

__all__ = ["Cell", "EvidenceSentence", "SentenceKind", "evidence_sentences", "quote_of"]


class SentenceKind(StrEnum):
    """What sort of block an evidence sentence stands in."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    """A row of a table, a record of a list or an object of a tree; only these have cells."""
    CODE = "code"


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """One thing that an evidence item says; a judge cites its number."""

    number: int
    """From 1 on through all items, in their order."""
    evidence_id: str
    start: int
    end: int
    """``[start, end)`` in characters of the item's text: the sentence, or the whole row."""
    text: str
    """As a judge is shown it, on one line; a row in words: ``Aria: price (EUR) 45; capacity (litres) 1.7``."""
    verbatim: str
    """As it stands in the item: what a quote of it says."""
    heading: str
    """The headings, the caption or the path that it stands under, outermost first: ``Kettles > In stock``."""
    kind: SentenceKind
    row: str = ""
    """The row's own name: ``Aria``; empty where nothing names it."""
    cells: tuple[Cell, ...] = ()
    """In order, the one that names the row among them; their spans are in the item's text."""


def evidence_sentences(items: Sequence[Evidence]) -> tuple[EvidenceSentence, ...]:
    """What the items say, numbered through in their order; none overlap, and only blank and markup is in none."""
    told = (sentence for item in items for sentence in _sentences(item))
    return tuple(replace(sentence, number=number) for number, sentence in enumerate(told, start=1))


def quote_of(sentence: EvidenceSentence) -> Quote:
    """The whole sentence as a quote, verbatim out of its item."""
    return Quote(
        evidence_id=sentence.evidence_id, text=sentence.verbatim, start=sentence.start, end=sentence.end, match="exact"
    )


def clear_sentences() -> None:
    """Let go of what was kept of items seen before."""
    _sentences.cache_clear()


@lru_cache(maxsize=1_024)
def _sentences(item: Evidence) -> tuple[EvidenceSentence, ...]:
    """Kept for the items seen last: all claims of an audit are judged over the same ones."""
    suffix = suffix_of(item.source)
    if not _opens_with_its_heading(item):
        return tuple(_sentence(item, one) for one in statements(item.text, suffix=suffix))
    marked = statements(f"{_MARK}{item.text}", suffix=suffix)
    return tuple(_sentence(item, moved(one, -len(_MARK))) for one in marked)


def _opens_with_its_heading(item: Evidence) -> bool:
    """Whether a passage begins with the heading of its section, which has no mark there any more."""
    section = (item.locator or "").rpartition("section ")[2]
    first = item.text.partition("\n")[0].strip()
    return bool(section) and first == section


def _sentence(item: Evidence, told: Statement) -> EvidenceSentence:
    verbatim = item.text[told.start : told.end]
    row = told.row
    path = row.path if row else ""
    heading = " > ".join(filter(None, (*(heading.text for heading in told.headings), path)))
    return EvidenceSentence(
        number=0,
        evidence_id=item.id,
        start=told.start,
        end=told.end,
        text=statement(row) if row else " ".join(verbatim.split()),
        verbatim=verbatim,
        heading=heading,
        kind=_KINDS[told.kind],
        row=row.name if row else "",
        cells=row.cells if row else (),
    )


_MARK = "# "
_KINDS = {kind: SentenceKind(kind.value) for kind in BlockKind}
