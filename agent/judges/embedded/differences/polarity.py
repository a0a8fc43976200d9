"""Opposites and negations between a claim and a sentence about the same; values and names are elsewhere."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import (
    MIN_OVERLAP,
    MIN_OVERLAP_WORDS,
    Difference,
    coverage,
    is_comparable_at,
)
from probandum.agent.language.analysis import AnalyzedSentence, TextIndex
from probandum.agent.language.lexicon import word_pairs, word_set
from probandum.agent.language.tokens import Token, stem
from probandum.agent.taxonomy import ErrorType
from probandum.tools.segmentation.structure.tool_results import failure_in

_NEGATIONS = word_set("negations")
_ROOM = 3
"""How many content words more may stand between two words that a negation stands between on the other side."""
_DENYING = word_set("denying")
_LONG = 4
"""Letters that a word has at least, so that a syllable before it means something: not "in" before "put"."""
_REACH = 3
"""How many words before an opposite a negation may stand that turns it back."""
_OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in (*word_pairs("antonyms"), *(pair[::-1] for pair in word_pairs("antonyms"))):
    _OPPOSITES[stem(_one)] = _OPPOSITES.get(stem(_one), frozenset()) | {stem(_other)}


def antonyms(alignment: Alignment, _: TextIndex) -> Iterator[Difference]:
    """Words whose opposite stands in a sentence that has the rest; soft where a negation turns one of them back."""
    for word in alignment.claim.words:
        found = next((each for each in alignment.nearest if _rivals(alignment, word, each.sentence)), None)
        if found is None or _said_too(alignment, word):
            continue
        rivals = _rivals(alignment, word, found.sentence)
        rival = next(w for w in found.sentence.words if w.key in rivals)
        contradicts = _negated(alignment.claim, word) == _negated(found.sentence, rival)
        yield Difference(ErrorType.OTHER, word.text, rival.text, found, contradicts=contradicts, detail="relation")


def _rivals(alignment: Alignment, word: Token, sentence: AnalyzedSentence) -> frozenset[str]:
    rivals = (_OPPOSITES.get(word.key, frozenset()) & sentence.keys) | _turned(word, sentence)
    if not rivals or word.key in sentence.keys or rivals & alignment.claim.keys:
        return frozenset()
    return rivals if _about(alignment, word, sentence, MIN_OVERLAP_WORDS) else frozenset()


def _negated(sentence: AnalyzedSentence, word: Token) -> bool:
    place = sentence.words.index(word)
    return any(before.key in _NEGATIONS for before in sentence.words[max(0, place - _REACH) : place])


def _turned(word: Token, sentence: AnalyzedSentence) -> frozenset[str]:
    """The word with or without a syllable that denies it: legal and illegal."""
    if not word.content or word.number or len(word.key) < _LONG:
        return frozenset()
    bare = {word.key.removeprefix(syllable) for syllable in _DENYING if word.key.startswith(syllable)}
    return sentence.keys & ({syllable + word.key for syllable in _DENYING} | {key for key in bare if len(key) >= _LONG})


def _said_too(alignment: Alignment, word: Token) -> bool:
    """Whether a sentence about the same has the word itself: who one man lost to, another says, has won."""
    return any(
        word.key in f.sentence.keys and _about(alignment, word, f.sentence, MIN_OVERLAP) for f in alignment.nearest
    )


def _about(alignment: Alignment, word: Token, sentence: AnalyzedSentence, enough: float) -> bool:
    return is_comparable_at(alignment, sentence, start=word.start, end=word.end, enough=enough)


def negations(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """A negation on one side only, between words that both sides have."""
    found = alignment.nearest[0]
    claim, sentence = alignment.claim, found.sentence
    here, there = turning_negation(claim, sentence), turning_negation(sentence, claim)
    if (here is None) == (there is None) or claim.keys & sentence.keys & _NEGATIONS:
        return
    if failure_in(sentence.text):
        return  # a call that failed says that something was not done, without a negation
    if coverage(alignment, sentence) < MIN_OVERLAP_WORDS or any(True for _difference in antonyms(alignment, evidence)):
        return  # about something else, or a negated opposite, which says the same
    sides = (here, "no negation") if here else ("no negation", there or "")
    yield Difference(ErrorType.OTHER, *sides, found, contradicts=True, detail="negation")


def turning_negation(sentence: AnalyzedSentence, other: AnalyzedSentence) -> str | None:
    """A negation between two words that stand near each other in the other sentence too: it turns what both say."""
    content = [word for word in sentence.words if word.content]
    theirs = [word.key for word in other.words if word.content]
    for word in sentence.words:
        if word.key in _NEGATIONS:
            before = [near.key for near in content if near.start < word.start]
            after = [near.key for near in content if near.start > word.start]
            if before and after and _follows(before[-1], after[0], theirs):
                return word.text
    return None


def _follows(one: str, other: str, keys: Sequence[str]) -> bool:
    return any(other in keys[place + 1 : place + 2 + _ROOM] for place, key in enumerate(keys) if key == one)
