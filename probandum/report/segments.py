"""Cuts a response into the pieces that a report shows, by its claims and its changes; how they look is elsewhere."""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from probandum.agent.report import Report


class MarkedSpan(NamedTuple):
    """A marked stretch, ``[start, end)`` in characters, and what marks it."""

    start: int
    end: int
    mark: str


class Segment(NamedTuple):
    """A piece of the text under one and the same set of marks."""

    text: str
    marks: tuple[str, ...]
    """In the order in which they were given."""


def segments(text: str, stretches: Iterable[MarkedSpan]) -> Iterator[Segment]:
    """The text in pieces that join to exactly the text; stretches beyond its end are cut, empty ones left out."""
    whole = len(text)
    within = [MarkedSpan(s.start, min(s.end, whole), s.mark) for s in stretches if s.start < min(s.end, whole)]
    edges = sorted({0, whole, *(s.start for s in within), *(s.end for s in within)})
    opening = sorted(within)
    held: list[MarkedSpan] = []
    order = {stretch: place for place, stretch in enumerate(within)}
    for start, end in itertools.pairwise(edges):
        held = [stretch for stretch in held if stretch.end > start]
        while opening and opening[0].start <= start:
            held.append(opening.pop(0))
        marks = (stretch.mark for stretch in sorted(held, key=order.__getitem__))
        yield Segment(text[start:end], tuple(dict.fromkeys(marks)))


def correction(report: Report) -> Iterator[tuple[str, str | None, str | None]]:
    """The response as it stands, then for each change what it strikes and what it says instead."""
    place = 0
    for change in report.corrected.changes if report.corrected else ():
        yield report.response[place : change.span.start], change.old, change.new
        place = change.span.end
    yield report.response[place:], None, None
