"""What a typed difference is, and when a claim and a line are near enough for one to mean something."""

from collections.abc import Collection
from dataclasses import dataclass

from probandum.agent.judges.embedded.alignment import Comparison, Found
from probandum.agent.language.analysis import Line
from probandum.agent.taxonomy import ErrorType

NEAR_ENOUGH = 0.5
"""Share of the claim's other content words that a line must have before a difference from it counts."""
SAME_SLOT = 0.65
"""The same for another name in the same place."""
SAME_STATEMENT = 0.75
"""The same for differences in a little word, which mean nothing between sentences about different things."""
_BESIDE = 3
"""How many content words on either side say what a stretch of a long claim is about."""
_ALL_BUT_ONE = 0.8
"""Share of those that a line must have, where it lacks too much of the claim as a whole."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One difference, in the words of either side."""

    type: ErrorType
    claim: str
    evidence: str
    found: Found
    hard: bool
    """Both cannot be true together; otherwise the claim only goes further than the evidence."""
    detail: str | None = None


def comparable_at(comparison: Comparison, line: Line, *, start: int, end: int, enough: float) -> bool:
    """Whether a line speaks of what the claim speaks of around ``[start, end)``: the whole claim, or what is beside."""
    content = [word for word in comparison.claim.words if word.content]
    others = {word.key for word in content if not start <= word.start < end}
    before = [word.key for word in content if word.end <= start][-_BESIDE:]
    after = [word.key for word in content if word.start >= end][:_BESIDE]
    beside = {*before, *after}
    return _share(others, line.keys) >= enough or (len(beside) >= _BESIDE and _share(beside, line.keys) >= _ALL_BUT_ONE)


def covered(comparison: Comparison, line: Line) -> float:
    """Share of the claim's content words that stand in a line."""
    return _share({word.key for word in comparison.claim.words if word.content}, line.keys)


def _share(keys: Collection[str], there: frozenset[str]) -> float:
    return sum(key in there for key in keys) / len(keys) if keys else 0.0
