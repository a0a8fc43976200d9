"""What a typed difference is, and when a claim and a sentence are near enough for one to mean something."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from probandum.agent.judges.embedded.alignment import AlignedSentence, Alignment
from probandum.agent.language.analysis import AnalyzedSentence
from probandum.agent.language.assertion import Status
from probandum.agent.taxonomy import ErrorType

MIN_OVERLAP = 0.5
"""Share of the claim's other content words that a sentence must have before a difference from it counts."""
MIN_OVERLAP_NAMES = 0.65
"""The same for another name in the same place."""
MIN_OVERLAP_WORDS = 0.75
"""The same for differences in a little word, which mean nothing between sentences about different things."""
_BESIDE = 3
"""How many content words on either side say what a stretch of a long claim is about."""
_ALL_BUT_ONE = 0.8
"""Share of those that a sentence must have, where it lacks too much of the claim as a whole."""


class Differing(Protocol):
    """What any difference tells, however it was found."""

    @property
    def type(self) -> ErrorType:
        """Its kind."""

    @property
    def claim(self) -> str:
        """The claim's words."""

    @property
    def evidence(self) -> str:
        """Those of the evidence."""

    @property
    def contradicts(self) -> bool:
        """Whether both cannot be true together."""

    @property
    def detail(self) -> str | None:
        """With ``other``, which."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, in the words of either side."""

    type: ErrorType
    claim: str
    evidence: str
    aligned: AlignedSentence
    contradicts: bool
    """Both cannot be true together; otherwise the claim only goes further than the evidence."""
    detail: str | None = None
    status: Status = Status.ASSERTED
    """What the sentence does with the claim; anything but ``asserted`` is the difference itself."""


def is_comparable_at(alignment: Alignment, sentence: AnalyzedSentence, *, start: int, end: int, enough: float) -> bool:
    """Whether a sentence speaks of what the claim does around ``[start, end)``: as a whole, or of what is beside."""
    content = [word for word in alignment.claim.words if word.content]
    others = {word.key for word in content if not start <= word.start < end}
    before = [word.key for word in content if word.end <= start][-_BESIDE:]
    after = [word.key for word in content if word.start >= end][:_BESIDE]
    beside = {*before, *after}
    return _share(others, sentence.keys) >= enough or (
        len(beside) >= _BESIDE and _share(beside, sentence.keys) >= _ALL_BUT_ONE
    )


def coverage(alignment: Alignment, sentence: AnalyzedSentence) -> float:
    """Share of the claim's content words that stand in a sentence."""
    return _share({word.key for word in alignment.claim.words if word.content}, sentence.keys)


def _share(keys: Collection[str], there: frozenset[str]) -> float:
    return sum(key in there for key in keys) / len(keys) if keys else 0.0
