"""The rows that a batch writes, one for each answer and one for each claim; where they are kept is elsewhere.

A row is flat enough for a table, and the same for the same answer, judge and options but for its times, whatever engine
made it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum

from pydantic import Field, JsonValue

from probandum.agent.consolidation.causes import cause_of
from probandum.agent.consolidation.scoring import unjudged_by_reason
from probandum.agent.models import ClaimResult, Quote
from probandum.agent.report import Report
from probandum.agent.taxonomy import Cause, CitationStatus, ErrorType, FindingKind, Label, Outcome, Reason, Why
from probandum.agent.usage import Cost
from probandum.tools.evidence import Evidence, Frozen, Origin


class AnswerOutcome(StrEnum):
    """What became of an answer."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NO_CLAIMS = "no_claims"
    ABSTAINED = "abstained"
    FAILED = "failed"
    """Not even its claims are known: the judge failed before there were any. It counts in no rate."""


class AnswerRow(Frozen):
    """One answer and what its audit came to."""

    answer_id: str
    """Of the input, or made from the content where it has none; no two rows of a batch share it."""
    key: str
    """SHA-256 of what was asked, hex: the id, the texts and the kept columns."""
    line: int = Field(ge=1)
    """Where it stood in the input when it was judged: the line of a JSONL file, else the number of the record."""
    columns: Mapping[str, JsonValue] = Field(default_factory=dict)
    """The input's other columns, such as the model that wrote the answer: text, numbers, true, false or null."""
    turns: int = Field(default=0, ge=0)
    """Turns of the dialogue before the question."""
    context_words: int = Field(default=0, ge=0)
    response_words: int = Field(default=0, ge=0)
    question: str | None = None
    response: str

    outcome: AnswerOutcome
    reason: Reason | None = None
    """For ``failed`` only."""
    message: str | None = None
    """For ``failed`` only: what happened and what to do."""

    hallucination_rate: float | None = None
    """As in the report, like all scores here; None wherever nothing was judged, never zero."""
    lenient_rate: float | None = None
    ungrounded_rate: float | None = None
    risk: float | None = None
    coverage: float | None = None
    mean_confidence: float | None = None
    citation_recall: float | None = None
    """Of the claims that cite, the share that what they cite supports; None without citations."""
    citation_precision: float | None = None
    """Of the citations, the share that their claim needs; None without citations."""
    claims: int = Field(default=0, ge=0)
    judged: int = Field(default=0, ge=0)
    undecided: int = Field(default=0, ge=0)
    """Claims that the judge looked at and could not tell of."""
    counted: int = Field(default=0, ge=0)
    """Judged claims without those that say again what an earlier one said: what the rates are shares of."""
    unsupported: int = Field(default=0, ge=0)
    """Of the counted claims, those whose label is not ``supported``."""
    labels: Mapping[Label, int] = Field(default_factory=dict)
    """Counted claims by label; a label that none has is left out."""
    error_types: Mapping[ErrorType, int] = Field(default_factory=dict)
    unjudged: Mapping[Reason, int] = Field(default_factory=dict)
    """Claims without a verdict, by reason."""
    findings: Mapping[FindingKind, int] = Field(default_factory=dict)
    limits_hit: tuple[str, ...] = ()

    usage: Cost = Cost()
    cost: float | None = None
    """What the tokens cost; None where nobody said the price."""
    currency: str | None = None
    seconds: float = Field(default=0.0, ge=0)
    """On the clock, from taking the answer up to its report."""
    judge: str
    """Kind and name of the judge, such as ``llm MODEL``; the rest of what is known of it stands in ``batch.json``."""

    @property
    def audit_id(self) -> str:
        """What the audit, and its whole report where that was kept, is called by."""
        return audit_id(self.key)


class QuotedRow(Frozen):
    """Verbatim words that a verdict rests on, and where they stand."""

    text: str
    source: str
    locator: str | None = None
    origin: Origin
    match: str


class CitedRow(Frozen):
    """One citation of a claim."""

    marker: str
    source: str
    status: CitationStatus


