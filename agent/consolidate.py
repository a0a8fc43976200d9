"""The evidence graph over all claims of an audit, and what it brings to light; the sums are in ``scoring``."""

from collections.abc import Iterable, Mapping, Sequence

import networkx as nx

from probandum.agent.models import ClaimResult, Finding, Verdict
from probandum.agent.taxonomy import FindingKind, Label, Why
from probandum.tools.evidence import Evidence
from probandum.tools.folders import Skipped

_EDGE = {Label.SUPPORTED: "supports", Label.PARTIALLY_SUPPORTED: "supports", Label.CONTRADICTED: "contradicts"}

_NAMED = 10
"""How many files left out are named one by one."""


def evidence_graph(claims: Iterable[ClaimResult], evidence: Mapping[str, Evidence]) -> "nx.DiGraph[str]":
    """The graph of an audit.

    Nodes are claims, evidence and sources (``source:NAME``), told apart by the attribute ``kind``. Edges, told apart
    by ``relation``: evidence ``supports`` or ``contradicts`` a claim, comes ``from`` a source; a claim ``duplicates``
    an earlier one.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    first: dict[str, str] = {}
    for claim in claims:
        graph.add_node(claim.id, kind="claim")
        original = first.setdefault(_words(claim.text), claim.id)
        if original != claim.id:
            graph.add_edge(claim.id, original, relation="duplicates")
        if claim.verdict:
            _connect(graph, claim.id, claim.verdict, evidence)
    return graph


def duplicates(graph: "nx.DiGraph[str]") -> dict[str, str]:
    """Claim id to the id of the earlier claim that says the same."""
    return {a: b for a, b, relation in graph.edges(data="relation") if relation == "duplicates"}


def findings(graph: "nx.DiGraph[str]", claims: Sequence[ClaimResult]) -> tuple[Finding, ...]:
    """What holds over several claims or sources, in the order of the claims."""
    repeated = duplicates(graph)
    found = []
    for claim in claims:
        if claim.id in repeated:
            message = "The same claim is made more than once; it counts once in the scores."
            pair = (repeated[claim.id], claim.id)
            found.append(Finding(kind=FindingKind.DUPLICATE_CLAIMS, message=message, claims=pair))
        if claim.verdict and claim.verdict.why is Why.CONFLICTING_EVIDENCE:
            message = "The sources disagree about this claim."
            items = tuple(dict.fromkeys(quote.evidence_id for quote in claim.verdict.quotes))
            kind = FindingKind.SOURCES_DISAGREE
            found.append(Finding(kind=kind, message=message, claims=(claim.id,), evidence=items))
    return tuple(found)


def skipped_files(source: str, skipped: Sequence[Skipped]) -> tuple[Finding, ...]:
    """What a source could not read, as one finding; none where it read everything or was never asked."""
    if not skipped:
        return ()
    named = "; ".join(item.message for item in skipped[:_NAMED])
    more = f"; and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
    return (Finding(kind=FindingKind.FILES_SKIPPED, message=f"{source} left {len(skipped)} out: {named}{more}"),)


def _connect(graph: "nx.DiGraph[str]", claim: str, verdict: Verdict, evidence: Mapping[str, Evidence]) -> None:
    relation = _EDGE.get(verdict.label)
    if relation is None:
        return
    for quote in verdict.quotes:
        source = f"source:{evidence[quote.evidence_id].source}"
        graph.add_node(quote.evidence_id, kind="evidence")
        graph.add_node(source, kind="source")
        graph.add_edge(quote.evidence_id, claim, relation=relation)
        graph.add_edge(quote.evidence_id, source, relation="from")


def _words(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")
