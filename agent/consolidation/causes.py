"""Why a claim is not in the context that its answer was written from: it was not retrieved, or nothing has it.

Told apart as users of retrieval do: the corpus has what the context lacks (the retrieval missed it), another document
of the context has it than the one that is cited, or nothing that was asked has it (the answer goes beyond its sources).
"""

from collections.abc import Iterable, Iterator, Mapping

from probandum.agent.models import ClaimResult
from probandum.agent.report import Finding
from probandum.agent.taxonomy import FindingKind, Label
from probandum.tools.evidence import Evidence, Origin

CAUSES = (FindingKind.RETRIEVAL_MISS, FindingKind.OTHER_SOURCE, FindingKind.OVERREACH)
_BEYOND = (Origin.CORPUS, Origin.WEB)
_SHOWN = 300
"""Characters of a passage that a finding shows."""


def cause_findings(
    claims: Iterable[ClaimResult], evidence: Mapping[str, Evidence], *, has_context: bool
) -> tuple[Finding, ...]:
    """A finding for each claim that the context does not carry; none where the answer had no context.

    That a claim is nowhere is a finding where more than the context was asked; else its label says as much.
    """
    return tuple(found for claim in claims for found in _of(claim, evidence)) if has_context else ()


def _of(claim: ClaimResult, evidence: Mapping[str, Evidence]) -> Iterator[Finding]:
    verdict = claim.verdict
    if verdict is None:
        return
    elsewhere = tuple(dict.fromkeys(source for cited in claim.citations for source in cited.better))
    if elsewhere:
        message = f"The context has this under another source than the one that is cited: {', '.join(elsewhere)}."
        yield Finding(kind=FindingKind.OTHER_SOURCE, message=message, claims=(claim.id,))
    if verdict.label is Label.SUPPORTED and verdict.basis in _BEYOND:
        quoted = [quote for quote in verdict.quotes if quote.evidence_id in evidence]
        passages = tuple(dict.fromkeys(quote.evidence_id for quote in quoted))
        said = " … ".join(quote.text for quote in quoted)[:_SHOWN]
        where = ", ".join(dict.fromkeys(evidence[each].source for each in passages)) or verdict.basis.value
        message = f"The context lacks this, and the {verdict.basis.value} has it ({where}): “{said}”"
        yield Finding(kind=FindingKind.RETRIEVAL_MISS, message=message, claims=(claim.id,), evidence=passages)
    elif verdict.label is Label.ABSENT and {each.origin for each in claim.trail} & {*_BEYOND}:
        asked = ["the context", *dict.fromkeys(f"the {each.origin.value}" for each in claim.trail if each.origin)]
        named = ", ".join(dict.fromkeys(asked))
        message = f"Nothing that was asked has this ({named}): the answer goes beyond its sources."
        yield Finding(kind=FindingKind.OVERREACH, message=message, claims=(claim.id,))
