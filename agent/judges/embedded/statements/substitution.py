"""Another word in the same place: "a pink hat" where the evidence has "a black hat"."""

from collections.abc import Collection, Iterator, Sequence

from probandum.agent.language.analysis import AnalyzedSentence
from probandum.agent.language.lexicon import word_groups
from probandum.agent.language.tokens import Token, stem

_EXCLUSIVE: dict[str, frozenset[str]] = {}
for _group in word_groups("exclusive"):
    _stems = frozenset(map(stem, _group))
    for _each in _stems:
        _EXCLUSIVE[_each] = _EXCLUSIVE.get(_each, frozenset()) | _stems - {_each}


def substitutions(
    claim: AnalyzedSentence, statement: AnalyzedSentence, found: Collection[str]
) -> Iterator[tuple[Token, Token]]:
    """Content words that the statement lacks, each with the one that it has between the same two neighbours.

    Args:
        claim: the words of the claim.
        statement: the words of what it is compared with.
        found: keys of the claim's words that stand in the statement.
    """
    places = {(before, after): word for before, word, after in _in_threes(statement.words)}
    own = {word.key for word in claim.words}
    for before, word, after in _in_threes(claim.words):
        other = places.get((before, after))
        if other is None or not word.content or word.key in found or word.number:
            continue
        if other.content and other.key not in own:
            yield word, other


def exclude_each_other(one: Token, other: Token) -> bool:
    """Whether a thing that is the one cannot be the other: two colours, two points of the compass."""
    return other.key in _EXCLUSIVE.get(one.key, ())


def _in_threes(words: Sequence[Token]) -> Iterator[tuple[str, Token, str]]:
    keys = ["", *(word.key for word in words), ""]
    for place, word in enumerate(words):
        if keys[place] or keys[place + 2]:
            yield keys[place], word, keys[place + 2]
