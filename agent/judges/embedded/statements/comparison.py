"""A claim beside the statement that has most of it: what agrees, what differs, what is not there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

from probandum.agent.judges.embedded.statements.statement import (
    Statement,
    StatementIndex,
    content_keys,
    same_words,
    stands_in,
)
from probandum.agent.judges.embedded.statements.substitution import substitutions
from probandum.agent.judges.embedded.statements.wording import (
    Wording,
    condition_after,
    densest,
    stretch_around,
    wording,
)
from probandum.agent.language.analysis import AnalyzedSentence, analyze_sentence
from probandum.agent.language.assertion import Scope, affirmations, governing
from probandum.agent.language.lexicon import word_pairs
from probandum.agent.language.tokens import Token, stem
from probandum.agent.language.values.comparison import FOLLOWS, Relation, compare, follows
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Kind, Value

_NEAREST = 3
_OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in (*word_pairs("antonyms"), *(pair[::-1] for pair in word_pairs("antonyms"))):
    for _each in same_words(stem(_one)):
        _OPPOSITES[_each] = _OPPOSITES.get(_each, frozenset()) | same_words(stem(_other))


@dataclass(frozen=True, eq=False)
class ReadClaim:
    """A claim, read once for all statements."""

    text: str
    read: AnalyzedSentence
    values: tuple[Value, ...]
    keys: tuple[str, ...]
    """Its content words in order, each once, without those of its values."""
    names: tuple[Token, ...]
    """Those of them that are written with a capital, the first word apart."""
    wording: Wording


@dataclass(frozen=True, eq=False)
class Comparison:
    """A claim beside one statement; each side of it is looked at when it is first asked for."""

    claim: ReadClaim
    statement: Statement

    @cached_property
    def found(self) -> frozenset[str]:
        """The claim's content words that stand in the statement."""
        short = {name.key for name in self.claim.names if _is_short_for(name, self.statement)}
        return frozenset(key for key in self.claim.keys if key in short or stands_in(key, self.statement.keys))

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Those that do not."""
        return tuple(key for key in self.claim.keys if key not in self.found)

    @cached_property
    def new_names(self) -> tuple[Token, ...]:
        """Names of the claim that stand neither there nor in what it stands under."""
        return tuple(_new_names(self.claim, self.statement, self.found))

    @cached_property
    def agreeing(self) -> tuple[Value, ...]:
        """Values of the claim that the statement has, or that follow from one of it."""
        return tuple(value for value in self.claim.values if follows(value, self.statement.values))

    @cached_property
    def conflicts(self) -> tuple[tuple[Value, Value], ...]:
        """Values of the claim, each with one of the statement that measures the same and cannot be true with it."""
        rest, there = self._not_agreeing, self.statement.values
        return tuple((value, other) for value in rest for other in _conflicting(value, there, self.agreeing))

    @cached_property
    def open_values(self) -> tuple[Value, ...]:
        """Values of the claim that nothing in the statement can be compared with."""
        conflicting = {value for value, _ in self.conflicts}
        return tuple(value for value in self._not_agreeing if value not in conflicting)

    @cached_property
    def opposites(self) -> tuple[tuple[str, str], ...]:
        """Words of the claim, each with its opposite in the statement."""
        return tuple(_opposites(self.claim, self.statement))

    @cached_property
    def substitutions(self) -> tuple[tuple[Token, Token], ...]:
        """Words of the claim in whose place, between the same neighbours, the statement has another."""
        return tuple(substitutions(self.claim.read, self.statement.read, self.found))

    @cached_property
    def scope(self) -> Scope | None:
        """What keeps the statement from asserting the claim."""
        sentence, text = self.statement.passage_sentence, self.statement.item.text
        return governing(self.claim.text, frozenset(self.claim.keys), sentence, text)

    @cached_property
    def wording(self) -> Wording:
        """Of the part of the statement that has the claim's words; its conditions are those of the whole."""
        return _wording(self.statement, self.found, self.agreeing)

    @property
    def _not_agreeing(self) -> list[Value]:
        return [value for value in self.claim.values if value not in self.agreeing]

    @property
    def is_verbatim(self) -> bool:
        """Whether the statement is the claim, word for word."""
        said, there = self.claim.read.words, self.statement.read.words
        return [word.text.lower() for word in said] == [word.text.lower() for word in there]

    @property
    def coverage(self) -> float:
        """Share of the claim's content words, values apart, that stand there; 1 for a claim of values alone."""
        return len(self.found) / len(self.claim.keys) if self.claim.keys else 1.0

    @property
    def coverage_without_names(self) -> float:
        """The same without names that are new."""
        rest = len(self.claim.keys) - len({name.key for name in self.new_names})
        return len(self.found) / rest if rest else 0.0

    @property
    def size(self) -> int:
        """How many things the claim says that can be found: content words and values."""
        return len(self.claim.keys) + len(self.claim.values)

    @property
    def share(self) -> float:
        """Share of content words and values that stand there."""
        return (len(self.found) + len(self.agreeing)) / self.size if self.size else 0.0


