"""The evidence graph of an audit: claims, evidence and sources, and how they bear on each other; pure functions.

What the graph brings to light is told in ``findings``; what holds between claims by their words in ``relations``.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import networkx as nx
from pydantic import JsonValue

from probandum.agent.consolidation import relations
from probandum.agent.models import ClaimResult, Verdict
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.tools.evidence import Evidence

Relation = Literal["supports", "contradicts", "duplicates", "conflicts_with", "depends_on", "from"]

_BEARS = {Label.SUPPORTED: "supports", Label.PARTIALLY_SUPPORTED: "supports", Label.CONTRADICTED: "contradicts"}


def evidence_graph(claims: Sequence[ClaimResult], evidence: Mapping[str, Evidence]) -> "nx.DiGraph[str]":
    """The graph of an audit.

    Nodes, told apart by ``kind``: ``claim``, ``evidence``, ``source`` (``source:NAME``). Edges, told apart by
    ``relation``, with ``weight`` in [0, 1] and ``by``, who says so: evidence ``supports`` or ``contradicts`` a claim
    (weight: the verdict's confidence) and comes ``from`` a source; a claim ``duplicates``, ``conflicts_with`` or
    ``depends_on`` an earlier one. Evidence that no verdict quotes is not in it.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for claim in claims:
        label = claim.verdict.label.value if claim.verdict else None
        graph.add_node(claim.id, kind="claim", label=label, independent_sources=claim.independent_sources)
        if claim.verdict:
            _connect(graph, claim.id, claim.verdict, evidence)
    for id_, earlier in relations.premises(claims).items():
        _relate(graph, id_, earlier, "depends_on")
    for conflict in relations.conflicts(claims):
        _relate(graph, conflict.claim, conflict.other, "conflicts_with")
    for id_, earlier in relations.duplicates(claims).items():
        _relate(graph, id_, earlier, "duplicates")
    return graph


def related(graph: "nx.DiGraph[str]", relation: Relation) -> list[tuple[str, str]]:
    """The edges of one kind, from node to node."""
    return [(one, other) for one, other, kind in graph.edges(data="relation") if kind == relation]


def duplicates(graph: "nx.DiGraph[str]") -> dict[str, str]:
    """Claim id to the id of the earlier claim that says the same."""
    return dict(related(graph, "duplicates"))


def fallen_premises(graph: "nx.DiGraph[str]") -> dict[str, tuple[str, ...]]:
    """Claim id to the ids of the claims it rests on, directly or not, that are contradicted or absent."""
    resting = nx.DiGraph(related(graph, "depends_on"))
    fallen = {Label.CONTRADICTED.value, Label.ABSENT.value}
    found = {
        claim: tuple(sorted(id_ for id_ in nx.descendants(resting, claim) if graph.nodes[id_]["label"] in fallen))
        for claim in resting
    }
    return {claim: premises for claim, premises in found.items() if premises}


def node_link(report: Report) -> dict[str, JsonValue]:
    """The evidence graph of a report as node-link JSON, as networkx and most graph tools read it."""
    graph = evidence_graph(report.claims, {item.id: item for item in report.evidence})
    exported: dict[str, JsonValue] = nx.node_link_data(graph, edges="links")
    return exported


def _connect(graph: "nx.DiGraph[str]", claim: str, verdict: Verdict, evidence: Mapping[str, Evidence]) -> None:
    relation = _BEARS.get(verdict.label)
    for quote in verdict.quotes if relation else ():
        item = evidence[quote.evidence_id]
        source = f"source:{item.source}"
        graph.add_node(item.id, kind="evidence", origin=item.origin.value)
        graph.add_node(source, kind="source")
        graph.add_edge(item.id, claim, relation=relation, weight=verdict.confidence, by=verdict.decided_by)
        graph.add_edge(item.id, source, relation="from", weight=1.0, by="search")


def _relate(graph: "nx.DiGraph[str]", claim: str, earlier: str, relation: Relation) -> None:
    graph.add_edge(claim, earlier, relation=relation, weight=1.0, by="rule")
