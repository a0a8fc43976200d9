"""What an audit may be told about how thorough to be; where the values come from is the front door's business."""

from typing import Literal

from pydantic import Field, model_validator

from probandum.agent.error_types import OwnErrorType, problem_with
from probandum.tools.evidence import Frozen, Origin

Reasoning = Literal["auto", "cot", "direct"]
"""Whether a language model that looks at a claim alone writes its reasoning down before a label (``cot``) or answers at
first sight (``direct``); ``auto`` is ``direct`` for a small model of this machine, which reasoning makes worse, and
``cot`` for any other."""
Confidence = Literal["auto", "logprob", "votes", "stated"]
"""Where the confidence in a language model's verdict comes from: the probability of the word that says whether the
claim is fully stated, votes, or its own word; ``auto`` takes the first of these that can be had."""


class Limits(Frozen):
    """How much an audit may spend; None is no limit. What is not reached in time is ``not_checked``, by name."""

    calls: int | None = Field(default=None, ge=1)
    """Calls to a language model."""
    tokens: int | None = Field(default=None, ge=1)
    """Prompt and completion tokens together."""
    seconds: float | None = Field(default=None, gt=0)
    """On the clock, from the opening of the audit."""
    claims: int | None = Field(default=None, ge=1)
    """Claims, in the order of the response."""


class Options(Frozen):
    """How thorough an audit is."""

    max_rounds: int = Field(default=2, ge=1, le=10)
    """Passes of gather-and-classify for one claim, the first included."""
    granularity: Literal["claim", "batch", "adaptive"] = "adaptive"
    """``claim``: every claim by itself. ``batch``: many claims at once, where the judge can, with the reasoning that is
    set. ``adaptive``: a first look at many claims at once and at first sight, and then a closer one, alone, at every
    claim that was not clearly supported."""
    reasoning: Reasoning = "auto"
    """Whether a language model reasons in writing before it decides."""
    votes: int = Field(default=1, ge=1, le=9)
    """How often a language model is asked the same; the label that most answers give holds."""
    confidence: Confidence = "auto"
    """Where the confidence in a language model's verdict comes from."""
    citations: Literal["off", "check", "require"] = "check"
    """Whether what the response cites is looked at, source by source; ``require`` finds fault with a claim that cites
    nothing, too."""
    decide: Literal["auto", "strict", "balanced", "lenient"] = "auto"
    """How sure a judge must be before what it says is a verdict; what is less sure is ``undecided``. ``auto`` is
    ``balanced`` for the embedded judge and ``lenient``, which decides everything, for judges that read."""
    screen: Literal["auto", "none", "embedded"] = "auto"
    """What looks at every claim before the judge does: nobody, or the embedded judge, which settles what it decides, so
    that the judge is asked about the rest alone. ``auto`` is ``embedded`` before a small model of this machine, which
    it is more often right than, and ``none`` before others: of those it settles what is plainly supported alone."""
    few_shot: Literal["audit", "claim", "off"] = "audit"
    """Whether a language model is shown worked examples, and whether they are chosen once per audit or for every claim
    anew."""
    error_types: tuple[OwnErrorType, ...] = ()
    """Error types of your own, beside those of the taxonomy, for judges that read; a verdict has one as ``other`` with
    its name as ``detail``."""
    sources: tuple[Origin, ...] = (Origin.CONTEXT, Origin.CORPUS)
    """Origins that may be asked."""
    trusted_domains: tuple[str, ...] = ()
    """Registrable domains, such as ``who.int``, of which one page alone may support a claim."""
    include_domains: tuple[str, ...] = ()
    """Domains whose pages alone the web is searched for; empty for all."""
    exclude_domains: tuple[str, ...] = ()
    """Domains whose pages the web is not searched for."""
    max_age_days: int | None = Field(default=None, ge=1)
    """How old a page of the web may be."""
    all_checkable: bool = False
    """Judge every declarative sentence, opinions and first-person talk included."""
    evidence_chars: int = Field(default=12_000, ge=500)
    """How much text a judge is shown of one source in one round; longer contexts are searched, not cut."""
    steps_per_round: int = Field(default=3, ge=0, le=20)
    """How often a judge may ask for more evidence before it has to decide, in one round."""
    claim_seconds: float = Field(default=300.0, gt=0)
    """Deadline for one claim: rounds, repairs and waiting together."""
    concurrency: int = Field(default=16, ge=1, le=1_000)
    """Claims that are checked at once."""
    review: bool = False
    """Whether the audit stops for a person to settle what the judge left open."""
    review_below: float = Field(default=0.7, ge=0, le=1)
    """The confidence below which a ``partially_supported`` verdict is left open for review."""
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _votes_to_count(self) -> "Options":
        if self.confidence == "votes" and self.votes == 1:
            raise ValueError("confidence 'votes' needs more than one vote; set votes to 3, say")
        if problem := problem_with(self.error_types):
            raise ValueError(problem)
        return self
