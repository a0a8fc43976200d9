"""Texts made ready for comparison, sentence by sentence; what a comparison means is decided elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from probandum.agent.language.dates import Date, dates
from probandum.agent.language.names import Name, names
from probandum.agent.language.quantities import Quantity, quantities
from probandum.agent.language.tokens import Token, shifted, tokens
from probandum.tools.segmentation.sentences import BlockKind, sentences

Pair = tuple[str, str]
Triple = tuple[str, str, str]

PREFIX_LENGTH = 5
"""How many first letters two words share when they count as relatives."""
LONGEST = 2_000
"""Characters of one sentence; what runs on without a stop is read in pieces of so many, for comparing two sentences
takes time in the product of their lengths."""
WINDOW = 6
"""How many content words further on still count as together."""


@dataclass(frozen=True, eq=False)
class AnalyzedSentence:
    """One sentence; of a claim, or of a passage."""

    text: str
    start: int
    end: int
    """``[start, end)`` in characters of its passage; offsets in its facts count from its own start."""
    words: tuple[Token, ...]
    keys: frozenset[str]
    kind: BlockKind = BlockKind.PROSE
    """The sort of block that it stands in."""

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
        return shifted(self.words, -self.start)

    def _in_date(self, place: int) -> bool:
        return any(date.start <= place < date.end for date in self.dates)


@dataclass(frozen=True, eq=False)
class AnalyzedText:
    """One passage, read."""

    words: tuple[Token, ...]
    sentences: tuple[AnalyzedSentence, ...]
    index: Mapping[str, tuple[int, ...]]
    """Word to the places of its sentences."""


@dataclass(frozen=True, eq=False)
class TextIndex:
    """All passages that a claim is compared with, as one text; fields as those of `AnalyzedText`."""

    texts: tuple[str, ...]
    """The passages as they stand."""
    sentences: tuple[AnalyzedSentence, ...]
    passages: tuple[int, ...]
    """For each sentence, the place of its passage among those shown."""
    index: Mapping[str, tuple[int, ...]]
    cooccurring: frozenset[Pair]
    """Content words that stand near each other, in their order."""
    trigrams: frozenset[Triple]
    """Words three in a row, across sentences too."""
    prefixes: frozenset[str]
    """First letters of the longer words, by which relatives of a word are known."""

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """All dates."""
        return tuple(date for sentence in self.sentences for date in sentence.dates)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """All amounts."""
        return tuple(quantity for sentence in self.sentences for quantity in sentence.quantities)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names."""
        return tuple(name for sentence in self.sentences for name in sentence.names)

    @cached_property
    def initials(self) -> frozenset[str]:
        """Of all names of more than one word."""
        return frozenset(name.initials for name in self.names if len(name.keys) > 1)


@lru_cache(maxsize=64)
def index_texts(texts: tuple[str, ...]) -> TextIndex:
    """Passages as one text, as if each went on in the next; kept, since many claims are compared with the same ones."""
    readings = [analyze_text(text) for text in texts]
    index: dict[str, tuple[int, ...]] = {}
    first = 0
    for reading in readings:
        for key, places in reading.index.items():
            index[key] = index.get(key, ()) + tuple(first + place for place in places)
        first += len(reading.sentences)
    words = [word for reading in readings for word in reading.words]
    keys = [word.key for word in words]
    content = [word.key for word in words if word.content]
    pairs: set[Pair] = set()
    for reach in range(1, WINDOW + 1):
        pairs.update(zip(content, content[reach:], strict=False))
    return TextIndex(
        texts=texts,
        sentences=tuple(sentence for reading in readings for sentence in reading.sentences),
        passages=tuple(place for place, reading in enumerate(readings) for _ in reading.sentences),
        index=index,
        cooccurring=frozenset(pairs),
        trigrams=frozenset(zip(keys, keys[1:], keys[2:], strict=False)),
        prefixes=frozenset(key[:PREFIX_LENGTH] for key in index if len(key) >= PREFIX_LENGTH and not key[0].isdigit()),
    )


@lru_cache(maxsize=2_048)
def analyze_text(text: str) -> AnalyzedText:
    """The passage, read; kept for the passages seen last."""
    words = tokens(text)
    sentences = _sentences(text, words)
    places: dict[str, list[int]] = {}
    for place, sentence in enumerate(sentences):
        for key in sentence.keys:
            places.setdefault(key, []).append(place)
    return AnalyzedText(
        words=words,
        sentences=sentences,
        index={key: tuple(found) for key, found in places.items()},
    )


def clear_caches() -> None:
    """Let go of the passages that were read, for whoever goes on to others: thousands of them take hundreds of MB."""
    analyze_text.cache_clear()
    index_texts.cache_clear()
    analyze_sentence.cache_clear()


def cooccurrences(keys: list[str], reach: int) -> list[Pair]:
    """Every word with each of the ``reach`` words after it."""
    return [(one, other) for place, one in enumerate(keys) for other in keys[place + 1 : place + 1 + reach]]


@lru_cache(maxsize=4_096)
def analyze_sentence(text: str) -> AnalyzedSentence:
    """A text read as one sentence, whatever stands in it; kept for those seen last."""
    words = tokens(text)
    return AnalyzedSentence(text, 0, len(text), words, frozenset(word.key for word in words))


def _sentences(text: str, words: tuple[Token, ...]) -> tuple[AnalyzedSentence, ...]:
    found = []
    place = 0
    for stretch in sentences(text):
        first = place
        while place < len(words) and words[place].start < stretch.end:
            place += 1
        for start, end, inside in _pieces(stretch.start, stretch.end, words[first:place]):
            keys = frozenset(word.key for word in inside)
            found.append(AnalyzedSentence(text[start:end], start, end, inside, keys, stretch.kind))
    return tuple(found)


def _pieces(start: int, end: int, words: tuple[Token, ...]) -> Iterator[tuple[int, int, tuple[Token, ...]]]:
    """A sentence, or what runs on too long in pieces that end between words: ``[start, end)`` and its words."""
    first = 0
    for place, word in enumerate(words):
        if word.end - start > LONGEST and place > first:
            yield start, word.start, words[first:place]
            first, start = place, word.start
    if words:
        yield start, end, words[first:]
