"""How a language model is made to judge: a value; what follows from it is the judge's work."""

from dataclasses import dataclass

from probandum.agent.options import Confidence, Reasoning


@dataclass(frozen=True)
class Method:
    """How a language model is made to judge."""

    reasoning: Reasoning = "cot"
    votes: int = 1
    confidence: Confidence = "stated"
    screens: bool = False
    """Whether one token decides which claims go into a batch; the others are left for a look of their own."""
    repairs: int = 2
    """How often an answer that cannot be used is asked for again, with the problem shown."""

    @property
    def measures_confidence(self) -> bool:
        """Whether a verdict's confidence is to come from one more token, where the endpoint tells its probability."""
        return self.confidence in ("auto", "logprob")

    @property
    def needs_logprobs(self) -> bool:
        """Whether it cannot do without the probabilities of tokens."""
        return self.screens or self.confidence == "logprob"
