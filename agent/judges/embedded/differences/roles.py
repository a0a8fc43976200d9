"""Who does what to whom: the same words, two of them in each other's place; what they stand for is not known here."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import Difference, coverage
from probandum.agent.language.analysis import AnalyzedSentence, TextIndex
from probandum.agent.language.lexicon import word_set
from probandum.agent.language.tokens import Token, stem
from probandum.agent.taxonomy import ErrorType

_SAME_WORDS = 0.95
"""Share of the claim's content words that a sentence must have."""
_MORE = 1
"""How many content words more a sentence may have: a longer one may say both."""
_TURNING = frozenset({"by", "and", "or", "between"})
_SYMMETRIC = frozenset(map(stem, word_set("symmetric")))
"""What holds both ways round: who marries whom."""


def swaps(alignment: Alignment, _: TextIndex) -> Iterator[Difference]:
    """Two words on either side of a third, the other way round in a sentence with all of the claim's words."""
    found = alignment.nearest[0]
    said, there = _content(alignment.claim), _content(found.sentence)
    if coverage(alignment, found.sentence) < _SAME_WORDS or len(there) > len(said) + _MORE:
        return
    if _turnable(alignment.claim) or _turnable(found.sentence):
        return
    pair = next((pair for pivot in range(1, len(said) - 1) if (pair := _swapped(said, pivot, there))), None)
    if pair:
        one, other = pair
        yield Difference(
            ErrorType.OTHER,
            f"{one.text} … {other.text}",
            f"{other.text} … {one.text}",
            found,
            contradicts=True,
            detail="role_swap",
        )


def _swapped(said: Sequence[Token], pivot: int, there: Sequence[Token]) -> tuple[Token, Token] | None:
    place = next((at for at, word in enumerate(there) if word.key == said[pivot].key), None)
    if place is None or said[pivot].key in _SYMMETRIC:
        return None
    before, after = {word.key for word in there[:place]}, {word.key for word in there[place + 1 :]}
    ones = [word for word in said[:pivot] if word.key in after - before and not word.number]
    others = [word for word in said[pivot + 1 :] if word.key in before - after and not word.number]
    pairs = ((one, other) for one in ones for other in others if one.text[0].isupper() == other.text[0].isupper())
    return next(pairs, None)


def _content(sentence: AnalyzedSentence) -> list[Token]:
    """The content words; the first one without its capital, which any sentence has, unless it belongs to a name."""
    first = [word if _is_name(word, sentence) else word._replace(text=word.text.lower()) for word in sentence.words[:1]]
    return [word for word in (*first, *sentence.words[1:]) if word.content]


def _is_name(word: Token, sentence: AnalyzedSentence) -> bool:
    """Whether a first word is one of a name: the next is capitalised, too."""
    following = sentence.words[1:2]
    return bool(following) and following[0].text[0].isupper() and word.content


def _turnable(sentence: AnalyzedSentence) -> bool:
    """Whether it may say the same the other way round: in the passive, or of two that are joined."""
    return any(word.text.lower() in _TURNING for word in sentence.words)