class ClaimRow(Frozen):
    """One claim of an answer and what became of it."""

    answer_id: str
    claim_id: str
    """Unique within its answer; the same claim at the same place of the same answer has the same id in every batch."""
    place: int = Field(ge=1)
    """Among the claims of the answer, in the order of the report."""
    text: str
    sentence_id: str | None = None
    start: int | None = None
    end: int | None = None
    """``[start, end)`` in characters of the response; None for a claim that was given and is not found there."""
    repeats: bool = False
    """Says again what an earlier claim of the answer said; in no rate."""

    outcome: Outcome
    reason: Reason | None = None
    message: str | None = None

    p_supported: float | None = None
    """The probability that it is supported, decided or not; None where no judge looked."""

    label: Label | None = None
    """None without a verdict, like everything below."""
    why: Why | None = None
    error_types: tuple[ErrorType, ...] = ()
    detail: str | None = None
    basis: Origin | None = None
    confidence: float | None = None
    confidence_source: str | None = None
    p_unsupported: float | None = None
    """The probability that the claim is anything but supported."""
    first_label: Label | None = None
    """The label of the first round."""
    rounds: int = Field(default=0, ge=0)
    decided_by: str | None = None
    correction: str | None = None
    independent_sources: int | None = None
    quotes: tuple[QuotedRow, ...] = ()
    citations: tuple[CitedRow, ...] = ()
    cause: Cause | None = None
    """Why the context does not carry it: ``retrieval_miss``, ``other_source`` or ``overreach``; None where it does."""


def audit_id(key: str) -> str:
    """The id of the audit of what has that key, so that a run that goes on finds what was begun."""
    return key[:32]


def claim_rows(report: Report, *, answer_id: str) -> Iterator[ClaimRow]:
    """A row for each claim of a report, in its order."""
    evidence = {item.id: item for item in report.evidence}
    repeated = _repeated(report)
    has_context = any(item.origin is Origin.CONTEXT for item in report.evidence)
    for place, claim in enumerate(report.claims, start=1):
        yield ClaimRow.model_validate(
            {
                "answer_id": answer_id,
                "claim_id": claim.id,
                "place": place,
                "text": claim.text,
                "sentence_id": claim.sentence,
                "start": claim.span.start if claim.span else None,
                "end": claim.span.end if claim.span else None,
                "repeats": claim.id in repeated,
                "outcome": claim.outcome,
                "reason": claim.reason,
                "message": claim.message,
                "p_supported": claim.p_supported,
                "rounds": claim.rounds,
                "cause": cause_of(claim, has_context=has_context),
                "independent_sources": claim.independent_sources,
                "citations": tuple(
                    CitedRow(marker=each.marker, source=each.source_id or each.cited, status=each.status)
                    for each in claim.citations
                ),
                **_decided(claim, evidence),
            }
        )


def _decided(claim: ClaimResult, evidence: Mapping[str, Evidence]) -> dict[str, object]:
    verdict = claim.verdict
    if verdict is None:
        return {}
    return {
        "label": verdict.label,
        "why": verdict.why,
        "error_types": verdict.error_types,
        "detail": verdict.detail,
        "basis": verdict.basis,
        "confidence": verdict.confidence,
        "confidence_source": verdict.confidence_source,
        "p_unsupported": verdict.p_unsupported,
        "first_label": (claim.first_verdict or verdict).label,
        "decided_by": verdict.decided_by,
        "correction": verdict.correction,
        "quotes": tuple(_quoted(quote, evidence[quote.evidence_id]) for quote in verdict.quotes),
    }


def _quoted(quote: Quote, item: Evidence) -> QuotedRow:
    return QuotedRow(text=quote.text, source=item.source, locator=item.locator, origin=item.origin, match=quote.match)


def outcome_fields(report: Report) -> dict[str, object]:
    """The part of an answer's row that its report decides."""
    scores = report.scores
    labels = {label: count for label, count in scores.labels.items() if count}
    return {
        "outcome": AnswerOutcome(report.outcome.value),
        "hallucination_rate": scores.hallucination_rate,
        "lenient_rate": scores.lenient_rate,
        "ungrounded_rate": scores.ungrounded_rate,
        "risk": scores.risk,
        "coverage": scores.coverage,
        "mean_confidence": scores.mean_confidence,
        "citation_recall": scores.citation_recall,
        "citation_precision": scores.citation_precision,
        "claims": scores.claims,
        "judged": scores.judged,
        "undecided": scores.undecided,
        "counted": sum(labels.values()),
        "unsupported": sum(labels.values()) - labels.get(Label.SUPPORTED, 0),
        "labels": labels,
        "error_types": scores.error_types,
        "unjudged": unjudged_by_reason(report.claims),
        "findings": Counter(finding.kind for finding in report.findings),
        "limits_hit": report.limits_hit,
        "usage": Cost.model_validate(report.usage.model_dump(exclude={"by_stage"})),
        "cost": report.cost,
        "currency": report.judge.price.currency if report.judge.price else None,
        "judge": f"{report.judge.kind} {report.judge.model}",
    }


def _repeated(report: Report) -> frozenset[str]:
    """Ids of the claims that the report's findings say are made a second time."""
    twice = (finding for finding in report.findings if finding.kind is FindingKind.DUPLICATE_CLAIMS)
    return frozenset(finding.claims[-1] for finding in twice)
