"""The evidence graph, the relations between claims, and what both bring to light."""

import json

import networkx as nx
import pytest

from probandum import Report, audit
from probandum.agent.consolidation.evidence_graph import duplicates, evidence_graph, fallen_premises, node_link, related
from probandum.agent.consolidation.findings import findings, omission_findings
from probandum.agent.consolidation.omissions import MOST, omissions
from probandum.agent.consolidation.relations import conflicts, premises
from probandum.agent.consolidation.relations import duplicates as repeated
from probandum.agent.evidence.trust import independent_sources
from probandum.agent.models import Claim, ClaimResult
from probandum.agent.taxonomy import FindingKind, Label, Outcome, Why
from probandum.testing.judge import judgement
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.web.domains import registrable_domain


def item(text, source, *, origin=Origin.WEB):
    return Evidence.of(text, origin=origin, source=source, document_sha256="0")


def judged(text, label, *, quotes=(), evidence=(), why=None):
    verdict = judgement(label, quotes=quotes, evidence=evidence, why=why).verdict
    claim = Claim.of(text)
    sources = independent_sources(verdict, {each.id: each for each in evidence})
    return ClaimResult(
        **claim.model_dump(), outcome=Outcome.JUDGED, verdict=verdict, rounds=1, independent_sources=sources
    )


def texts(relation, *given):
    by_id = {Claim.of(text).id: text for text in given}
    found = relation([Claim.of(text) for text in given])
    pairs = found.items() if isinstance(found, dict) else [(each.claim, each.other) for each in found]
    return [(by_id[one], by_id[other]) for one, other in pairs]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paris has two airports.", "PARIS has 2 airports"),
        ("The dam was raised in 1931.", "A dam was raised in 1931"),
        ("水坝建于一九三一年。", "水坝建于一九三一年"),
    ],
)
def test_the_same_said_again_is_a_duplicate(one, other):
    assert texts(repeated, one, other) == [(other, one)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann beat Bea.", "Bea beat Ann."),
        ("Paris has two airports.", "Paris has three airports."),
        ("The dam is safe.", "The dam is not safe."),
        ("It rose from 5 to 10.", "It rose from 10 to 5."),
    ],
)
def test_another_number_order_or_negation_is_no_duplicate(one, other):
    assert texts(repeated, one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paris has two airports.", "Paris has three airports."),
        ("Marta Voss was born in 1950.", "Marta Voss was born in 1951."),
        ("The drug does cause harm.", "The drug does not cause harm."),
        ("In 2020 sales were 40 million.", "In 2020 sales were 50 million."),
    ],
)
def test_one_number_or_a_negation_apart_two_claims_conflict(one, other):
    assert texts(conflicts, one, other) == [(other, one)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The club won the cup in 1998.", "The club won the cup in 2003."),
        ("In 2020 sales were 40 million.", "In 2021 sales were 50 million."),
        ("Group A had 12 patients.", "Group B had 40 patients."),
        ("Paris has two airports.", "Paris has 2 airports."),
    ],
)
def test_what_may_both_be_true_is_no_conflict(one, other):
    assert texts(conflicts, one, other) == []


def test_a_claim_rests_on_the_one_that_brought_its_subject_up():
    founded, treats = "Voss founded the Nordlys clinic.", "The Nordlys clinic treats 4,000 patients."
    assert texts(premises, founded, treats, "Voss was born in Lund.") == [(treats, founded)]


def test_a_claim_that_points_back_rests_on_the_one_before():
    assert texts(premises, "The vote was void.", "This ended the reform.") == [
        ("This ended the reform.", "The vote was void.")
    ]


def test_what_rests_on_a_fallen_claim_is_told_and_keeps_its_label():
    claims = [
        judged("Voss founded the Nordlys clinic.", Label.ABSENT),
        judged("The Nordlys clinic is run by Ida Brandt.", Label.SUPPORTED),
        judged("Ida Brandt was born in Lund.", Label.SUPPORTED),
    ]
    graph = evidence_graph(claims, {})
    first = claims[0].id
    assert fallen_premises(graph) == {claims[1].id: (first,), claims[2].id: (first,)}
    told = [f for f in findings(graph, claims, {}) if f.kind is FindingKind.FALLEN_PREMISE]
    assert [finding.claims for finding in told] == [(first, claims[1].id), (first, claims[2].id)]


def test_edges_say_what_they_are_how_much_they_weigh_and_who_says_so():
    stone = item("The bridge is made of stone.", "https://a.example.org/1")
    claims = [judged("The bridge is stone.", Label.SUPPORTED, quotes=[stone.text], evidence=[stone])]
    graph = evidence_graph(claims, {stone.id: stone})
    assert graph.edges[stone.id, claims[0].id] == {"relation": "supports", "weight": 0.9, "by": "judge"}
    assert related(graph, "from") == [(stone.id, "source:https://a.example.org/1")]
    assert {kind for _, kind in graph.nodes(data="kind")} == {"claim", "evidence", "source"}


def test_a_repeated_claim_is_told_once_for_each_repeat():
    claims = [judged(text, Label.SUPPORTED) for text in ("The dam is safe.", "the dam is safe", "A dam is safe.")]
    graph = evidence_graph(claims, {})
    assert duplicates(graph) == {claims[1].id: claims[0].id, claims[2].id: claims[0].id}


