"""The nouns of an audit, from request to claim result: frozen values that keep themselves consistent and do no more."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import (
    NEEDS_QUOTE,
    CitationStatus,
    Decide,
    ErrorType,
    Label,
    NoClaim,
    Outcome,
    Reason,
    Why,
)
from probandum.agent.usage import Usage
from probandum.tools.evidence import Evidence, Frozen, Origin, digest
from probandum.tools.source import SearchArguments

ConfidenceSource = Literal["calibrated", "logprob", "votes", "stated", "person"]
"""Whether a confidence was fitted on labelled data, is the probability of one token of the model, the share of several
votes, the model's own word, or the word of a person."""


class Span(Frozen):
    """A stretch of the response, ``[start, end)`` in characters."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.end < self.start:
            raise ValueError(f"a span must not end ({self.end}) before it starts ({self.start})")
        return self


class Sentence(Frozen):
    """One sentence of the response, accounted for: it gives claims, or a reason why it gives none."""

    id: str
    text: str
    span: Span
    claims: tuple[str, ...] = ()
    """Ids of the claims it gives."""
    reason: NoClaim | None = None


class Claim(Frozen):
    """The smallest piece of information that can be tested."""

    id: str
    text: str
    sentence: str | None = None
    """Id of its sentence; None for a claim that was given and is not found in the response."""
    span: Span | None = None
    """Where it stands in the response; None as above."""

    @classmethod
    def of(cls, text: str, *, sentence: str | None = None, span: Span | None = None) -> "Claim":
        """Build a claim whose id follows from its text and place."""
        place = f"{span.start}:{span.end}" if span else ""
        return cls(id="c-" + digest(place, text)[:12], text=text, sentence=sentence, span=span)


class Quote(Frozen):
    """Verbatim words of one evidence item, found again in it by code."""

    evidence_id: str
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    """``[start, end)`` in characters of the evidence's text."""
    match: Literal["exact", "normalized", "fuzzy"] = "exact"
    """How it was found: as given, after evening out spaces and typography, or by alignment above a strict threshold."""


class Step(Frozen):
    """One written step of the reasoning that led to a label."""

    name: str
    text: str


class Part(Frozen):
    """One checkable part of a claim and what the evidence says of it."""

    text: str
    status: Literal["match", "conflict", "missing"]


class Verdict(Frozen):
    """What a judge says of a claim, and what it rests on."""

    label: Label
    why: Why | None = None
    """For ``unevaluatable`` only."""
    error_types: tuple[ErrorType, ...] = ()
    detail: str | None = None
    """With ``other``: ``negation``, ``relation``, ``role_swap``, ``omission``, ``invention``, or words."""
    basis: Origin
    """The origin furthest from the request among the quotes; without quotes, among the evidence that was shown."""
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    quotes: tuple[Quote, ...] = ()
    confidence: float = Field(ge=0, le=1)
    confidence_source: ConfidenceSource
    probabilities: Mapping[Label, float]
    """Over all labels; sums to 1."""
    decided_at: Decide | None = None
    """The strictest setting under which it stands, as a judge of words says that tells by rules; None where thresholds
    on its probabilities say so."""
    uncalibrated: float | None = Field(default=None, ge=0, le=1)
    """The judge's own probability of ``supported``, where a calibration of yours has replaced it."""
    correction: str | None = None
    """The claim, changed as little as makes its verified quotes support it; None where they do not say how."""
    decided_by: Literal["judge", "screen", "person"] = "judge"
    """Who gave it: the judge of the audit, the screen before it, or a person in review."""
    note: str | None = None
    """What the person in review wrote about it."""
    examples: tuple[str, ...] = ()
    """Ids of the worked examples that a language model was shown with it, of the bank that the judge names."""

    @property
    def p_unsupported(self) -> float:
        """The probability that the claim is anything but supported."""
        return 1.0 - self.probabilities.get(Label.SUPPORTED, 0.0)

    @property
    def lacks_quotes(self) -> bool:
        """Whether it says what the evidence states without one quote of it that code has found."""
        return self.label in NEEDS_QUOTE and not self.quotes

    @model_validator(mode="after")
    def _consistent(self) -> "Verdict":
        if (self.why is not None) != (self.label is Label.UNEVALUATABLE):
            raise ValueError(f"'why' belongs to 'unevaluatable' and to nothing else, not to {self.label.value!r}")
        if self.label in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED) and not self.error_types:
            raise ValueError(f"{self.label.value!r} needs at least one error type")
        if self.label in (Label.SUPPORTED, Label.UNEVALUATABLE) and self.error_types:
            raise ValueError(f"{self.label.value!r} takes no error types")
        return self


