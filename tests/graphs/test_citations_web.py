"""Cited addresses are read where the web may be asked, and each citation is looked at by its own page."""

import pytest

from probandum import audit
from probandum.agent.taxonomy import CitationStatus
from probandum.testing.servers.web import WebServer, page

PAGE = page("https://town.test/dam", "The dam is 80 metres high. It was built in 1950.")
GIVEN = "The dam is 80 metres high. Fish live in the lake."


@pytest.fixture
def web(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
    monkeypatch.delenv("TAVILY_API_KEY", raising=False)
    with WebServer([PAGE]) as server:
        monkeypatch.setenv("PROBANDUM_TAVILY_BASE_URL", server.url)
        yield server


def statuses(report):
    return [(each.source_id, each.status) for claim in report.claims for each in claim.citations]


def test_a_cited_page_is_read_and_looked_at(web):
    answer = "The dam is 80 metres high ([town](https://town.test/dam)). It was built in 1960 (https://town.test/dam)."
    report = audit(answer, context=GIVEN, web=True)
    assert statuses(report) == [
        ("https://town.test/dam", CitationStatus.SUPPORTS),
        ("https://town.test/dam", CitationStatus.CONTRADICTS),
    ]


def test_without_the_web_an_address_names_no_document():
    report = audit("The dam is 80 metres high (https://town.test/dam).", context=GIVEN)
    assert [status for _, status in statuses(report)] == [CitationStatus.UNKNOWN_SOURCE]


def test_a_page_that_cannot_be_read_is_told_as_such(web):
    report = audit("The dam is 80 metres high (https://gone.test/x).", context=GIVEN, web=True)
    assert [status for _, status in statuses(report)] == [CitationStatus.UNREADABLE]
