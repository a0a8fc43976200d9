"""Texts made ready for comparison, sentence by sentence; what a comparison means is decided elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from probandum.agent.language.dates import Date, dates
from probandum.agent.language.names import Name, names
from probandum.agent.language.quantities import Quantity, quantities
from probandum.agent.language.tokens import Token, tokens
from probandum.tools.segmentation.sentences import sentences

Pair = tuple[str, str]
Triple = tuple[str, str, str]

STUB = 5
"""How many first letters two words share when they count as relatives."""
REACH = 6
"""How many content words further on still count as together."""


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
class Reading:
    """One passage, read."""

    words: tuple[Token, ...]
    lines: tuple[Line, ...]
    index: Mapping[str, tuple[int, ...]]
    """Word to the places of its lines."""
    together: frozenset[Pair]
    """Content words that stand near each other, in their order."""
    triples: frozenset[Triple]
    """Words three in a row, across sentences too."""
    beginnings: frozenset[str]
    """First letters of the longer words, by which relatives of a word are known."""


@dataclass(frozen=True, eq=False)
class Shown:
    """All passages that a claim is compared with, as one text; fields as those of `Reading`."""

    lines: tuple[Line, ...]
    passages: tuple[int, ...]
    """For each line, the place of its passage among those shown."""
    index: Mapping[str, tuple[int, ...]]
    together: frozenset[Pair]
    triples: frozenset[Triple]
    beginnings: frozenset[str]

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """All dates."""
        return tuple(date for line in self.lines for date in line.dates)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """All amounts."""
        return tuple(quantity for line in self.lines for quantity in line.quantities)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names."""
        return tuple(name for line in self.lines for name in line.names)

    @cached_property
    def initials(self) -> frozenset[str]:
        """Of all names of more than one word."""
        return frozenset(name.initials for name in self.names if len(name.keys) > 1)


@lru_cache(maxsize=64)
def shown(texts: tuple[str, ...]) -> Shown:
    """Passages as one text, as if each went on in the next; kept, since many claims are compared with the same ones."""
    readings = [read(text) for text in texts]
    index: dict[str, tuple[int, ...]] = {}
    first = 0
    for reading in readings:
        for key, places in reading.index.items():
            index[key] = index.get(key, ()) + tuple(first + place for place in places)
        first += len(reading.lines)
    seams = [_seam(one, other) for one, other in pairwise(readings)]
    return Shown(
        lines=tuple(line for reading in readings for line in reading.lines),
        passages=tuple(place for place, reading in enumerate(readings) for _ in reading.lines),
        index=index,
        together=frozenset().union(*(reading.together for reading in readings), *(pairs for pairs, _ in seams)),
        triples=frozenset().union(*(reading.triples for reading in readings), *(triples for _, triples in seams)),
        beginnings=frozenset().union(*(reading.beginnings for reading in readings)),
    )


@lru_cache(maxsize=2_048)
def read(text: str) -> Reading:
    """The passage, read; kept for the passages seen last."""
    words = tokens(text)
    lines = _lines(text, words)
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for key in line.keys:
            places.setdefault(key, []).append(place)
    return Reading(
        words=words,
        lines=lines,
        index={key: tuple(found) for key, found in places.items()},
        together=frozenset(_together(words)),
        triples=frozenset(_triples(words)),
        beginnings=frozenset(w.key[:STUB] for w in words if len(w.key) >= STUB and not w.number),
    )


def forget() -> None:
    """Let go of the passages that were read, for whoever goes on to others: thousands of them take hundreds of MB."""
    read.cache_clear()
    shown.cache_clear()


def _seam(one: Reading, other: Reading) -> tuple[list[Pair], list[Triple]]:
    """What stands together where one passage goes over into the next."""
    content = (*[w for w in one.words[-4 * REACH :] if w.content][-REACH:], *other.words[: 4 * REACH])
    return _together(content), _triples((*one.words[-2:], *other.words[:2]))


def _together(words: Sequence[Token]) -> list[Pair]:
    return near([word.key for word in words if word.content], REACH)


def _triples(words: Sequence[Token]) -> list[Triple]:
    keys = [word.key for word in words]
    return list(zip(keys, keys[1:], keys[2:], strict=False))


def near(keys: list[str], reach: int) -> list[Pair]:
    """Every word with each of the ``reach`` words after it."""
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
