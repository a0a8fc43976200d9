"""How a language model is made to judge: a value; what follows from it is the judge's work."""

from dataclasses import dataclass
from typing import Literal

from probandum.agent.error_types import OwnErrorType
from probandum.agent.options import Confidence

WrittenReasoning = Literal["cot", "direct"]
"""Whether five steps are written before a label, or a verdict at first sight."""

HOSTED_BATCH = 8
"""Claims in one call of a first look. A large model judges eight as well as one; a small one only the first."""


LOCAL_REPEATED = 2
"""How many sentences are said again beside a claim for a small model: with two, AUC over marked stretches rose from
0.71 to 0.76 and right labels from 58% to 63% with a model of 1.5 billion parameters, see docs/measured-models.md."""


@dataclass(frozen=True)
class Method:
    """How a language model is made to judge."""

    reasoning: WrittenReasoning = "cot"
    """How a claim that is looked at alone is judged; a first look is always at first sight."""
    first_look: bool = True
    """Whether many claims together are judged at first sight; else with the reasoning above."""
    batch: int = HOSTED_BATCH
    """Claims in one call of a first pass."""
    by_clauses: bool = False
    """Whether a response is taken apart by rules, as suits a small model; else by the model."""
    repeated: int = 0
    """How many of the sentences nearest to a claim are said again beside it, as suits a small model."""
    own_types: tuple[OwnErrorType, ...] = ()
    """Error types of the user's own, which it is told of beside the others."""
    votes: int = 1
    confidence: Confidence = "auto"
    repairs: int = 2
    """How often an answer that cannot be used is asked for again, with the problem shown."""

    @property
    def measures_confidence(self) -> bool:
        """Whether a verdict's confidence is read off the probability of a word, where the endpoint tells it."""
        return self.confidence in ("auto", "logprob")
