"""The HTML report: what it says, that foreign text stays text, and that the response in it is the response."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import jsonschema
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.speed.audit_speed import claims as made_claims
from benchmarks.speed.audit_speed import text as made_text
from probandum import Report, audit
from probandum.agent.models import Claim, ClaimResult, Span
from probandum.agent.taxonomy import Label, Outcome
from probandum.report.files import as_text, write
from probandum.report.html import as_html
from probandum.report.schema import schema
from probandum.report.segments import MarkedSpan, segments
from probandum.testing.judge import judgement
from probandum.testing.samples.report import HOSTILE, rich_report


class Page(HTMLParser):
    """The text inside the element of one id, and every tag and attribute of the page."""

    def __init__(self, html, inside="response"):
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.ids = "", [], []
        self._inside, self._depth = inside, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given_ = dict(attrs)
        self.tags.append((tag, given_))
        if "id" in given_:
            self.ids.append(given_["id"])
        if self._depth or given_.get("id") == self._inside:
            self._depth += 1

    def handle_endtag(self, tag):
        self._depth -= bool(self._depth)

    def handle_data(self, data):
        if self._depth:
            self.text += data


@pytest.fixture(scope="module")
def page():
    return as_html(rich_report())


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40), st.sampled_from(Label)), max_size=6)


@given(TEXT, SPANS)
def test_the_pieces_of_a_text_join_to_the_text(text, spans):
    stretches = [MarkedSpan(start, start + length, str(place)) for place, (start, length, _) in enumerate(spans)]
    pieces = list(segments(text, stretches))
    assert "".join(piece.text for piece in pieces) == text
    place = 0
    for piece in pieces:
        on = tuple(s.mark for s in stretches if s.start < place + len(piece.text) and s.end > place)
        assert piece.marks == on
        place += len(piece.text)


@given(TEXT, SPANS)
def test_for_any_response_and_claims_the_page_contains_the_response_unchanged(response, spans):
    claims = {}
    for place, (start, length, label) in enumerate(spans):
        span = Span(start=min(start, len(response)), end=min(start + length, len(response)))
        claim = Claim.of(f"claim {place}", span=span)
        verdict = judgement(label).verdict
        claims[claim.id] = ClaimResult(**claim.model_dump(), outcome=Outcome.JUDGED, verdict=verdict, rounds=1)
    report = rich_report().model_copy(update={"response": response, "claims": tuple(claims.values()), "findings": ()})
    shown = Page(as_html(report.model_copy(update={"corrected": None}))).text
    assert shown == response.replace("\x00", "\u2400")


def test_no_foreign_text_becomes_markup(page):
    tags = Page(page).tags
    assert [tag for tag, _ in tags].count("script") == 1
    assert not [tag for tag, _ in tags if tag in ("b", "img", "iframe") and "notes" in tag]
    assert "<b>notes</b>" not in page
    assert "{{ 7 * 7 }}" in page
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]


def test_the_page_asks_nothing_of_the_network(page):
    loading = [
        (tag, a) for tag, a in Page(page).tags if {"src", "srcset", "action", "poster"} & a.keys() or tag == "link"
    ]
    assert loading == []
    assert all(a.get("href", "#").startswith("#") for _, a in Page(page).tags)
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_ids_are_unique_and_every_link_leads_somewhere(page):
    read = Page(page)
    assert len(read.ids) == len(set(read.ids))
    links = {a["href"][1:] for tag, a in read.tags if tag == "a"}
    described = {a["aria-describedby"] for _, a in read.tags if "aria-describedby" in a}
    assert links | described <= set(read.ids)


def test_what_is_invisible_is_made_visible(page):
    assert '<bdi class="hidden" data-code="U+202E">' in page
    assert '<bdi class="hidden" data-code="U+200B">' in page


@pytest.mark.parametrize(
    "words",
    [
        "67% of the claims are not supported",
        "6 of 8",
        "partial support counts half",
        "<del>48</del><ins>52</ins>",
        "What could not be checked",
        "judge output",
        "limit calls",
        "Sentences without a claim",
        "Decided by a person",
        "Note of the reviewer:",
        "nothing found",
        "failed",
        "Looked at again",
        "Limits that were reached: calls.",
        "second_look",
        "7000 cached",
        "The valley is narrow and the road is steep.",
    ],
)
def test_the_page_tells(page, words):
    assert words in page


@pytest.mark.parametrize("response", ["Is it so?", "I'm sorry, but I can't help with that."])
def test_without_a_claim_the_page_has_no_number(response):
    page = as_html(audit(response, context=["The bridge is old."]))
    assert re.search(r"<h1>No score: the response (makes no claim|declines)", page)
    assert "%" not in page.split("<main>")[0].split("<header>")[1]


def test_a_hundred_claims_and_their_evidence_fit_into_300_kilobytes():
    context = made_text(3_000, seed=1)
    report = audit(made_claims(100, context, seed=2), context=[context], question="Which bridge was rebuilt?")
    assert len(report.claims) == 100
    assert len(as_html(report).encode()) < 300_000


def test_a_report_obeys_its_published_schema_and_reads_back():
    report = rich_report()
    published = json.loads(files("probandum.report").joinpath("report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads(as_text(report, "json")), published)
    assert Report.model_validate_json(as_text(report, "json")) == report


def test_the_published_schema_is_up_to_date():
    published = files("probandum.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    assert published == schema(), "run `make schema`"


def test_the_folder_holds_every_format_and_the_graph(tmp_path):
    write(rich_report(), tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["graph.json", "report.html", "report.json", "report.md"]
    graph = nx.node_link_graph(json.loads((tmp_path / "graph.json").read_text()), edges="links")
    assert "contradicts" in {relation for *_, relation in graph.edges(data="relation")}


def test_markdown_shows_corrections_notes_and_who_decided():
    text = as_text(rich_report(), "md")
    assert "is ~~48~~ **52** metres" in text
    assert "decided by a person" in text
    assert "Note of the reviewer: Checked by hand." in text
    assert "<script>" not in text
    assert HOSTILE not in text
