"""Why the context does not carry a claim: not retrieved, cited from elsewhere, or nowhere."""

import pytest

from probandum import audit
from probandum.batch.output.rows import claim_rows

CONTEXT = "The bridge was opened in 1931."
PAINTED = "The bridge was painted green in 1960 by Karl Lund."


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "paint.md").write_text(PAINTED, encoding="utf-8")
    return [tmp_path]


def causes(report):
    texts = {claim.id: claim.text for claim in report.claims}
    kinds = ("retrieval_miss", "overreach")
    return {texts[found.claims[0]]: found for found in report.findings if found.kind in kinds}


def test_what_the_corpus_has_and_the_context_lacks_was_not_retrieved(corpus):
    report = audit(f"{CONTEXT} {PAINTED}", context=[CONTEXT], corpus=corpus, judge="embedded")
    (found,) = causes(report).values()
    assert found.kind == "retrieval_miss"
    assert PAINTED in found.message
    assert "paint.md" in found.message
    assert [row.cause for row in claim_rows(report, answer_id="a")] == [None, "retrieval_miss"]


def test_what_nothing_has_goes_beyond_the_sources(corpus):
    beyond = "The keeper Quillon Varga kept bees there."
    report = audit(f"{CONTEXT} {beyond}", context=[CONTEXT], corpus=corpus, judge="embedded")
    found = causes(report)[beyond]
    assert found.kind == "overreach"
    assert "the context, the corpus" in found.message


def test_what_another_document_has_than_the_one_that_is_cited_is_told():
    report = audit(f"{PAINTED[:-1]} [1].", context=[CONTEXT, PAINTED], judge="embedded")
    assert [row.cause for row in claim_rows(report, answer_id="a")] == ["other_source"]
    assert [found.kind for found in report.findings] == ["citation"]
    assert not causes(report)


def test_without_a_context_nothing_was_missed(corpus):
    assert not causes(audit(PAINTED, corpus=corpus, judge="embedded"))
