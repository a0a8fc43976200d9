"""Opposites and negations between a claim and a line about the same; values and names are elsewhere."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Comparison
from probandum.agent.judges.embedded.differences.difference import (
    NEAR_ENOUGH,
    SAME_STATEMENT,
    Clash,
    comparable_at,
    covered,
)
from probandum.agent.language.analysis import Line, Shown
from probandum.agent.language.lexicon import listed, paired
from probandum.agent.language.tokens import Token, stem
from probandum.agent.taxonomy import ErrorType

_NEGATIONS = listed("negations")
_ROOM = 3
"""How many content words more may stand between two words that a negation stands between on the other side."""
_DENYING = listed("denying")
_LONG = 4
"""Letters that a word has at least, so that a syllable before it means something: not "in" before "put"."""
_REACH = 3
"""How many words before an opposite a negation may stand that turns it back."""
_OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in (*paired("antonyms"), *(pair[::-1] for pair in paired("antonyms"))):
    _OPPOSITES[stem(_one)] = _OPPOSITES.get(stem(_one), frozenset()) | {stem(_other)}


def opposites(comparison: Comparison, _: Shown) -> Iterator[Clash]:
    """Words whose opposite stands in a line that has the rest; soft where a negation turns one of them back."""
    for word in comparison.claim.words:
        found = next((each for each in comparison.best if _rivals(comparison, word, each.line)), None)
        if found is None or _said_too(comparison, word):
            continue
        rivals = _rivals(comparison, word, found.line)
        rival = next(w for w in found.line.words if w.key in rivals)
        hard = _negated(comparison.claim, word) == _negated(found.line, rival)
        yield Clash(ErrorType.OTHER, word.text, rival.text, found, hard=hard, detail="relation")


def _rivals(comparison: Comparison, word: Token, line: Line) -> frozenset[str]:
    rivals = (_OPPOSITES.get(word.key, frozenset()) & line.keys) | _turned(word, line)
    if not rivals or word.key in line.keys or rivals & comparison.claim.keys:
        return frozenset()
    return rivals if _about(comparison, word, line, SAME_STATEMENT) else frozenset()


def _negated(line: Line, word: Token) -> bool:
    place = line.words.index(word)
    return any(before.key in _NEGATIONS for before in line.words[max(0, place - _REACH) : place])


def _turned(word: Token, line: Line) -> frozenset[str]:
    """The word with or without a syllable that denies it: legal and illegal."""
    if not word.content or word.number or len(word.key) < _LONG:
        return frozenset()
    bare = {word.key.removeprefix(syllable) for syllable in _DENYING if word.key.startswith(syllable)}
    return line.keys & ({syllable + word.key for syllable in _DENYING} | {key for key in bare if len(key) >= _LONG})


def _said_too(comparison: Comparison, word: Token) -> bool:
    """Whether a line about the same has the word itself: who one man lost to, another says, has won."""
    return any(word.key in f.line.keys and _about(comparison, word, f.line, NEAR_ENOUGH) for f in comparison.best)


def _about(comparison: Comparison, word: Token, line: Line, enough: float) -> bool:
    return comparable_at(comparison, line, start=word.start, end=word.end, enough=enough)


def negations(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    """A negation on one side only, between words that both sides have."""
    found = comparison.best[0]
    claim, line = comparison.claim, found.line
    here, there = negating(claim, line), negating(line, claim)
    if (here is None) == (there is None) or claim.keys & line.keys & _NEGATIONS:
        return
    if covered(comparison, line) < SAME_STATEMENT or any(True for _clash in opposites(comparison, evidence)):
        return  # about something else, or a negated opposite, which says the same
    sides = (here, "no negation") if here else ("no negation", there or "")
    yield Clash(ErrorType.OTHER, *sides, found, hard=True, detail="negation")


def negating(line: Line, other: Line) -> str | None:
    """A negation between two words that stand near each other in the other line too, so that it turns what both say."""
    content = [word for word in line.words if word.content]
    theirs = [word.key for word in other.words if word.content]
    for word in line.words:
        if word.key in _NEGATIONS:
            before = [near.key for near in content if near.start < word.start]
            after = [near.key for near in content if near.start > word.start]
            if before and after and _follows(before[-1], after[0], theirs):
                return word.text
    return None


def _follows(one: str, other: str, keys: Sequence[str]) -> bool:
    return any(other in keys[place + 1 : place + 2 + _ROOM] for place, key in enumerate(keys) if key == one)
