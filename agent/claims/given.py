"""Claims for an audit: those given with the request as they stand, else those that the judge extracts."""

from probandum.agent.judges.protocol import Extraction, Judge
from probandum.agent.models import AuditRequest, Claim, Span


async def extract(request: AuditRequest, judge: Judge, *, all_checkable: bool) -> Extraction:
    """The claims of a request, in order; the judge's errors pass through."""
    if request.claims:
        return given(request)
    return await judge.extract(request, all_checkable=all_checkable)


def given(request: AuditRequest) -> Extraction:
    """The claims that the request brings; one that stands word for word in the response knows its span."""
    return Extraction(sentences=(), claims=tuple(dict.fromkeys(_located(t, request.response) for t in request.claims)))


def _located(text: str, response: str) -> Claim:
    start = response.find(text)
    return Claim.of(text, span=Span(start=start, end=start + len(text)) if start >= 0 else None)
