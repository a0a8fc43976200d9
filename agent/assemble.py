"""Puts the report together from what the audit brought; nothing is decided here but its outcome."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pydantic import JsonValue

from probandum.agent.consolidate import duplicates, evidence_graph, findings
from probandum.agent.judge import Extraction
from probandum.agent.models import AuditRequest, ClaimResult, Finding, JudgeInfo, Report, Scores, Sentence, Usage
from probandum.agent.scoring import scores
from probandum.agent.taxonomy import NoClaim, Reason, ReportOutcome
from probandum.tools.evidence import Evidence

LIMITS = frozenset(reason for reason in Reason if reason.startswith("limit_"))


def assemble(
    request: AuditRequest,
    extraction: Extraction,
    *,
    results: Mapping[str, ClaimResult],
    evidence: Mapping[str, Evidence],
    usage: Usage,
    judge: JudgeInfo,
    settings: Mapping[str, JsonValue],
    limits_hit: Collection[str] = (),
    noted: Sequence[Finding] = (),
) -> Report:
    """The report of an audit: claims in the order of the response, findings over them, and those noted on the way."""
    claims = tuple(results[claim.id] for claim in extraction.claims)
    graph = evidence_graph(claims, evidence)
    sums = scores(claims, repeated=duplicates(graph), has_context=bool(request.context))
    return Report(
        audit_id=request.audit_id,
        outcome=_outcome(extraction.sentences, sums),
        question=request.question,
        response=request.response,
        sentences=extraction.sentences,
        claims=claims,
        evidence=tuple(evidence.values()),
        findings=(*findings(graph, claims), *noted),
        scores=sums,
        usage=sum((claim.usage for claim in claims), usage),
        judge=judge,
        settings=settings,
        limits_hit=tuple(sorted({*limits_hit, *_limits(claims)})),
    )


def _limits(claims: Iterable[ClaimResult]) -> set[str]:
    return {claim.reason.removeprefix("limit_") for claim in claims if claim.reason in LIMITS}


def _outcome(sentences: Sequence[Sentence], sums: Scores) -> ReportOutcome:
    if not sums.claims:
        refused = any(sentence.reason is NoClaim.REFUSAL for sentence in sentences)
        return ReportOutcome.ABSTAINED if refused else ReportOutcome.NO_CLAIMS
    return ReportOutcome.COMPLETE if sums.judged == sums.claims else ReportOutcome.INCOMPLETE
