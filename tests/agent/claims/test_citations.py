"""Citation markers: found, taken out of the claims, matched with sources, and given to the claims they stand behind."""

import pytest

from probandum import Document, audit
from probandum.agent.claims.citation_sources import match_sources
from probandum.agent.claims.citations import cited_text
from probandum.agent.options import Options
from probandum.agent.taxonomy import CitationStatus, FindingKind, NoClaim
from probandum.tools.evidence import with_sources

HIGH, BUILT = "The dam is 80 metres high.", "The dam was built in 1950."


@pytest.mark.parametrize(
    ("marker", "ids"),
    [
        ("[1]", ["1"]),
        ("[1, 2]", ["1", "2"]),
        ("[1][2]", ["1", "2"]),
        ("[1–3]", ["1", "2", "3"]),
        ("[^1]", ["1"]),
        ("¹", ["1"]),
        ("【1†source】", ["1"]),
        ("(Doc 1)", ["1"]),
        ("(Source: a.pdf)", ["a.pdf"]),
        ("[[1]](https://a.example/x)", ["1"]),
        ("(https://a.example/x)", ["https://a.example/x"]),
        ("([town](https://a.example/x))", ["https://a.example/x"]),
    ],
)
@pytest.mark.parametrize("place", ["The dam is 80 metres high {}.", "The dam is 80 metres high.{}"])
def test_a_marker_is_found_and_leaves_the_words(marker, ids, place):
    response = place.format(marker).replace(" ¹", "¹")
    found = cited_text(response)
    assert [id_ for each in found.markers for id_ in each.ids] == ids
    assert len(found.text) == len(response)
    assert " ".join(found.text.split()).replace(" .", ".") == HIGH
    (claim,) = audit(response, context=HIGH).claims
    assert claim.text == HIGH


@pytest.mark.parametrize(
    "text", ["The list is a[1] of b.", "Version [beta] is out.", "It was 5 °C in 2019 (Oslo).", "x = y[0]"]
)
def test_what_is_no_marker_stays(text):
    kept = cited_text(f"`{text}`")
    assert kept.text == f"`{text}`"
    assert not kept.markers


def sources(answer, *documents):
    return dict(match_sources(cited_text(answer), with_sources(documents)))


def test_sources_are_matched_by_id_label_reference_name_and_place():
    one, two = Document(text=HIGH), Document(text=BUILT)
    assert sources("A dam [2].", one, two) == {"2": "context-2"}
    assert sources("A dam [2].", Document(text=HIGH, id="2", source="a"), two) == {"2": "a"}
    assert sources("A dam [2].", Document(text=HIGH, source="2"), Document(text=BUILT, source="1")) == {"2": "2"}
    assert sources("A dam [7].", Document(text=f"[7] {HIGH}", source="a"), two) == {"7": "a"}
    assert sources("A dam (Source: a.pdf).", Document(text=HIGH, source="docs/a.pdf"), two) == {"a.pdf": "docs/a.pdf"}
    listed = "A dam [1].\n\nReferences:\n[1] b.pdf, 2020\n"
    assert sources(listed, Document(text=HIGH, source="a.pdf"), Document(text=BUILT, source="b.pdf")) == {"1": "b.pdf"}
    assert sources("A dam [9].", one, two) == {"9": None}


def test_a_list_of_references_gives_no_claims():
    report = audit(f"{HIGH[:-1]} [1].\n\nReferences:\n[1] The dams of Marn, 1999.\n", context=HIGH)
    assert [claim.text for claim in report.claims] == [HIGH]
    assert [s.reason for s in report.sentences if not s.claims] == [NoClaim.BOILERPLATE] * 2


def test_each_citation_gets_its_status_and_the_measures_their_sums():
    answer = f"{HIGH[:-1]} [2]. {BUILT[:-1]} [2][1]. The dam is 90 metres high [1]. It stands [9]."
    report = audit(answer, context=[HIGH, BUILT])
    found = [[(each.marker, each.status) for each in claim.citations] for claim in report.claims]
    assert found[0] == [("[2]", CitationStatus.DOES_NOT_SUPPORT)]
    assert found[1] == [("[2]", CitationStatus.SUPPORTS), ("[1]", CitationStatus.DOES_NOT_SUPPORT)]
    assert found[2] == [("[1]", CitationStatus.CONTRADICTS)]
    assert found[3] == [("[9]", CitationStatus.UNKNOWN_SOURCE)]
    assert report.claims[0].citations[0].better == ("context-1",)
    assert report.scores.citation_recall == 1 / 4
    assert report.scores.citation_precision == 1 / 5
    assert sum(finding.kind is FindingKind.CITATION for finding in report.findings) == 4


def test_citations_may_be_required_or_left_alone():
    required = audit(HIGH, context=HIGH, options=Options(citations="require"))
    assert [finding.kind for finding in required.findings] == [FindingKind.UNCITED]
    assert required.scores.citation_recall == 0
    off = audit(f"{HIGH[:-1]} [1].", context=HIGH, options=Options(citations="off"))
    assert off.scores.citation_recall is None
    assert not off.claims[0].citations