LONG = "The bridge over the Kolm was opened to traffic in the spring of 1932 after four years of work."
OTHER = "Traffic has used the Kolm bridge since May 1932, when the minister cut the ribbon in front of thousands."


@pytest.mark.parametrize(
    ("items", "count"),
    [
        ([(LONG, "https://a.org/1")], 1),
        ([(LONG, "https://a.org/1"), (OTHER, "https://www.a.org/2")], 1),
        ([(LONG, "https://a.org/1"), (LONG + " Read more.", "https://b.org/1")], 1),
        ([(LONG, "https://a.org/1"), (OTHER, "https://b.org/1")], 2),
        ([(LONG, "https://a.org/1"), (OTHER + " As a.org reports.", "https://b.org/1")], 1),
        ([(LONG, "https://a.org/1"), (OTHER, "https://a.org/2"), (LONG + " Copied.", "https://b.org/1")], 2),
        ([(LONG, "one.pdf"), (OTHER, "two.pdf")], 2),
    ],
)
def test_sources_count_when_neither_publisher_nor_text_repeats(items, count):
    evidence = [item(text, source) for text, source in items]
    verdict = judgement(Label.SUPPORTED, quotes=[each.text for each in evidence], evidence=evidence).verdict
    assert len(verdict.quotes) == len(evidence)
    assert independent_sources(verdict, {each.id: each for each in evidence}) == count


def test_without_quotes_there_is_no_number_of_sources():
    assert independent_sources(judgement(Label.ABSENT).verdict, {}) is None


def test_a_web_verdict_with_one_source_says_so():
    pages = [item(LONG, "https://a.org/1"), item(OTHER, "https://a.org/2")]
    claim = judged("The bridge opened in 1932.", Label.SUPPORTED, quotes=[p.text for p in pages], evidence=pages)
    told = findings(evidence_graph([claim], {p.id: p for p in pages}), [claim], {p.id: p for p in pages})
    assert [finding.kind for finding in told] == [FindingKind.ONE_SOURCE]
    assert "several passages" in told[0].message


def test_sources_that_state_different_values_disagree():
    pages = [item("The Kolm bridge is 48 metres long.", "a.pdf"), item("The Kolm bridge is 52 metres long.", "b.pdf")]
    how = {"quotes": [p.text for p in pages], "evidence": pages}
    claim = judged("The Kolm bridge is 48 metres long.", Label.PARTIALLY_SUPPORTED, **how)
    evidence = {p.id: p for p in pages}
    told = findings(evidence_graph([claim], evidence), [claim], evidence)
    assert [finding.kind for finding in told] == [FindingKind.SOURCES_DISAGREE]


def test_a_verdict_of_conflicting_evidence_is_a_disagreement():
    claim = judged("The bridge is stone.", Label.UNEVALUATABLE, why=Why.CONFLICTING_EVIDENCE)
    assert findings(evidence_graph([claim], {}), [claim], {})[0].kind is FindingKind.SOURCES_DISAGREE


def test_a_warning_that_the_answer_leaves_out_is_told_with_its_passage():
    text = "Store below 25 degrees in the box. Veltrazin is not safe for women who breastfeed a newborn child."
    leaflet = item(text, "leaflet", origin=Origin.CONTEXT)
    found = omissions("Is Veltrazin safe?", response="Take 20 mg a day with water.", evidence=[leaflet])
    assert [(each.evidence_id, each.text) for each in found] == [(leaflet.id, text.split(". ")[1])]
    assert omission_findings(found)[0].evidence == (leaflet.id,)


@pytest.mark.parametrize(
    ("question", "response"),
    [(None, "Take it."), ("", "Take it."), ("Is Veltrazin safe?", "Veltrazin is not safe for women who breastfeed.")],
)
def test_nothing_is_left_out_without_a_question_or_when_the_answer_says_it(question, response):
    leaflet = item("Veltrazin is not safe for women who breastfeed a newborn child.", "l", origin=Origin.CONTEXT)
    assert omissions(question, response=response, evidence=[leaflet]) == ()


def test_what_other_sources_say_is_no_omission_and_the_list_is_bounded():
    lines = " ".join(f"Veltrazin harms organ number{n} of every patient badly." for n in range(20))
    assert omissions("Whom does Veltrazin harm?", response="Nobody.", evidence=[item(lines, "w")]) == ()
    context = item(lines, "c", origin=Origin.CONTEXT)
    assert len(omissions("Whom does Veltrazin harm?", response="Nobody.", evidence=[context])) == MOST


def test_node_link_json_reads_back_as_the_graph():
    report: Report = audit(
        "The bridge is made of stone. The bridge is made of stone.", context=["The bridge is stone."]
    )
    exported = json.loads(json.dumps(node_link(report)))
    graph = nx.node_link_graph(exported, edges="links")
    assert {id_ for id_, kind in graph.nodes(data="kind") if kind == "claim"} == {claim.id for claim in report.claims}
    assert "duplicates" in {relation for *_, relation in graph.edges(data="relation")}


@pytest.mark.parametrize(
    ("source", "domain"),
    [
        ("https://news.example.co.uk/a?b", "example.co.uk"),
        ("http://EXAMPLE.org:8080/", "example.org"),
        ("https://192.0.2.1/a", "192.0.2.1"),
        ("https://[bad", None),
        ("notes/a.md", None),
        ("ftp://example.org/a", None),
    ],
)
def test_pages_belong_together_by_registrable_domain(source, domain):
    assert registrable_domain(source) == domain
