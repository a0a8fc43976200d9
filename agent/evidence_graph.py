"""The evidence graph of an audit: claims, evidence and sources, and how they bear on each other; pure functions.

What the graph brings to light is told in ``findings``; what holds between claims by their words in ``relations``.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

import networkx as nx
from pydantic import JsonValue
from rapidfuzz import fuzz

from probandum.agent import relations
from probandum.agent.models import ClaimResult, Report, Verdict
from probandum.agent.taxonomy import Label
from probandum.tools.domains import registrable_domain
from probandum.tools.evidence import Evidence

Relation = Literal["supports", "contradicts", "duplicates", "conflicts_with", "depends_on", "from"]

_BEARS = {Label.SUPPORTED: "supports", Label.PARTIALLY_SUPPORTED: "supports", Label.CONTRADICTED: "contradicts"}
_SAME_TEXT = 90.0
"""Likeness in per cent from which on one passage repeats the other."""
_SAME_WORDS = 0.7
"""Share of the words without which no likeness as high can be."""
_FEWEST_TEXT = 40
"""Characters below which two texts may be alike by accident."""
_ROOT = "root"


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


def independent_sources(verdict: Verdict, evidence: Mapping[str, Evidence]) -> int | None:
    """How many sources that do not repeat each other are behind a verdict; None where it quotes nothing.

    The number of paths from the quotes to the claim that share neither a publisher nor a text (Menger): pages of one
    registrable domain are one publisher, as are two of which one names the other; passages that are nearly alike are
    one text. Computed on the claim's own ancestors, since on the whole graph it would take hours.
    """
    items = list({quote.evidence_id: evidence[quote.evidence_id] for quote in verdict.quotes}.values())
    if len(items) < 2:  # noqa: PLR2004 - nothing to compare
        return len(items) or None
    publishers, texts = _publishers(items), _texts(items)
    if min(len(set(publishers)), len(set(texts))) == len(items):
        return len(items)
    if len(set(publishers)) == 1 or len(set(texts)) == 1:
        return 1
    paths: nx.DiGraph[str] = nx.DiGraph()
    for publisher, text in zip(publishers, texts, strict=True):
        paths.add_edges_from([(_ROOT, f"p:{publisher}"), (f"p:{publisher}", f"t:{text}"), (f"t:{text}", "claim")])
    return int(nx.node_connectivity(paths, _ROOT, "claim"))


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


def _publishers(items: Sequence[Evidence]) -> list[str]:
    """For each item, one name for all whose sources are of one publisher."""
    names = [registrable_domain(item.source) or item.source for item in items]
    alike = nx.Graph()
    alike.add_nodes_from(names)
    for item, name in zip(items, names, strict=True):
        text = item.text.casefold()
        alike.add_edges_from((name, other) for other in names if other != name and other.casefold() in text)
    return _first_of_each(alike, names)


def _texts(items: Sequence[Evidence]) -> list[str]:
    """For each item, the id of the first that has nearly its text."""
    alike = nx.Graph()
    alike.add_nodes_from(item.id for item in items)
    texts = {item.id: _plain(item.text) for item in items}
    words = {id_: frozenset(text.split()) for id_, text in texts.items()}
    for one, other in combinations(texts, 2):
        shared = len(words[one] & words[other])
        # Alignment takes a hundred times as long to find out that two texts are about something else.
        if shared >= _SAME_WORDS * min(len(words[one]), len(words[other])) and _same_text(texts[one], texts[other]):
            alike.add_edge(one, other)
    return _first_of_each(alike, [item.id for item in items])


def _first_of_each(alike: "nx.Graph[str]", names: Sequence[str]) -> list[str]:
    first = {name: min(group) for group in nx.connected_components(alike) for name in group}
    return [first[name] for name in names]


def _same_text(one: str, other: str) -> bool:
    """Whether two texts are alike but for a little of the longer one."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _FEWEST_TEXT:
        return shorter == longer
    return fuzz.partial_ratio(shorter, longer, score_cutoff=_SAME_TEXT) > 0


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