class Search(Frozen):
    """One question put to one source: found, found nothing, and failed are three different facts."""

    round: int = Field(ge=1)
    source: str
    origin: Origin | None = None
    """Of that source; None where no source is called so."""
    query: str
    outcome: Literal["found", "nothing_found", "failed"]
    evidence: tuple[str, ...] = ()
    """Ids of what it returned."""
    message: str | None = None
    """For ``failed``: what happened and what to do."""


class Reopened(Frozen):
    """A verdict that did not stand, and why it was looked at again."""

    round: int = Field(ge=1)
    verdict: Verdict
    reason: str


class Citation(Frozen):
    """One source that a claim cites, and what that source says of it alone."""

    marker: str
    """As it stands in the response."""
    cited: str
    """What the marker names: a number, a file, an address."""
    source_id: str | None
    """The document that is meant, by its source; what is cited where none is known by it."""
    status: CitationStatus
    better: tuple[str, ...] = ()
    """Other sources of the context that support the claim, where this one does not."""
    quotes: tuple[Quote, ...] = ()
    """What of that source the status rests on."""


class ClaimResult(Claim):
    """A claim and what became of it."""

    outcome: Outcome
    reason: Reason | None = None
    message: str | None = None
    """For a claim without a verdict: what happened and what to do."""
    verdict: Verdict | None = None
    p_supported: float | None = Field(default=None, ge=0, le=1)
    """The probability that the claim is supported, for ranking: of the verdict, or of what the judge leant to where it
    could not tell; None where no judge looked."""
    first_verdict: Verdict | None = None
    """The verdict of the first round; the same as ``verdict`` unless the claim was reopened."""
    rounds: int = Field(default=0, ge=0)
    history: tuple[Reopened, ...] = ()
    trail: tuple[Search, ...] = ()
    independent_sources: int | None = Field(default=None, ge=1)
    """How many sources that do not repeat each other its verdict's quotes come from; None without quotes."""
    citations: tuple[Citation, ...] = ()
    """What it cites, in the order of the response; empty where nothing is cited or nobody looked."""
    supported_by_citations: bool | None = None
    """Whether the sources that it cites support it together; None where it cites none that is known."""
    usage: Usage = Usage()

    @model_validator(mode="after")
    def _verdict_iff_judged(self) -> "ClaimResult":
        if (self.verdict is not None) != (self.outcome is Outcome.JUDGED):
            raise ValueError("a claim has a verdict if and only if it was judged")
        if (self.reason is None) != (self.outcome is Outcome.JUDGED):
            raise ValueError("a claim without a verdict has a reason, and a judged one has none")
        return self


class Extraction(Frozen):
    """Every sentence of a response accounted for, and the claims they give."""

    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    usage: Usage = Usage()


class Tool(Frozen):
    """A source as a judge sees it."""

    name: str
    description: str


class Case(Frozen):
    """Everything that a judge is shown of one claim."""

    request: AuditRequest
    """For the question and the response; its context reaches the judge as evidence."""
    claim: Claim
    evidence: tuple[Evidence, ...] = ()
    """The request's context first, in the order of the documents; what was searched for follows as it came."""
    tools: tuple[Tool, ...] = ()
    """What the judge may still ask for; empty when it has to decide."""
    trail: tuple[Search, ...] = ()
    """What was searched for so far."""
    previous: Verdict | None = None
    """The verdict that is looked at again, in a later round."""


class EvidenceCall(Frozen):
    """One search that a judge asks for."""

    tool: str
    arguments: SearchArguments