def read_claim(text: str) -> ReadClaim:
    """What there is to find of a claim."""
    read, values = analyze_sentence(text), read_values(text)
    keys = tuple(dict.fromkeys(content_keys(read, values)))
    names = tuple(word for word in names_in(read) if word.key in keys)
    return ReadClaim(text, read, values, keys, names, _told(text, claimed=True))


def names_in(read: AnalyzedSentence) -> Iterator[Token]:
    """Words with a capital; the first only where the next has one too and nothing but a space stands between."""
    for place, word in enumerate(read.words):
        following = read.words[place + 1 : place + 2]
        opens_name = any(n.text[0].isupper() and n.start == word.end + 1 for n in following)
        if word.text[0].isupper() and (place or opens_name):
            yield word


def nearest(claim: ReadClaim, index: StatementIndex) -> tuple[Comparison, ...]:
    """The statements that have most of a claim, best first; none where no statement shares a word with it."""
    best: list[tuple[float, int, Statement]] = []
    for place, (words, statement) in enumerate(index.candidates(claim.keys)):
        if len(best) == _NEAREST and words + len(claim.values) + len(claim.keys) / 10 < best[-1][0]:
            break  # neither this one nor those after it, which share no more words, can have as much
        best.append((_shared(claim, statement, words), -place, statement))
        best = sorted(best, key=itemgetter(0, 1), reverse=True)[:_NEAREST]
    return tuple(Comparison(claim, statement) for _, _, statement in best)


def _shared(claim: ReadClaim, statement: Statement, words: int) -> float:
    """How much of a claim a statement has: words and values, and a little for what stands around it and in itself."""
    agreeing = sum(follows(value, statement.values) for value in claim.values)
    around = sum(key in statement.around for key in claim.keys)
    own = words if statement.stands_alone else sum(stands_in(key, statement.own_keys) for key in claim.keys)
    return words + agreeing + (around + own) / 20


def _wording(statement: Statement, found: frozenset[str], agreeing: Sequence[Value]) -> Wording:
    told = [(word.start, word.key) for word in statement.read.words if stands_in(word.key, found)]
    told += [(v.start, v.text) for v in statement.values if any(compare(one, v) in FOLLOWS for one in agreeing)]
    places = densest(sorted(told))
    start, end = stretch_around(statement.text, places)
    end = condition_after(statement.text, max(places, default=start), end)
    part = _told(statement.text[start:end])
    return part._replace(condition=_told(statement.text).condition)


def _told(text: str, *, claimed: bool = False) -> Wording:
    """The wording without values; a claim that affirms ("it is beyond doubt that") says more, evidence no less."""
    values = [(value.start, value.end) for value in read_values(text)]
    return wording(text, without=values if claimed else [*values, *affirmations(text)])


def _new_names(claim: ReadClaim, statement: Statement, found: frozenset[str]) -> Iterator[Token]:
    """Names that are not there; a part of one that is, only where another word stands in that part's place."""
    words, there = claim.read.words, statement.read.words
    follows = {two.key: one for one, two in pairwise(there)}
    for name in claim.names:
        if name.key in found or _is_near(name, statement):
            continue
        after = next((w for w in words if w.start == name.end + 1 and w.text[0].isupper() and w.key in found), None)
        other = follows.get(after.key) if after else None
        if after is None or (other is not None and other.text[0].isupper() and other.key not in claim.read.keys):
            yield name


def _is_near(name: Token, statement: Statement) -> bool:
    """Whether a name stands in what the statement stands under."""
    return name.key in statement.around


def _is_short_for(name: Token, statement: Statement) -> bool:
    return name.text.isupper() and name.text.lower() in {each.initials for each in statement.read.names}


def _conflicting(value: Value, others: Sequence[Value], agreeing: Sequence[Value]) -> Iterator[Value]:
    """The first value that measures the same and is none that the claim has as well."""
    rivals = (
        other
        for other in others
        if compare(value, other) is Relation.CONFLICT
        and (value.unit == other.unit or value.kind is Kind.DURATION)
        and not any(compare(one, other) in FOLLOWS for one in agreeing)
    )
    if found := next(rivals, None):
        yield found


def _opposites(claim: ReadClaim, statement: Statement) -> Iterator[tuple[str, str]]:
    for word in claim.read.words:
        if not word.content or word.key in statement.keys:
            continue
        rivals = (_OPPOSITES.get(word.key, frozenset()) & statement.read.keys).difference(claim.keys)
        if not rivals or stands_in(word.key, statement.keys):
            continue
        if rivals:
            other = next(each for each in statement.read.words if each.key in rivals)
            yield word.text, other.text
