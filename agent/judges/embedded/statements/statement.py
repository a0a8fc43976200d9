"""One statement of the evidence made ready for comparison: its words, its values, what it stands under."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from probandum.agent.evidence.sentences import EvidenceSentence, SentenceKind, evidence_sentences
from probandum.agent.language.analysis import LONGEST, AnalyzedSentence, analyze_sentence, analyze_text
from probandum.agent.language.lexicon import word_groups, word_set
from probandum.agent.language.tokens import Token, shifted, stem
from probandum.agent.language.values.comparison import follows
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Value
from probandum.tools.evidence import Evidence

_PRONOUNS = word_set("pronouns")
_KIN = 6
"""First letters that two long words share when they count as forms of one: "govern" and "government"."""
_SAME: dict[str, frozenset[str]] = {}
for _group in word_groups("interchangeable"):
    _stems = frozenset(map(stem, _group))
    for _each in _stems:
        _SAME[_each] = _SAME.get(_each, frozenset()) | _stems
_MOST_KEPT = 4_096
"""Claims of which it is kept what was made of them."""
_MOST_PLACES, _MOST_KIN, _MOST_CANDIDATES = 400, 20, 40
"""Bounds on what is looked at for one word and one claim, so that long texts of the same words take no longer."""


@dataclass(frozen=True, eq=False)
class Statement:
    """A sentence, a part of one between semicolons, or a row of a table in words."""

    sentence: EvidenceSentence
    """What a quote of it says."""
    item: Evidence
    text: str
    before: "Statement | None"
    """The statement before it in its item, where pronouns may point; None at the start."""
    start: int
    """Where in its item its text stands; -1 where it stands nowhere in these words, as a row told in words."""

    @cached_property
    def read(self) -> AnalyzedSentence:
        """Its words, those of its item where it stands there."""
        words = analyze_text(self.item.text).words if self.start >= 0 else ()
        end = self.start + len(self.text)
        own = words[bisect_left(words, (self.start,)) : bisect_left(words, (end,))]
        if not own or own[-1].end > end:
            return analyze_sentence(self.text)
        keys = frozenset(word.key for word in own)
        return AnalyzedSentence(self.text, 0, len(self.text), shifted(own, -self.start), keys)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Its values."""
        return read_values(self.text)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its content words, without those of its values; where it opens with a pronoun, those before it as well."""
        if self.before is None or self.stands_alone:
            return self.own_keys
        return self.own_keys | self.before.own_keys

    @property
    def stands_alone(self) -> bool:
        """Whether it opens with no pronoun that points at the statement before it."""
        opening = self.read.words[0].text.lower() if self.read.words else ""
        return opening not in _PRONOUNS or self.before is None

    @cached_property
    def own_keys(self) -> frozenset[str]:
        """The same without those before it."""
        return frozenset(content_keys(self.read, self.values))

    @cached_property
    def around(self) -> frozenset[str]:
        """The content words of its headings, its document's title, and the statement before it."""
        told = [analyze_sentence(text) for text in (self.item.title, self.sentence.heading) if text]
        told += [self.before.read] if self.before else []
        return frozenset(word.key for each in told for word in each.words if word.content)

    @cached_property
    def passage_sentence(self) -> AnalyzedSentence:
        """The sentence of the passage that it lies in, with what stands around that."""
        found = analyze_text(self.item.text).sentences
        start = self.sentence.start
        return next((each for each in found if each.start <= start < each.end), self.read)


def content_keys(read: AnalyzedSentence, values: Sequence[Value]) -> list[str]:
    """The keys of the content words in order, without numbers and without words that belong to a value."""
    return [
        word.key
        for word in read.words
        if (word.content or _is_letter(word))
        and not word.number
        and not any(value.start <= word.start - read.start < value.end for value in values)
    ]


def _is_letter(word: Token) -> bool:
    """Whether it tells one thing from another of its name: "Bridge B"."""
    return (len(word.text) == 1 and word.text.isupper() and word.text not in ("A", "I")) or (
        word.text == "A" and word.start > 0
    )


