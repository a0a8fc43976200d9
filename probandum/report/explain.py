"""What is wrong with an answer, in a few lines of plain text, for whatever shows text and nothing else."""

from collections.abc import Iterator

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.taxonomy import FindingKind, Label
from probandum.report.markdown import percent

_QUOTES = 2


def explain(report: Report) -> str:
    """The rate, then every claim that is not supported or has no verdict, with the words that show it."""
    return "\n".join([headline(report), *_faults(report), *_miscited(report)])


def headline(report: Report) -> str:
    """How many claims are not supported, of how many, and by whose judgement."""
    scores, judge = report.scores, f"judge {report.judge.kind} {report.judge.model}"
    if scores.hallucination_rate is None:
        return f"no claim was judged (outcome {report.outcome.value}; {judge})"
    counted = sum(scores.labels.values())
    wrong = counted - scores.labels.get(Label.SUPPORTED, 0)
    rate, coverage = percent(scores.hallucination_rate), percent(scores.coverage)
    return f"{wrong} of {counted} claims are not supported ({rate}; coverage {coverage}; {judge})"


def _faults(report: Report) -> Iterator[str]:
    sources = {item.id: item.source for item in report.evidence}
    for claim in report.claims:
        verdict = claim.verdict
        if verdict and verdict.label is Label.SUPPORTED:
            continue
        yield f"  {_said(claim)}: {' '.join(claim.text.split())}"
        quotes = verdict.quotes[:_QUOTES] if verdict else ()
        yield from (f"      “{' '.join(quote.text.split())}” ({sources[quote.evidence_id]})" for quote in quotes)
        if verdict and not quotes:
            yield "      no words of the evidence say so"


def _miscited(report: Report) -> Iterator[str]:
    """Citations that do not hold, and claims without one where each must have one."""
    for finding in report.findings:
        if finding.kind in (FindingKind.CITATION, FindingKind.UNCITED):
            yield f"  {finding.kind.value}: {' '.join(finding.message.split())}"


def _said(claim: ClaimResult) -> str:
    if claim.verdict is None:
        return f"{claim.outcome.value} ({claim.reason}: {' '.join((claim.message or '').split())})"
    types = ", ".join(error.value for error in claim.verdict.error_types)
    return claim.verdict.label.value + (f" ({types})" if types else "")
