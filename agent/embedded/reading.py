"""Texts made ready for comparison, sentence by sentence; what a comparison means is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from probandum.agent.embedded.dates import Date, dates
from probandum.agent.embedded.names import Name, names
from probandum.agent.embedded.quantities import Quantity, quantities
from probandum.agent.embedded.tokens import Token, tokens
from probandum.tools.sentences import sentences

Pair = tuple[str, str]
Triple = tuple[str, str, str]

STUB = 5
"""How many first letters two words share when they count as relatives."""
REACH = 6
"""How many content words further on still count as together."""


@dataclass(frozen=True)
class Line:
    """One sentence; of a claim, or of a passage."""

    text: str
    start: int
    end: int
    """``[start, end)`` in characters of its passage; offsets in its facts count from its own start."""
    words: tuple[Token, ...]
    keys: frozenset[str]

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """Its dates."""
        return dates(self.text)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its amounts, without those that belong to a date."""
        return tuple(q for q in quantities(self.text, self._own_words) if not self._in_date(q.start))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Its names, without those that belong to a date."""
        return tuple(n for n in names(self.text, self._own_words) if not self._in_date(n.start))

    @cached_property
    def _own_words(self) -> tuple[Token, ...]:
        return tuple(w._replace(start=w.start - self.start, end=w.end - self.start) for w in self.words)

    def _in_date(self, place: int) -> bool:
        return any(date.start <= place < date.end for date in self.dates)


@dataclass(frozen=True)
class Reading:
    """One passage, read: its sentences and where each word stands."""

    text: str
    lines: tuple[Line, ...]
    index: Mapping[str, tuple[int, ...]]
    """Word to the places of its lines."""
    together: frozenset[Pair]
    """Content words that stand near each other, in their order."""
    triples: frozenset[Triple]
    """Words three in a row, across sentences too."""
    beginnings: frozenset[str]
    """First letters of the longer words, by which relatives of a word are known."""

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every word."""
        return frozenset(self.index)


@lru_cache(maxsize=2_048)
def read(text: str) -> Reading:
    """The passage, read; kept for the passages seen last, since many claims are compared with the same ones."""
    words = tokens(text)
    keys = [word.key for word in words]
    content = [word.key for word in words if word.content]
    lines = _lines(text, words)
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for key in line.keys:
            places.setdefault(key, []).append(place)
    return Reading(
        text=text,
        lines=lines,
        index={key: tuple(found) for key, found in places.items()},
        together=frozenset(near(content, REACH)),
        triples=frozenset(zip(keys, keys[1:], keys[2:], strict=False)),
        beginnings=frozenset(key[:STUB] for key in keys if len(key) >= STUB and key[0].isalpha()),
    )


def near(keys: list[str], reach: int) -> list[Pair]:
    """Every word with each of the ``reach`` words after it."""
    if reach == 1:
        return list(pairwise(keys))
    return [(one, other) for place, one in enumerate(keys) for other in keys[place + 1 : place + 1 + reach]]


def line_of(text: str) -> Line:
    """A text read as one sentence, whatever stands in it."""
    words = tokens(text)
    return Line(text, 0, len(text), words, frozenset(word.key for word in words))


def _lines(text: str, words: tuple[Token, ...]) -> tuple[Line, ...]:
    found = []
    place = 0
    for stretch in sentences(text):
        first = place
        while place < len(words) and words[place].start < stretch.end:
            place += 1
        inside = words[first:place]
        if inside:
            piece = text[stretch.start : stretch.end]
            found.append(Line(piece, stretch.start, stretch.end, inside, frozenset(word.key for word in inside)))
    return tuple(found)
