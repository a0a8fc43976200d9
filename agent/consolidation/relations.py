"""How the claims of one response stand to each other, told from their words alone; what follows is told elsewhere.

Cautious on purpose: what is not plain from the words is not named. Each function takes time in the number of claims,
not of pairs.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from probandum.agent.language.analysis import LONGEST, AnalyzedSentence, analyze_sentence
from probandum.agent.language.lexicon import word_set
from probandum.agent.language.tokens import stem
from probandum.agent.models import Claim

_ARTICLES = frozenset({"a", "an", "the"})
_NEGATIONS = word_set("negations")
_ONCE = frozenset(map(stem, word_set("once")))
_BACKWARDS = frozenset({"this", "these", "that", "those", "such", "therefore", "thus", "hence", "consequently"})
_SLOT = "#"
_NEIGHBOURS = 8
"""How many claims of the same build are compared with each, so that a long table does not take quadratic time."""
_SUBJECT_WORDS = 3
"""A name that begins within so many words of a claim is what the claim is about."""


class Conflict(NamedTuple):
    """Two claims of which at most one can be true."""

    claim: str
    """Id of the later one."""
    other: str
    """Id of the earlier one."""
    said: str
    instead: str
    """The words in which they differ: of the later and of the earlier claim; empty for a negation that is missing."""


class _Build(NamedTuple):
    """A claim as the words that hold it together and what stands in its slots."""

    claim: Claim
    skeleton: tuple[str, ...]
    """Its words, stemmed, without articles and negations; numbers as slots."""
    numbers: tuple[str, ...]
    dates: frozenset[str]
    """Those of the numbers that belong to a date on which more than one thing may have happened."""
    negations: tuple[str, ...]


def duplicates(claims: Iterable[Claim]) -> dict[str, str]:
    """Claim id to the id of the earliest claim that says the same: the same words in the same order.

    Case, punctuation, articles, endings and the spelling of numbers are evened out; no word is left out of account.
    """
    first: dict[object, str] = {}
    repeated = {}
    for claim in claims:
        words = analyze_sentence(claim.text).words if len(claim.text) <= LONGEST else ()
        keys = tuple(word.key for word in words if word.key not in _ARTICLES)
        original = first.setdefault(keys or claim.text.casefold(), claim.id)
        if original != claim.id:
            repeated[claim.id] = original
    return repeated


def conflicts(claims: Iterable[Claim]) -> tuple[Conflict, ...]:
    """Pairs that differ in one number or in a negation, and in no other word.

    A year alone makes a conflict only for what happens once, such as a birth: a cup can be won twice.
    """
    built: dict[tuple[str, ...], list[_Build]] = {}
    found = []
    for claim in claims:
        build = _build(claim)
        earlier = built.setdefault(build.skeleton, [])
        found += [c for other in earlier[:_NEIGHBOURS] if (c := _conflict(build, other))]
        earlier.append(build)
    return tuple(found)


def premises(claims: Sequence[Claim]) -> dict[str, str]:
    """Claim id to the id of the earlier claim that it rests on.

    Seen are: a claim about a named thing that an earlier claim, about something else, brought up ("Voss founded the
    Nordlys clinic." "The Nordlys clinic treats 4,000 patients."), and one that opens by pointing back ("This …").
    """
    introduced: dict[tuple[str, ...], str | None] = {}
    found = {}
    for before, claim in zip((None, *claims), claims, strict=False):
        sentence = analyze_sentence(claim.text[:LONGEST])
        subjects, others = _named(sentence)
        premise = next((p for keys in subjects if (p := introduced.get(keys))), None)
        if premise is None and before and sentence.words and sentence.words[0].text.lower() in _BACKWARDS:
            premise = before.id
        if premise:
            found[claim.id] = premise
        for keys in subjects:
            introduced.setdefault(keys, None)  # it is there in its own right
        for keys in others:
            introduced.setdefault(keys, claim.id)
    return found


def _named(sentence: AnalyzedSentence) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The names of a claim: those it is about, and the others."""
    opening = sentence.words[min(len(sentence.words), _SUBJECT_WORDS) - 1].end if sentence.words else 0
    subjects = [name.keys for name in sentence.names if name.start < opening]
    if not subjects and sentence.words and sentence.words[0].content and sentence.words[0].text[0].isupper():
        subjects = [(sentence.words[0].key,)]
    return subjects, [name.keys for name in sentence.names if name.start >= opening]


def _build(claim: Claim) -> _Build:
    sentence = analyze_sentence(claim.text[:LONGEST])
    kept = [word for word in sentence.words if word.key not in _ARTICLES]
    return _Build(
        claim,
        skeleton=tuple(_SLOT if word.number else word.key for word in kept if word.key not in _NEGATIONS),
        numbers=tuple(word.text for word in kept if word.number),
        dates=frozenset(sentence.text[d.start : d.end] for d in sentence.dates if _ONCE.isdisjoint(sentence.keys)),
        negations=tuple(word.text for word in kept if word.key in _NEGATIONS),
    )


def _conflict(one: _Build, other: _Build) -> Conflict | None:
    differing = list(_differing(one.numbers, other.numbers))
    turned = len(one.negations) % 2 != len(other.negations) % 2
    if turned and not differing:
        return Conflict(one.claim.id, other.claim.id, " ".join(one.negations), " ".join(other.negations))
    if not turned and one.negations == other.negations and len(differing) == 1 and not _in_date(one, differing[0][0]):
        return Conflict(one.claim.id, other.claim.id, *differing[0])
    return None


def _in_date(build: _Build, number: str) -> bool:
    return any(number in date for date in build.dates)


def _differing(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str, str]]:
    for mine, other in zip(ours, theirs, strict=True):
        if analyze_sentence(mine).keys != analyze_sentence(other).keys:
            yield mine, other
