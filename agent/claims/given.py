"""Claims that a request brings itself, judged as they stand; extracting them from a response is a judge's work."""

from probandum.agent.models import Claim, Extraction, Span
from probandum.agent.request import AuditRequest


def given_claims(request: AuditRequest) -> Extraction:
    """The claims that the request brings; one that stands word for word in the response knows its span."""
    return Extraction(sentences=(), claims=tuple(dict.fromkeys(_located(t, request.response) for t in request.claims)))


def _located(text: str, response: str) -> Claim:
    start = response.find(text)
    return Claim.of(text, span=Span(start=start, end=start + len(text)) if start >= 0 else None)