def same_words(key: str) -> frozenset[str]:
    """The word and those that may stand in its place."""
    return _SAME.get(key, frozenset()) | {key}


def stands_in(key: str, keys: frozenset[str]) -> bool:
    """Whether a word, a common other word for it, or another form of it is among others."""
    if key in keys or not keys.isdisjoint(_SAME.get(key, ())):
        return True
    return len(key) >= _KIN and key[:_KIN] in _beginnings(keys)


@lru_cache(maxsize=4_096)
def _beginnings(keys: frozenset[str]) -> frozenset[str]:
    """By which forms of a word are known; kept, since every claim is looked for in the same statements."""
    return frozenset(key[:_KIN] for key in keys if len(key) >= _KIN)


class StatementIndex:
    """Everything that is said, found by its words: a claim is compared with few statements, however many there are."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = tuple(statements)
        places: dict[str, list[int]] = {}
        for place, statement in enumerate(self.statements):
            for key in statement.keys:
                held = places.setdefault(key, [])
                if len(held) < _MOST_PLACES:
                    held.append(place)
        self._kept: dict[str, Any] = {}
        self._places = places
        self._kin: dict[str, list[str]] = {}
        for key in places:
            if len(key) >= _KIN and len(same := self._kin.setdefault(key[:_KIN], [])) < _MOST_KIN:
                same.append(key)

    def kept(self, claim: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is made of a claim
        """What was made of a claim beside these statements, once; let go of with them."""
        if claim not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[claim] = work()
        return self._kept[claim]

    def candidates(self, keys: Iterable[str]) -> tuple[tuple[int, Statement], ...]:
        """The statements that share most of some content words, the most first and of as many the earlier.

        Each with how many of the words it shares, in whatever form.
        """
        shared: Counter[int] = Counter()
        for key in keys:
            forms = {*same_words(key), *(self._kin.get(key[:_KIN], ()) if len(key) >= _KIN else ())}
            lists = [self._places[form] for form in forms if form in self._places]
            shared.update(lists[0] if len(lists) == 1 else {place for places in lists for place in places})
        ranked = sorted(shared, key=lambda place: (-shared[place], place))[:_MOST_CANDIDATES]
        return tuple((shared[place], self.statements[place]) for place in ranked)

    def has_value(self, values: Iterable[Value]) -> bool:
        """Whether one of some values follows from a value of any statement."""
        return any(follows(value, self._values) for value in values)

    @cached_property
    def _values(self) -> tuple[Value, ...]:
        """All values, each once."""
        told = {(each.kind, each.unit, each.low, each.high): each for every in self.statements for each in every.values}
        return tuple(told.values())


@lru_cache(maxsize=64)
def read_statements(items: tuple[Evidence, ...]) -> StatementIndex:
    """What the items say; kept, since all claims of an answer are compared with the same."""
    return StatementIndex(_statements(items))


def _statements(items: tuple[Evidence, ...]) -> list[Statement]:
    by_id = {item.id: item for item in items}
    found: list[Statement] = []
    for sentence in evidence_sentences(items):
        if sentence.kind is SentenceKind.HEADING and not sentence.text.rstrip("*_ ").endswith((".", "!")):
            continue  # what is all in bold and ends as a sentence does is one
        item = by_id[sentence.evidence_id]
        same_item = found and found[-1].item is item and not sentence.cells
        for part, offset in _parts(sentence):
            start = sentence.start + offset if item.text.startswith(part, sentence.start + offset) else -1
            found.append(Statement(sentence, item, part, found[-1] if same_item else None, start))
    return found


def _parts(sentence: EvidenceSentence) -> Iterator[tuple[str, int]]:
    """A sentence of prose is several statements where semicolons part it, each with its place; a row stays one."""
    if sentence.cells:
        yield sentence.text, 0
        return
    place = 0
    for part in sentence.text[:LONGEST].split("; "):
        if part.strip():
            yield part, place
        place += len(part) + 2
