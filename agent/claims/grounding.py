"""Whether a claim that a model wrote says what its sentence says, and where in it; writing claims is elsewhere.

A weak model shifts claims to other sentences, says one twice, leaves half a sentence out and adds what it knows. All of
that is seen without understanding: by the numbers, names and words that a claim has and its sentence has not.
"""

from collections.abc import Iterable, Sequence

from probandum.agent.language.tokens import Token, tokens

_SHARED = 0.6
"""The part of a claim's words of content that its sentence or what it refers to has to have."""
_LEFT_OVER = 4
"""So many words of content that no claim has are a statement of their own."""


def is_grounded(claim: str, sentence: str, before: str) -> bool:
    """Whether a claim adds nothing to its sentence: its numbers are there, and most of its words.

    Args:
        claim: as a model wrote it.
        sentence: that it is said to be taken from.
        before: what may be put in place of a pronoun: the text before the sentence, and the question.
    """
    said = _content(claim)
    here, around = _keys(sentence), _keys(before)
    if not said or any(word.number and word.key not in here | around for word in said):
        return False
    known = sum(word.key in here or word.key in around for word in said)
    own = any(word.key in here for word in said)
    return own and known >= _SHARED * len(said)


def claim_span(claim: str, sentence: str) -> tuple[int, int]:
    """``[start, end)`` of the stretch of a sentence that has what a claim says; the whole where nothing tells."""
    said = _keys(claim)
    found = [word for word in _content(sentence) if word.key in said]
    if not found:
        return 0, len(sentence)
    start, end = found[0].start, found[-1].end
    while start and not sentence[start - 1].isspace():
        start -= 1
    while end < len(sentence) and not sentence[end].isspace():
        end += 1
    return start, end


def left_over(sentence: str, claims: Iterable[str]) -> bool:
    """Whether a sentence says something that none of its claims has: a number, or several words one after another."""
    told = frozenset(key for claim in claims for key in _keys(claim))
    run = 0
    for word in _content(sentence):
        if word.key in told:
            run = 0
            continue
        run += 1
        if word.number or run >= _LEFT_OVER:
            return True
    return False


def _content(text: str) -> Sequence[Token]:
    return [word for word in tokens(text) if word.content or word.number]


def _keys(text: str) -> frozenset[str]:
    return frozenset(word.key for word in _content(text))
