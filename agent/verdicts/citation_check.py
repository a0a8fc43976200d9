"""From looks at single sources to the status of a citation, and the two measures over all of them; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from probandum.agent.models import Citation, ClaimResult, Verdict
from probandum.agent.report import Finding
from probandum.agent.taxonomy import CitationStatus, ErrorType, FindingKind, Label
from probandum.agent.verdicts.decision import Setting, is_decided

_SUPPORTING = (CitationStatus.SUPPORTS,)
_STATUSES: Mapping[Label, CitationStatus] = {
    Label.SUPPORTED: CitationStatus.SUPPORTS,
    Label.PARTIALLY_SUPPORTED: CitationStatus.PARTIAL,
    Label.CONTRADICTED: CitationStatus.CONTRADICTS,
    Label.ABSENT: CitationStatus.DOES_NOT_SUPPORT,
    Label.UNEVALUATABLE: CitationStatus.DOES_NOT_SUPPORT,
}


def status_of(verdict: Verdict | None, *, decide: Setting) -> CitationStatus:
    """What a source that was looked at alone does with a claim; None where the judge failed on it.

    A source that has another name in the place of the claim's speaks of something else: it supports nothing, and
    contradicts nothing either.
    """
    if verdict is None:
        return CitationStatus.UNREADABLE
    if not is_decided(verdict, decide):
        return CitationStatus.UNDECIDED
    if verdict.label is Label.CONTRADICTED and set(verdict.error_types) == {ErrorType.ENTITY}:
        return CitationStatus.DOES_NOT_SUPPORT
    return _STATUSES[verdict.label]


def settled_status(status: CitationStatus, *, better: Collection[str]) -> CitationStatus:
    """A source that a judge of words cannot tell of does not support what another source plainly states."""
    return CitationStatus.DOES_NOT_SUPPORT if better and status is CitationStatus.UNDECIDED else status


def citation_recall(claims: Sequence[ClaimResult], *, required: bool) -> float | None:
    """Of the claims that ought to be cited, the share that their citations support; None where none ought to be."""
    if not any(claim.citations for claim in claims):
        return 0.0 if required and claims else None
    counted = [claim for claim in claims if required or claim.citations]
    return sum(bool(claim.supported_by_citations) for claim in counted) / len(counted)


def citation_precision(claims: Iterable[ClaimResult]) -> float | None:
    """Of the citations, the share that their claim needs; None without citations."""
    needed = [_is_needed(each, claim) for claim in claims for each in claim.citations]
    return sum(needed) / len(needed) if needed else None


def _is_needed(citation: Citation, claim: ClaimResult) -> bool:
    """Whether it supports its claim alone, or is one of several that only together do."""
    if not claim.supported_by_citations:
        return False
    alone = [each for each in claim.citations if each.status in _SUPPORTING]
    return citation in alone or (not alone and citation.status is CitationStatus.PARTIAL)


def citation_findings(claims: Iterable[ClaimResult], *, required: bool) -> tuple[Finding, ...]:
    """Citations that do not hold, and, where they are required, claims without one."""
    found = []
    for claim in claims:
        for each in claim.citations:
            if told := _TOLD.get(each.status):
                better = f"; {', '.join(each.better)} does" if each.better else ""
                message = f"{each.marker} {told}{better}: {claim.text}"
                found.append(Finding(kind=FindingKind.CITATION, message=message, claims=(claim.id,)))
        if required and not claim.citations:
            message = f"cites nothing: {claim.text}"
            found.append(Finding(kind=FindingKind.UNCITED, message=message, claims=(claim.id,)))
    return tuple(found)


_TOLD: Mapping[CitationStatus, str] = {
    CitationStatus.DOES_NOT_SUPPORT: "does not support it",
    CitationStatus.CONTRADICTS: "contradicts it",
    CitationStatus.PARTIAL: "supports a part of it",
    CitationStatus.UNKNOWN_SOURCE: "names no document of the context",
    CitationStatus.UNREADABLE: "could not be looked at",
}
