"""The nouns of an audit, from request to report: frozen values that keep themselves consistent and do no more."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, model_validator

from probandum.agent.prices import Price
from probandum.agent.taxonomy import ErrorType, FindingKind, Label, NoClaim, Outcome, Reason, ReportOutcome, Why
from probandum.agent.usage import Usage
from probandum.agent.verdicts.calibration import CalibrationInfo
from probandum.tools.evidence import Document, Evidence, Frozen, Origin, digest, named

SCHEMA_VERSION: Literal["1.0"] = "1.0"
AUDIT_ID = r"^[A-Za-z0-9._-]{1,64}$"


class Span(Frozen):
    """A stretch of the response, ``[start, end)`` in characters."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.end < self.start:
            raise ValueError(f"a span must not end ({self.end}) before it starts ({self.start})")
        return self


def _as_document(given: object) -> object:
    return Document(text=given) if isinstance(given, str) else given


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


class Turn(Frozen):
    """One earlier turn of the dialogue that the response belongs to."""

    role: Literal["user", "assistant"]
    text: str


class AuditRequest(Frozen):
    """What is to be audited, and against what."""

    response: str
    """The text being audited; data, never instructions."""
    question: str | None = None
    """What the response answers."""
    context: Annotated[tuple[Annotated[Document, BeforeValidator(_as_document)], ...], AfterValidator(named)] = ()
    """The reference; a plain string counts as a document, and one without a source is named by its place."""
    history: tuple[Turn, ...] = ()
    """What was said before the question, oldest first: it tells what words refer to and is never evidence."""
    claims: tuple[Annotated[str, AfterValidator(_not_blank)], ...] = ()
    """Claims to judge as they stand, in place of extracting them from the response."""
    audit_id: str = Field(default_factory=lambda: uuid.uuid4().hex, pattern=AUDIT_ID)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything but the id: two requests that ask the same have the same fingerprint."""
        return digest(self.model_dump_json(exclude={"audit_id"}))


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
    confidence_source: Literal["calibrated", "logprob", "votes", "stated", "person"]
    """Whether confidence was fitted on labelled data, is the probability of one token of the model, the share of
    several votes, the model's own word, or the word of a person."""
    probabilities: Mapping[Label, float]
    """Over all labels; sums to 1."""
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


class ClaimResult(Claim):
    """A claim and what became of it."""

    outcome: Outcome
    reason: Reason | None = None
    message: str | None = None
    """For a claim without a verdict: what happened and what to do."""
    verdict: Verdict | None = None
    first_verdict: Verdict | None = None
    """The verdict of the first round; the same as ``verdict`` unless the claim was reopened."""
    rounds: int = Field(default=0, ge=0)
    history: tuple[Reopened, ...] = ()
    trail: tuple[Search, ...] = ()
    independent_sources: int | None = Field(default=None, ge=1)
    """How many sources that do not repeat each other its verdict's quotes come from; None without quotes."""
    usage: Usage = Usage()

    @model_validator(mode="after")
    def _verdict_iff_judged(self) -> "ClaimResult":
        if (self.verdict is not None) != (self.outcome is Outcome.JUDGED):
            raise ValueError("a claim has a verdict if and only if it was judged")
        if (self.reason is None) != (self.outcome is Outcome.JUDGED):
            raise ValueError("a claim without a verdict has a reason, and a judged one has none")
        return self


class Finding(Frozen):
    """Something that holds over several claims or pieces of evidence."""

    kind: FindingKind
    message: str
    claims: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Interval(Frozen):
    """A 95% interval."""

    low: float
    high: float


class Change(Frozen):
    """One stretch of the response that the evidence corrects."""

    claim: str
    """Id of the claim at fault."""
    span: Span
    old: str
    """What stands there."""
    new: str | None
    """What the quotes support in its place; None where it is struck, since they deny it and say nothing instead."""
    quotes: tuple[Quote, ...] = Field(min_length=1)
    """What the change rests on."""


class CorrectedResponse(Frozen):
    """The response with nothing changed but what verified quotes correct."""

    text: str
    changes: tuple[Change, ...] = Field(min_length=1)
    """In the order of the response; their spans do not overlap."""


class Scores(Frozen):
    """The sums; None wherever nothing was judged, never zero."""

    hallucination_rate: float | None
    """Judged claims whose label is not ``supported`` / judged claims (HalluMeasure, EMNLP 2024), duplicates once.
    The strict variant: a partially supported claim counts whole."""
    hallucination_interval: Interval | None = None
    """Bootstrap over claims; None below ten claims, where it would say nothing."""
    lenient_rate: float | None = None
    """The same with a partially supported claim counted as half."""
    ungrounded_rate: float | None
    """The same by the request's context alone, in the first round; None where the request has no context."""
    risk: float | None
    """One number in [0, 1] to rank answers by; the formula is in ``agent/consolidation/scoring.py``."""
    coverage: float | None
    """Judged claims / claims; None where the response gives no claim."""
    claims: int
    judged: int
    labels: Mapping[Label, int]
    label_rates: Mapping[Label, float] | None = None
    """Share of the judged claims, by label; sums to 1."""
    error_types: Mapping[ErrorType, int]
    error_type_shares: Mapping[ErrorType, float] | None = None
    """The distribution of the errors: of all error types named, the share of each; sums to 1, None where none is."""
    mean_confidence: float | None


class JudgeInfo(Frozen):
    """Who judged."""

    kind: Literal["embedded", "llm", "scripted", "verifier"]
    model: str
    """The model's name, or the name and version of the fitted weights."""
    prompts: Mapping[str, str] = Field(default_factory=dict)
    """Prompt name to the SHA-256 of its text."""
    price: Price | None = None
    """What its tokens cost; None where nobody said."""
    calibration: CalibrationInfo | None = None
    """What its probabilities were calibrated by, on labels of yours; None where they are its own."""

    @property
    def asks_a_model(self) -> bool:
        """Whether it asks a language model: that costs, and on the same evidence it may think again."""
        return self.kind not in ("embedded", "verifier")


class Report(Frozen):
    """The whole result: one schema for library, command line, service and files."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    audit_id: str
    outcome: ReportOutcome
    question: str | None
    response: str
    sentences: tuple[Sentence, ...]
    claims: tuple[ClaimResult, ...]
    evidence: tuple[Evidence, ...]
    """Only what a judge was shown."""
    findings: tuple[Finding, ...]
    corrected: CorrectedResponse | None = None
    """None where there is nothing that a verified quote corrects."""
    scores: Scores
    usage: Usage
    cost: float | None = None
    """What the tokens cost at the judge's price and in its currency; None where nobody said the price."""
    judge: JudgeInfo
    settings: Mapping[str, JsonValue]
    limits_hit: tuple[str, ...] = ()
