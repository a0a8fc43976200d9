"""Whether a statement says the other way round what a claim says, about a word that has two sides."""

from collections.abc import Sequence

from probandum.agent.judges.embedded.statements.comparison import Comparison
from probandum.agent.language.tokens import Token

_TWO_SIDED = frozenset(
    {"before", "after", "than", "until", "because", "since", "though", "although", "to", "from", "by"}
)


def turned_round(best: Comparison) -> bool:
    """Whether words left and right of such a word, or of one they share, have changed places."""
    claim, statement = best.claim.read.words, best.statement.read.words
    shared = best.found
    for place, word in enumerate(claim):
        if word.text.lower() not in _TWO_SIDED and word.key not in shared:
            continue
        at = next((n for n, other in enumerate(statement) if other.key == word.key), None)
        if at is not None and _swapped(claim, place, statement, at, shared):
            return True
    return False


def _swapped(claim: Sequence[Token], place: int, statement: Sequence[Token], at: int, shared: frozenset[str]) -> bool:
    """Whether what stands on either side and not on the same side there is on the other, of both sides."""
    left, right = _keys(claim[:place], shared), _keys(claim[place + 1 :], shared)
    there_left, there_right = _keys(statement[:at], shared), _keys(statement[at + 1 :], shared)
    went_right, went_left = left - there_left, right - there_right
    return bool(went_right and went_left) and went_right <= there_right and went_left <= there_left


def _keys(words: Sequence[Token], shared: frozenset[str]) -> frozenset[str]:
    return frozenset(word.key for word in words if word.key in shared)
