"""Numbers and names of a claim in whose very place the evidence has another one, and pronouns of the other sex."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Comparison
from probandum.agent.judges.embedded.differences.difference import Clash, covered
from probandum.agent.language.analysis import STUB, Line, Shown
from probandum.agent.language.lexicon import listed
from probandum.agent.language.names import kin
from probandum.agent.language.quantities import Quantity, allows, as_number, is_year
from probandum.agent.language.tokens import Token
from probandum.agent.taxonomy import ErrorType

_ROOM = 2
"""How many content words the evidence may have in the place of one."""
_SEXES = (listed("male"), listed("female"))
_SAME_PERSON = 0.6
"""Share of the claim's content words a line must have before a pronoun of the other sex in it means anything."""


def replaced(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    """Numbers and names that are new to the evidence, where their neighbours enclose another one there."""
    content = [word for word in comparison.claim.words if word.content]
    around = (None, *content, None)
    for before, word, after in zip(around, content, around[2:], strict=False):
        if before is None or not _new(word, comparison, evidence) or word is comparison.claim.words[0]:
            continue
        for found in comparison.best:
            rival = _in_place(word, _between(before, after, found.line), comparison.claim)
            if rival:
                kind = ErrorType.NUMBER if word.number else ErrorType.ENTITY
                yield Clash(kind, word.text, rival.text, found, hard=True)
                break


def _new(word: Token, comparison: Comparison, evidence: Shown) -> bool:
    specific = word.number or word.text[0].isupper()
    unseen = word.key in comparison.unseen and word.key[:STUB] not in evidence.beginnings
    return specific and unseen and not any(key in evidence.index for key in kin(word.key))


def _between(before: Token, after: Token | None, line: Line) -> Sequence[Token]:
    """The content words of a line between two words that stand near each other, or right after the one."""
    content = [word for word in line.words if word.content]
    for place, word in enumerate(content):
        if word.key == before.key:
            following = content[place + 1 : place + 2 + _ROOM]
            if after is None:
                return following[:1]
            end = next((at for at, each in enumerate(following) if each.key == after.key), 0)
            if end:
                return following[:end]
    return ()


def _in_place(word: Token, there: Sequence[Token], claim: Line) -> Token | None:
    return next((each for each in there if each.key not in claim.keys and _rivals(word, each, claim)), None)


def _rivals(word: Token, other: Token, claim: Line) -> bool:
    if not word.number or not other.number:
        return not word.number and not other.number and other.text[0].isupper()
    if is_year(word) != is_year(other) or word.text in other.text or other.text in word.text:
        return False  # 2011 and '11, 50 and 50million
    said, found = (Quantity(each.start, each.end, as_number(each), "") for each in (word, other))
    return not allows(claim.text, said, found)


def sexes(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    """A pronoun of one sex, where the line about the same has one of the other, and the evidence no other."""
    found = comparison.best[0]
    if covered(comparison, found.line) < _SAME_PERSON:
        return
    for mine, other in (_SEXES, _SEXES[::-1]):
        said, instead = _any(comparison.claim, mine), _any(found.line, other)
        if said and instead and not _any(comparison.claim, other) and mine.isdisjoint(evidence.index):
            yield Clash(ErrorType.ENTITY, said, instead, found, hard=True)


def _any(line: Line, words: frozenset[str]) -> str | None:
    return next((word.text for word in line.words if word.text.lower() in words), None)
