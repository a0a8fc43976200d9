"""Numbers and names of a claim in whose very place the evidence has another one, and pronouns of the other sex."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import Difference, coverage
from probandum.agent.language.analysis import PREFIX_LENGTH, AnalyzedSentence, TextIndex
from probandum.agent.language.lexicon import word_set
from probandum.agent.language.names import kin
from probandum.agent.language.quantities import Quantity, allows, as_number, is_year
from probandum.agent.language.tokens import Token
from probandum.agent.taxonomy import ErrorType

_ROOM = 2
"""How many content words the evidence may have in the place of one."""
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
