"""What a list item, a cell of a table or a clause without a subject says together with what it stands under."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from probandum.agent.claims.markup import without_marks
from probandum.agent.claims.splitting import has_subject, has_verb, opens_with_verb
from probandum.tools.segmentation.sentences import BlockKind, SentenceSpan

_CELL = re.compile(r"(?:\\\||[^|\n])+")
_SEPARATOR = re.compile(r"[|:\s-]+")
_LISTED = re.compile(
    r",?\s?(?:(?:the|these) following(?: \w+)?|as follows|namely|such as|including)?\s?:\s*$", re.IGNORECASE
)
_LONGEST_LEAD = 200
_MOST_CELLS = 40
_FEWEST_CELLS = 2


class Told(NamedTuple):
    """One thing that is said: in words that stand alone, and ``[start, end)`` where it stands in the response."""

    text: str
    start: int
    end: int


def is_separator(response: str, stretch: SentenceSpan) -> bool:
    """Whether a row is the line between a table's header and its body."""
    return stretch.kind is BlockKind.ROW and _SEPARATOR.fullmatch(response, stretch.start, stretch.end) is not None


def is_lead_in(response: str, stretches: Sequence[SentenceSpan], place: int) -> bool:
    """Whether a sentence only opens the list that follows: "The kit contains:"."""
    stretch = stretches[place]
    if place + 1 == len(stretches) or stretches[place + 1].kind is not BlockKind.ITEM:
        return False
    opens = stretch.kind in (BlockKind.PROSE, BlockKind.ITEM, BlockKind.HEADING)
    return opens and response[stretch.start : stretch.end].rstrip("*_ ").endswith(":")


class Layout:
    """What the sentences of a response stand under, gathered while they go by in their order."""

    def __init__(self, response: str) -> None:
        self._response = response
        self._heading = ""
        self._headed = False
        """Whether the heading stands right before."""
        self._lead = ""
        self._header: tuple[str, ...] = ()
        self._before: SentenceSpan | None = None

    def take(self, stretches: Sequence[SentenceSpan], place: int) -> None:
        """Note what a sentence opens: a section, a list, a table."""
        stretch = stretches[place]
        before, self._before = self._before, stretch
        self._headed = before is not None and before.kind is BlockKind.HEADING
        text = without_marks(self._response[stretch.start : min(stretch.end, stretch.start + _LONGEST_LEAD)])
        if is_lead_in(self._response, stretches, place):
            self._lead = text if stretch.end - stretch.start <= _LONGEST_LEAD else ""
        elif stretch.kind is BlockKind.HEADING:
            self._heading, self._lead = text.strip(" :#"), ""
        elif stretch.kind is not BlockKind.ITEM:
            self._lead = ""
        if stretch.kind is BlockKind.ROW and (before is None or before.kind is not BlockKind.ROW):
            following = stretches[place + 1] if place + 1 < len(stretches) else None
            headed = following is not None and is_separator(self._response, following)
            self._header = tuple(cell.text for cell in _cells(self._response, stretch)) if headed else ()

    def row(self, stretch: SentenceSpan) -> Iterator[Told]:
        """A row of a table, a statement for each of its cells under their header; as it stands where it has none."""
        cells, header = list(_cells(self._response, stretch)), self._header
        if len(header) != len(cells) or not _FEWEST_CELLS <= len(cells) <= _MOST_CELLS or not cells[0].text:
            name, *rest = [cell.text for cell in cells] or [""]
            told = ": ".join(part for part in (name, ", ".join(rest)) if part)
            yield Told(told or self._response[stretch.start : stretch.end], stretch.start, stretch.end)
            return
        for column, cell in zip(header[1:], cells[1:], strict=True):
            if cell.text.strip("-–— "):
                yield Told(f"{cells[0].text}: {column} {cell.text}", cell.start, cell.end)

    def sentence(self, text: str, *, kind: BlockKind, label: str = "") -> str:
        """A clause with what it lacks: an item its lead-in, one that opens with its verb its label or the heading.

        Args:
            text: the clause.
            kind: of the block that it stands in.
            label: what was cut off before it: "**Emails:** ".
        """
        lacks = opens_with_verb(f"{text[:1].lower()}{text[1:]}")
        if label and lacks:
            return f"{without_marks(label).strip(' :')} {text}"
        if kind is BlockKind.ITEM and self._lead and not has_subject(text):
            return self._with_lead(text)
        near = kind is BlockKind.ITEM or self._headed
        if self._heading and near and lacks and not has_verb(f"{self._heading} it"):
            return f"{self._heading} {text[:1].lower()}{text[1:]}"
        return text

    def _with_lead(self, item: str) -> str:
        stem = _LISTED.sub("", self._lead)
        if not has_verb(f"{stem} it"):
            return f"{stem}: {item}"
        return f"{stem} {item[:1].lower() + item[1:] if item[:2].istitle() and ' ' in item else item}"


def _cells(response: str, stretch: SentenceSpan) -> Iterator[Told]:
    """The cells of a row in order, without their marks; the pipes around them are none."""
    start, end = stretch.start, stretch.end
    first = response.find("|", start, end)
    for match in _CELL.finditer(response, first + 1 if first >= 0 else start, end):
        raw = match.group()
        text = without_marks(raw.strip())
        if text or match.end() < end:
            yield Told(text, match.start() + len(raw) - len(raw.lstrip()), match.start() + len(raw.rstrip()))
