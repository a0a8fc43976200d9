"""Why a claim is not in the context that its answer was written from: it was not retrieved, or nothing has it.

Told apart as users of retrieval do: the corpus has what the context lacks (the retrieval missed it), another document
of the context has it than the one that is cited, or nothing that was asked has it (the answer goes beyond its sources).
"""

from collections.abc import Iterable, Iterator, Mapping

from probandum.agent.models import ClaimResult
from probandum.agent.report import Finding
from probandum.agent.taxonomy import Cause, FindingKind, Label
from probandum.tools.evidence import Evidence, Origin

_BEYOND = (Origin.CORPUS, Origin.WEB)
_SHOWN = 300
"""Characters of a passage that a finding shows."""


def cause_of(claim: ClaimResult, *, has_context: bool) -> Cause | None:
    """Why the context does not carry a claim; None where it does, or where there is no context or no verdict."""
    verdict = claim.verdict
    if verdict is None or not has_context:
        return None
    if verdict.label is Label.SUPPORTED and verdict.basis in _BEYOND:
        return Cause.RETRIEVAL_MISS
    if any(cited.better for cited in claim.citations):
        return Cause.OTHER_SOURCE
    return Cause.OVERREACH if verdict.label is Label.ABSENT else None


def cause_findings(
    claims: Iterable[ClaimResult], evidence: Mapping[str, Evidence], *, has_context: bool
) -> Iterator[Finding]:
    """A finding for each claim of which its label or its citations do not say as much.

    That nothing has it is news where more than the context was asked; that another source has it is told of a citation.
    """
    for claim in claims:
        cause = cause_of(claim, has_context=has_context)
        asked = dict.fromkeys(f"the {each.origin.value}" for each in claim.trail if each.origin in _BEYOND)
        if cause is Cause.RETRIEVAL_MISS:
            yield _missed(claim, evidence)
        elif cause is Cause.OVERREACH and asked:
            named = ", ".join(["the context", *asked])
            message = f"Nothing that was asked has this ({named}): the answer goes beyond its sources."
            yield Finding(kind=FindingKind.OVERREACH, message=message, claims=(claim.id,))


def _missed(claim: ClaimResult, evidence: Mapping[str, Evidence]) -> Finding:
    quotes = claim.verdict.quotes if claim.verdict else ()
    passages = tuple(dict.fromkeys(quote.evidence_id for quote in quotes))
    said = " … ".join(quote.text for quote in quotes)[:_SHOWN]
    where = ", ".join(dict.fromkeys(evidence[each].source for each in passages))
    message = f"The context lacks this, and another source has it ({where}): “{said}”"
    return Finding(kind=FindingKind.RETRIEVAL_MISS, message=message, claims=(claim.id,), evidence=passages)
