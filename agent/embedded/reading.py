"""Texts made ready for comparison, sentence by sentence; what a comparison means is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from probandum.agent.embedded.tokens import Token, tokens
from probandum.tools.sentences import Stretch, sentences

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a passage."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One passage, read: its sentences and where each word stands."""

    text: str
    lines: tuple[Line, ...]
    index: Mapping[str, tuple[int, ...]]
    """Word to the places of its lines."""
    pairs: frozenset[Pair]
    """Neighbouring words, across sentences too."""
    triples: frozenset[Triple]
    beginnings: frozenset[str]
    """First letters of the longer words, by which relatives of a word are known."""


STUB = 5
"""How many first letters two words share when they count as relatives."""


@lru_cache(maxsize=2_048)
def read(text: str) -> Reading:
    """The passage, read; kept for the passages seen last, since many claims are compared with the same ones."""
    words = tokens(text)
    keys = tuple(word.key for word in words)
    lines = _lines(words, sentences(text))
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for key in line.keys:
            places.setdefault(key, []).append(place)
    return Reading(
        text=text,
        lines=lines,
        index={key: tuple(found) for key, found in places.items()},
        pairs=frozenset(zip(keys, keys[1:], strict=False)),
        triples=frozenset(zip(keys, keys[1:], keys[2:], strict=False)),
        beginnings=frozenset(key[:STUB] for key in keys if len(key) >= STUB and key[0].isalpha()),
    )


def _lines(words: tuple[Token, ...], stretches: tuple[Stretch, ...]) -> tuple[Line, ...]:
    found = []
    place = 0
    for stretch in stretches:
        first = place
        while place < len(words) and words[place].start < stretch.end:
            place += 1
        inside = words[first:place]
        if inside:
            found.append(Line(stretch.start, stretch.end, inside, frozenset(word.key for word in inside)))
    return tuple(found)
