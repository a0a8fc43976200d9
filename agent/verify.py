"""Checks a report against itself and the documents behind it: no model, no network, nothing taken on trust."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from probandum.agent.consolidation.assembly import Consolidation, consolidate
from probandum.agent.evidence.trust import apply_source_trust
from probandum.agent.models import Claim, ClaimResult, Quote
from probandum.agent.report import Report
from probandum.agent.taxonomy import FindingKind
from probandum.agent.verdicts.calibration import acceptance_findings
from probandum.tools.evidence import Document, Evidence, Origin

_SHOWN = 300
"""Characters of a value in a message."""


class Check(NamedTuple):
    """One thing that has to hold, and where it does not."""

    name: str
    problems: tuple[str, ...]
    checked: int
    """How many single things were looked at."""


def verify(report: Report, documents: Iterable[Document] | None = None) -> tuple[Check, ...]:
    """Every check, in the order of the report.

    Args:
        report: as it was read back.
        documents: what the evidence was taken from, to be found again by its SHA-256; None leaves that out.
    """
    evidence = {item.id: item for item in report.evidence}
    checks = [
        _check("every sentence stands in the response", _sentences(report)),
        _check("every claim stands in the response under its own id", _claims(report)),
        _check("every quote stands in its evidence", _quotes(report, evidence)),
        _check("every verdict that needs a quote has one", _proven(report)),
        _check("no verdict says more than the origins of its quotes carry", _trusted(report, evidence)),
        _check("every evidence id follows from its content", map(_evidence_id, report.evidence)),
        _check("scores, findings and corrections follow from the verdicts", _derived(report)),
    ]
    if documents is not None:
        by_sha = {document.sha256: document for document in documents}
        found = (_in_document(item, by_sha) for item in report.evidence)
        checks.append(_check("every piece of evidence stands in its document", found))
    return tuple(checks)


def _check(name: str, looks: Iterable[str | None]) -> Check:
    said = tuple(looks)
    return Check(name, tuple(problem for problem in said if problem), len(said))


def _sentences(report: Report) -> Iterator[str | None]:
    for sentence in report.sentences:
        there = report.response[sentence.span.start : sentence.span.end]
        yield None if there == sentence.text else f"{sentence.id}: {sentence.text!r} is {there!r} in the response"


def _claims(report: Report) -> Iterator[str | None]:
    known = {sentence.id for sentence in report.sentences}
    for claim in report.claims:
        if Claim.of(claim.text, span=claim.span).id != claim.id:
            yield f"{claim.id}: the id does not follow from the text and its place"
        elif claim.span and claim.span.end > len(report.response):
            yield f"{claim.id}: its place ends at {claim.span.end}, the response at {len(report.response)}"
        elif claim.sentence and claim.sentence not in known:
            yield f"{claim.id}: its sentence {claim.sentence!r} is not in the report"
        else:
            yield None


def _quotes(report: Report, evidence: Mapping[str, Evidence]) -> Iterator[str | None]:
    for claim in report.claims:
        for quote in _quoted(claim):
            problem = _misquoted(quote, evidence.get(quote.evidence_id))
            yield f"{claim.id}: {problem}" if problem else None


def _trusted(report: Report, evidence: Mapping[str, Evidence]) -> Iterator[str | None]:
    listed = report.settings.get("trusted_domains")
    trusted = [str(domain) for domain in listed] if isinstance(listed, list | tuple) else []
    for claim in report.claims:
        verdict = claim.verdict
        if verdict and verdict.decided_by != "person":
            less = apply_source_trust(verdict, evidence, trusted=trusted).label
            yield None if less is verdict.label else f"{claim.id}: {verdict.label.value} is more than its sources carry"


def _quoted(claim: ClaimResult) -> Iterator[Quote]:
    verdicts = [claim.verdict, claim.first_verdict, *(reopened.verdict for reopened in claim.history)]
    for verdict in verdicts:
        yield from verdict.quotes if verdict else ()
    for citation in claim.citations:
        yield from citation.quotes


def _misquoted(quote: Quote, item: Evidence | None) -> str | None:
    if item is None:
        return f"the evidence {quote.evidence_id!r} that it quotes is not in the report"
    there = item.text[quote.start : quote.end]
    return None if there == quote.text else f"quotes {quote.text!r}, where {item.id} has {there!r}"


def _proven(report: Report) -> Iterator[str | None]:
    for claim in report.claims:
        if claim.verdict:
            bare = claim.verdict.lacks_quotes
            yield f"{claim.id}: {claim.verdict.label.value} without a quote" if bare else None


def _evidence_id(item: Evidence) -> str | None:
    made = Evidence.of(
        item.text,
        origin=item.origin,
        source=item.source,
        locator=item.locator,
        document_sha256=item.document_sha256,
    )
    return None if made.id == item.id else f"{item.id}: the id does not follow from the text and its source"


def _derived(report: Report) -> Iterator[str | None]:
    known = {item.id for item in report.evidence}
    if any(quote.evidence_id not in known for claim in report.claims for quote in _quoted(claim)):
        yield "they cannot be worked out, since quoted evidence is not in the report"
        return
    derived = consolidate(
        report.claims,
        question=report.question,
        response=report.response,
        sentences=report.sentences,
        evidence={item.id: item for item in report.evidence},
        has_context=_asked_context(report),
        citations_required=report.settings.get("citations") == "require",
    )
    acceptance = report.judge.calibration.acceptance if report.judge.calibration else None
    again = derived._replace(findings=(*derived.findings, *acceptance_findings(report.claims, acceptance)))
    own_findings = tuple(found for found in report.findings if found.kind is not FindingKind.FILES_SKIPPED)
    said = Consolidation(report.claims, report.outcome, own_findings, report.corrected, report.scores)
    for name, here, there in zip(Consolidation._fields, said, again, strict=True):
        yield None if here == there else f"{name}: the report has {_short(here)}, the verdicts give {_short(there)}"


def _asked_context(report: Report) -> bool:
    origins = {search.origin for claim in report.claims for search in claim.trail}
    return Origin.CONTEXT in origins | {item.origin for item in report.evidence}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _in_document(item: Evidence, documents: Mapping[str, Document]) -> str | None:
    document = documents.get(item.document_sha256)
    if document is None:
        return f"{item.id}: no document given has the SHA-256 {item.document_sha256[:12]}… of {item.source!r}"
    return None if item.text in document.text else f"{item.id}: its text is not in {item.source!r}"
