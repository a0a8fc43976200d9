"""Which pieces of evidence repeat each other, by publisher and by text; what that proves is decided elsewhere."""

from collections.abc import Sequence
from itertools import combinations

import networkx as nx
from rapidfuzz import fuzz

from probandum.tools.evidence import Evidence
from probandum.tools.web.domains import registrable_domain

_SAME_TEXT = 90.0
"""Likeness in per cent from which on one passage repeats the other."""
_SAME_WORDS = 0.7
"""Share of the words without which no likeness as high can be."""
_FEWEST_TEXT = 40
"""Characters below which two texts may be alike by accident."""


def independent_first(items: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The items in their order, but those last that repeat the publisher or the text of an earlier one."""
    seen: set[str] = set()
    first: list[Evidence] = []
    repeating: list[Evidence] = []
    for item, publisher, text in zip(items, publisher_groups(items), text_groups(items), strict=True):
        names = {f"publisher {publisher}", f"text {text}"}
        (repeating if names & seen else first).append(item)
        seen |= names
    return (*first, *repeating)


def publisher_groups(items: Sequence[Evidence]) -> list[str]:
    """For each item, one name for all whose sources are of one publisher."""
    names = [registrable_domain(item.source) or item.source for item in items]
    alike = nx.Graph()
    alike.add_nodes_from(names)
    for item, name in zip(items, names, strict=True):
        text = item.text.casefold()
        alike.add_edges_from((name, other) for other in names if other != name and other.casefold() in text)
    return _first_of_each(alike, names)


def text_groups(items: Sequence[Evidence]) -> list[str]:
    """For each item, the id of the first that has nearly its text."""
    alike = nx.Graph()
    alike.add_nodes_from(item.id for item in items)
    plain = {item.id: _plain(item.text) for item in items}
    words = {id_: frozenset(text.split()) for id_, text in plain.items()}
    for one, other in combinations(plain, 2):
        shared = len(words[one] & words[other])
        # Alignment takes a hundred times as long to find out that two texts are about something else.
        if shared >= _SAME_WORDS * min(len(words[one]), len(words[other])) and _same_text(plain[one], plain[other]):
            alike.add_edge(one, other)
    return _first_of_each(alike, [item.id for item in items])


def _first_of_each(alike: "nx.Graph[str]", names: Sequence[str]) -> list[str]:
    first = {name: min(group) for group in nx.connected_components(alike) for name in group}
    return [first[name] for name in names]


def _same_text(one: str, other: str) -> bool:
    """Whether two texts are alike but for a little of the longer one."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _FEWEST_TEXT:
        return shorter == longer
    return fuzz.partial_ratio(shorter, longer, score_cutoff=_SAME_TEXT) > 0


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
