"""What an audit may be told about how thorough to be; where the values come from is the front door's business."""

from typing import Literal

from pydantic import Field, model_validator

from probandum.tools.evidence import Frozen, Origin

Reasoning = Literal["cot", "direct"]
"""Whether a language model writes its reasoning down before a label (``cot``) or answers at once (``direct``)."""
Confidence = Literal["auto", "logprob", "votes", "stated"]
"""Where the confidence in a language model's verdict comes from: the probability of one more token, votes, or its own
word; ``auto`` takes the first of these that can be had."""


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
    """``claim``: every claim by itself. ``batch``: a first pass over many claims at once, where the judge can.
    ``adaptive``: the same, and then a look of its own for every claim that was not clearly supported."""
    reasoning: Reasoning = "cot"
    """Whether a language model reasons in writing before it decides."""
    votes: int = Field(default=1, ge=1, le=9)
    """How often a language model is asked the same; the label that most answers give holds."""
    confidence: Confidence = "auto"
    """Where the confidence in a language model's verdict comes from."""
    screen: Literal["none", "embedded", "logprob"] = "none"
    """What looks at every claim before the judge does: nobody; the embedded judge, which settles what stands word for
    word in the evidence; or one token of the language model itself, by which the doubtful claims are spared a batch and
    get a look of their own at once."""
    few_shot: Literal["audit", "claim", "off"] = "audit"
    """Whether a language model is shown worked examples, and whether they are chosen once per audit or for every claim
    anew."""
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
        return self
