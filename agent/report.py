"""The nouns of a report: scores, findings, who judged, and the report itself; those of single claims are in models."""

from collections.abc import Mapping
from importlib import import_module
from typing import Literal

from pydantic import Field, JsonValue

from probandum.agent.error_types import OwnErrorType
from probandum.agent.models import ClaimResult, Quote, Sentence, Span
from probandum.agent.prices import Price
from probandum.agent.taxonomy import Decide, ErrorType, FindingKind, Label, ReportOutcome
from probandum.agent.usage import Usage
from probandum.tools.evidence import Evidence, Frozen

SCHEMA_VERSION: Literal["1.1"] = "1.1"


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
    undecided: int = 0
    """Claims that the judge looked at and could not tell of; in no rate, but in ``risk``."""
    labels: Mapping[Label, int]
    label_rates: Mapping[Label, float] | None = None
    """Share of the judged claims, by label; sums to 1."""
    error_types: Mapping[ErrorType, int]
    error_type_shares: Mapping[ErrorType, float] | None = None
    """The distribution of the errors: of all error types named, the share of each; sums to 1, None where none is."""
    mean_confidence: float | None
    citation_recall: float | None = None
    """Of the claims that cite, the share that what they cite supports together (ALCE, EMNLP 2023); of all claims where
    citations are required. None without citations."""
    citation_precision: float | None = None
    """Of the citations, the share that is needed: the source supports its claim alone, or the claim would not be
    supported without it (ALCE). None without citations."""


class Acceptance(Frozen):
    """From which probability on a ``supported`` verdict may be believed, and what labels of people promise of that.

    The promise holds for claims and evidence drawn as the labelled ones were; how it is made is told in
    ``probandum/bench/acceptance.py``.
    """

    threshold: float = Field(ge=0, le=1)
    """Of the judge's own probability, before the calibration."""
    max_false_support: float = Field(gt=0, lt=1)
    sure: float = Field(gt=0, lt=1)
    """The confidence of the statement: over draws of the labels, so often it is true."""
    labels: int = Field(ge=1)
    """Labelled claims that the judge called supported with at least this probability."""
    wrong: int = Field(ge=0)
    """Of those, claims that people did not call supported."""

    @property
    def promise(self) -> str:
        """The statement, in words."""
        share, sure = f"{self.max_false_support * 100:g}%", f"{self.sure * 100:g}%"
        of_which = f"of the supported verdicts with a probability of {self.threshold:g} or more"
        return f"{of_which} at most {share} are wrong ({sure}, n = {self.labels})"


class CalibrationInfo(Frozen):
    """Which calibration was applied, as the report names it."""

    method: Literal["platt", "isotonic"]
    sha256: str
    """Of the calibration."""
    labels: int
    fitted_on: tuple[str, ...]
    """Names of the files that the labels came from."""
    acceptance: Acceptance | None = None


class Rightness(Frozen):
    """How right a judge was under one setting, on answers in which people had marked what is true."""

    setting: Decide
    answers: int
    stretches: int
    """Marked stretches of those answers."""
    decided: float = Field(ge=0, le=1)
    """Share of the stretches on which it gave a verdict."""
    supported_right: float = Field(ge=0, le=1)
    """Of what it called supported, the share that people did."""
    flagged_right: float = Field(ge=0, le=1)
    """Of what it called anything else, the share that people did."""

    @property
    def words(self) -> str:
        """The statement, in words."""
        decided, supported, flagged = (
            f"{share:.0%}" for share in (self.decided, self.supported_right, self.flagged_right)
        )
        return (
            f"measured under {self.setting.value!r} on {self.answers} answers ({self.stretches} marked stretches): "
            f"{decided} decided; of what it called supported {supported} was, of what it flagged {flagged} was wrong"
        )


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
    measured: tuple[Rightness, ...] = ()
    """How right it was; in a report, under the setting of the audit. Empty where nobody measured, or where a
    calibration has changed what it decides."""

    def under(self, setting: str) -> "JudgeInfo":
        """The same, with what was measured under one setting alone; ``auto`` is ``balanced``."""
        wanted = Decide.BALANCED if setting == "auto" else Decide(setting)
        found = () if self.calibration else tuple(each for each in self.measured if each.setting is wanted)
        return self.model_copy(update={"measured": found})

    @property
    def asks_a_model(self) -> bool:
        """Whether it asks a language model: that costs, and on the same evidence it may think again."""
        return self.kind not in ("embedded", "verifier")


class Report(Frozen):
    """The whole result: one schema for library, command line, service and files."""

    schema_version: Literal["1.1"] = SCHEMA_VERSION
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

    @property
    def own_error_types(self) -> tuple[OwnErrorType, ...]:
        """The error types of the user's own that the judge was told of; a verdict has one as ``detail``."""
        listed = self.settings.get("error_types")
        return tuple(map(OwnErrorType.model_validate, listed)) if isinstance(listed, list) else ()

    def _repr_html_(self) -> str:
        """How a notebook shows it; how reports look is no matter of this room, and is loaded when it is asked for."""
        fragment: str = import_module("probandum.report.notebook").as_fragment(self)
        return fragment
