"""Puts the report together from what the audit brought; nothing is decided here but its outcome."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from probandum.agent.consolidation.causes import cause_findings
from probandum.agent.consolidation.corrections import corrected
from probandum.agent.consolidation.evidence_graph import duplicates, evidence_graph
from probandum.agent.consolidation.findings import findings, omission_findings
from probandum.agent.consolidation.omissions import omissions
from probandum.agent.consolidation.scoring import scores
from probandum.agent.evidence.trust import independent_sources
from probandum.agent.models import ClaimResult, Extraction, Sentence
from probandum.agent.report import CorrectedResponse, Finding, JudgeInfo, Report, Scores
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import NoClaim, Reason, ReportOutcome
from probandum.agent.usage import Usage
from probandum.agent.verdicts.calibration import acceptance_findings
from probandum.agent.verdicts.citation_check import citation_findings, citation_precision, citation_recall
from probandum.tools.evidence import Evidence

LIMITS = frozenset(reason for reason in Reason if reason.startswith("limit_"))


class Consolidation(NamedTuple):
    """What an audit comes to."""

    claims: tuple[ClaimResult, ...]
    outcome: ReportOutcome
    findings: tuple[Finding, ...]
    corrected: CorrectedResponse | None
    scores: Scores


def assemble_report(
    request: AuditRequest,
    extraction: Extraction,
    *,
    results: Mapping[str, ClaimResult],
    evidence: Mapping[str, Evidence],
    usage: Usage,
    judge: JudgeInfo,
    settings: Mapping[str, JsonValue],
    limits_hit: Collection[str] = (),
    source_findings: Sequence[Finding] = (),
) -> Report:
    """The report of an audit: claims in the order of the response, what follows from them, and what was noted."""
    end = consolidate(
        [results[claim.id] for claim in extraction.claims],
        question=request.question,
        response=request.response,
        sentences=extraction.sentences,
        evidence=evidence,
        has_context=bool(request.context),
        citations_required=settings.get("citations") == "require",
    )
    spent = sum((claim.usage for claim in end.claims), usage)
    return Report(
        audit_id=request.audit_id,
        outcome=end.outcome,
        question=request.question,
        response=request.response,
        sentences=extraction.sentences,
        claims=end.claims,
        evidence=tuple(evidence.values()),
        findings=(*end.findings, *_unbelieved(end.claims, judge), *source_findings),
        corrected=end.corrected,
        scores=end.scores,
        usage=spent,
        cost=judge.price.of(spent) if judge.price else None,
        judge=judge,
        settings=settings,
        limits_hit=tuple(sorted({*limits_hit, *_limits(end.claims)})),
    )


def consolidate(
    claims: Iterable[ClaimResult],
    *,
    question: str | None,
    response: str,
    sentences: Sequence[Sentence],
    evidence: Mapping[str, Evidence],
    has_context: bool,
    citations_required: bool = False,
) -> Consolidation:
    """What follows from the verdicts by rule alone; the same for the same report, so that a reader can check it."""
    settled = tuple(_with_sources(claim, evidence) for claim in claims)
    graph = evidence_graph(settled, evidence)
    sums = scores(settled, repeated=duplicates(graph), has_context=has_context).model_copy(
        update={
            "citation_recall": citation_recall(settled, required=citations_required),
            "citation_precision": citation_precision(settled),
        }
    )
    cited = citation_findings(settled, required=citations_required)
    causes = cause_findings(settled, evidence, has_context=has_context)
    left_out = omissions(question, response=response, evidence=evidence.values())
    return Consolidation(
        claims=settled,
        outcome=_outcome(sentences, sums),
        findings=(*findings(graph, settled, evidence), *cited, *omission_findings(left_out), *causes),
        corrected=corrected(response, settled),
        scores=sums,
    )


def _unbelieved(claims: Iterable[ClaimResult], judge: JudgeInfo) -> tuple[Finding, ...]:
    acceptance = judge.calibration.acceptance if judge.calibration else None
    return acceptance_findings(claims, acceptance)


def _with_sources(claim: ClaimResult, evidence: Mapping[str, Evidence]) -> ClaimResult:
    sources = independent_sources(claim.verdict, evidence) if claim.verdict else None
    return claim.model_copy(update={"independent_sources": sources})


def _limits(claims: Iterable[ClaimResult]) -> set[str]:
    return {claim.reason.removeprefix("limit_") for claim in claims if claim.reason in LIMITS}


def _outcome(sentences: Sequence[Sentence], sums: Scores) -> ReportOutcome:
    if not sums.claims:
        refused = any(sentence.reason is NoClaim.REFUSAL for sentence in sentences)
        return ReportOutcome.ABSTAINED if refused else ReportOutcome.NO_CLAIMS
    looked_at = sums.judged + sums.undecided
    return ReportOutcome.COMPLETE if looked_at == sums.claims else ReportOutcome.INCOMPLETE
