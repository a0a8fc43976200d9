"""Numbers and names of a claim in whose very place the evidence has another one, and pronouns of the other sex."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import (
    MIN_OVERLAP_WORDS,
    Difference,
    coverage,
    is_comparable_at,
)
from probandum.agent.language.analysis import PREFIX_LENGTH, AnalyzedSentence, TextIndex
from probandum.agent.language.lexicon import word_set
from probandum.agent.language.names import kin
from probandum.agent.language.quantities import Quantity, allows, as_number, is_year
from probandum.agent.language.tokens import Token
from probandum.agent.taxonomy import ErrorType

_ROOM = 2
"""How many content words the evidence may have in the place of one."""
_LONG = 5
"""Letters of a word of which one may differ."""
_SPELLINGS = (
    ("our", "or"),
    ("c", "s"),
    ("z", "s"),
    ("ll", "l"),
    ("ae", "e"),
    ("oe", "e"),
    ("men", "man"),
)
"""What is one word in two ways of writing, or in the plural."""
_SEXES = (word_set("male"), word_set("female"))
_SAME_PERSON = 0.6
"""Share of the claim's content words a sentence must have before a pronoun of the other sex in it means anything."""


def substitutions(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """Numbers and names that are new to the evidence, where their neighbours enclose another one there."""
    content = [word for word in alignment.claim.words if word.content]
    around = (None, *content, None)
    for before, word, after in zip(around, content, around[2:], strict=False):
        if before is None or not _new(word, alignment, evidence) or word is alignment.claim.words[0]:
            continue
        for found in alignment.nearest:
            rival = _in_place(word, _between(before, after, found.sentence), alignment.claim)
            if rival:
                kind = ErrorType.NUMBER if word.number else ErrorType.ENTITY
                yield Difference(kind, word.text, rival.text, found, contradicts=True)
                break


def _new(word: Token, alignment: Alignment, evidence: TextIndex) -> bool:
    specific = word.number or word.text[0].isupper()
    unseen = word.key in alignment.unseen and word.key[:PREFIX_LENGTH] not in evidence.prefixes
    return specific and unseen and not any(key in evidence.index for key in kin(word.key))


def _between(before: Token, after: Token | None, sentence: AnalyzedSentence) -> Sequence[Token]:
    """The content words of a sentence between two words that stand near each other, or right after the one."""
    content = [word for word in sentence.words if word.content]
    for place, word in enumerate(content):
        if word.key == before.key:
            following = content[place + 1 : place + 2 + _ROOM]
            if after is None:
                return following[:1]
            end = next((at for at, each in enumerate(following) if each.key == after.key), 0)
            if end:
                return following[:end]
    return ()


def _in_place(word: Token, there: Sequence[Token], claim: AnalyzedSentence) -> Token | None:
    return next((each for each in there if each.key not in claim.keys and _rivals(word, each, claim)), None)


def _rivals(word: Token, other: Token, claim: AnalyzedSentence) -> bool:
    if not word.number or not other.number:
        return not word.number and not other.number and other.text[0].isupper()
    if is_year(word) != is_year(other) or word.text in other.text or other.text in word.text:
        return False  # 2011 and '11, 50 and 50million
    said, found = (Quantity(each.start, each.end, as_number(each), "") for each in (word, other))
    return not allows(claim.text, said, found)


def misspellings(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """Words new to the evidence, where a sentence about the same has another of nearly the same letters."""
    found = alignment.nearest[0]
    for word in alignment.claim.words:
        if not word.content or word.number or word.key in evidence.index or len(word.text) < _LONG:
            continue
        if not is_comparable_at(alignment, found.sentence, start=word.start, end=word.end, enough=MIN_OVERLAP_WORDS):
            continue
        rival = next((each for each in found.sentence.words if _is_near_miss(word, each, alignment.claim)), None)
        if rival:
            kind, detail = (ErrorType.ENTITY, None) if word.text[0].isupper() else (ErrorType.OTHER, "relation")
            yield Difference(kind, word.text, rival.text, found, contradicts=True, detail=detail)


def _is_near_miss(word: Token, other: Token, claim: AnalyzedSentence) -> bool:
    """Whether two words are told apart by a letter or two that are no matter of spelling."""
    if other.number or not other.content or other.key in claim.keys or word.text[0] != other.text[0]:
        return False
    one, two = _spelt(word.text), _spelt(other.text)
    return one != two and OSA.distance(one, two) == 1 and not (one.startswith(two) or two.startswith(one))


def _spelt(word: str) -> str:
    """A word in one of its spellings."""
    lower = word.lower()
    for one, other in _SPELLINGS:
        lower = lower.replace(one, other)
    lower = lower.removesuffix("s")
    return lower[:-2] + "er" if lower.endswith("re") else lower


def genders(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """A pronoun of one sex, where the sentence about the same has one of the other, and the evidence no other."""
    found = alignment.nearest[0]
    if coverage(alignment, found.sentence) < _SAME_PERSON:
        return
    for mine, other in (_SEXES, _SEXES[::-1]):
        said, instead = _any(alignment.claim, mine), _any(found.sentence, other)
        if said and instead and not _any(alignment.claim, other) and mine.isdisjoint(evidence.index):
            yield Difference(ErrorType.ENTITY, said, instead, found, contradicts=True)


def _any(sentence: AnalyzedSentence, words: frozenset[str]) -> str | None:
    return next((word.text for word in sentence.words if word.text.lower() in words), None)
