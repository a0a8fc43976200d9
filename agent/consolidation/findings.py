"""What the evidence graph brings to light over single verdicts, in words; none of it enters a score."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import networkx as nx

from probandum.agent.consolidation.evidence_graph import duplicates, fallen_premises, related
from probandum.agent.consolidation.omissions import Omission
from probandum.agent.judges.embedded.alignment import align
from probandum.agent.judges.embedded.differences.kinds import differences
from probandum.agent.language.analysis import index_texts
from probandum.agent.models import ClaimResult, Quote
from probandum.agent.report import Finding
from probandum.agent.taxonomy import FindingKind, Label, Why
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.folders import Skipped

_ALIKE = 0.75
"""Share of the shorter quote's words that the other has, where both may speak of the same thing."""
_LITTLE = 3
"""Letters of a word that tells nothing of what a text is about."""
_NAMED = 10
"""How many files left out are named one by one."""


def findings(
    graph: "nx.DiGraph[str]", claims: Sequence[ClaimResult], evidence: Mapping[str, Evidence]
) -> tuple[Finding, ...]:
    """What holds over several claims or sources, in the order of the claims."""
    repeated, fallen = duplicates(graph), fallen_premises(graph)
    conflicting = related(graph, "conflicts_with")
    found: list[Finding] = []
    for claim in claims:
        if claim.id in repeated:
            found.append(_repeated(claim.id, repeated[claim.id]))
        found += [_conflicting(later, earlier) for later, earlier in conflicting if later == claim.id]
        if claim.id in fallen:
            found.append(_fallen(claim.id, fallen[claim.id]))
        found += _of_sources(claim, evidence)
    return tuple(found)


def omission_findings(omissions: Iterable[Omission]) -> tuple[Finding, ...]:
    """What the answer leaves out, one finding each."""
    return tuple(
        Finding(
            kind=FindingKind.OMISSION,
            message=f"The context says on the question, and the answer does not: {' '.join(omission.text.split())}",
            evidence=(omission.evidence_id,),
        )
        for omission in omissions
    )


def skipped_files(source: str, skipped: Sequence[Skipped]) -> tuple[Finding, ...]:
    """What a source could not read, as one finding; none where it read everything or was never asked."""
    if not skipped:
        return ()
    named = "; ".join(item.message for item in skipped[:_NAMED])
    more = f"; and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
    return (Finding(kind=FindingKind.FILES_SKIPPED, message=f"{source} left {len(skipped)} out: {named}{more}"),)


def _repeated(claim: str, earlier: str) -> Finding:
    message = "The same claim is made more than once; it counts once in the scores."
    return Finding(kind=FindingKind.DUPLICATE_CLAIMS, message=message, claims=(earlier, claim))


def _conflicting(later: str, earlier: str) -> Finding:
    message = "The answer contradicts itself: at most one of these claims can be true."
    return Finding(kind=FindingKind.CONFLICTING_CLAIMS, message=message, claims=(earlier, later))


def _fallen(claim: str, premises: Sequence[str]) -> Finding:
    message = "This claim rests on another that did not hold; its own label is kept, but read it with care."
    return Finding(kind=FindingKind.FALLEN_PREMISE, message=message, claims=(*premises, claim))


def _disagree(quotes: Sequence[Quote], evidence: Mapping[str, Evidence]) -> bool:
    """Whether two quotes from different sources state values that cannot both be true."""
    pairs = (
        (one.text, other.text)
        for one, other in combinations(quotes[:_NAMED], 2)
        if evidence[one.evidence_id].source != evidence[other.evidence_id].source
    )
    return any(_alike(one, other) and _difference(one, other) and _difference(other, one) for one, other in pairs)


def _alike(one: str, other: str) -> bool:
    """Whether two quotes share so many words that they may speak of the same thing; others never differ in it."""
    ours, theirs = _telling(one), _telling(other)
    return len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))


@lru_cache(maxsize=1_024)
def _telling(quote: str) -> frozenset[str]:
    return frozenset(word for word in quote.casefold().split() if len(word) > _LITTLE)


def _difference(one: str, other: str) -> bool:
    there = index_texts((other,))
    return any(difference.contradicts for difference in differences(align(one, there), there))


def _of_sources(claim: ClaimResult, evidence: Mapping[str, Evidence]) -> list[Finding]:
    verdict = claim.verdict
    if verdict is None:
        return []
    items = tuple(dict.fromkeys(quote.evidence_id for quote in verdict.quotes))
    found = []
    if verdict.why is Why.CONFLICTING_EVIDENCE or _disagree(verdict.quotes, evidence):
        message = "The sources disagree about this claim."
        found.append(Finding(kind=FindingKind.SOURCES_DISAGREE, message=message, claims=(claim.id,), evidence=items))
    fetched = verdict.basis in (Origin.WEB, Origin.MODEL)
    if fetched and verdict.label is Label.SUPPORTED and claim.independent_sources == 1:
        message = "One independent source alone is behind this verdict" + (
            ", though several passages are quoted: they are of one publisher or repeat one text."
            if len(items) > 1
            else "."
        )
        found.append(Finding(kind=FindingKind.ONE_SOURCE, message=message, claims=(claim.id,), evidence=items))
    return found
