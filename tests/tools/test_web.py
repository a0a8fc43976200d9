"""The web search through its real client, against a real server that speaks its protocol."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from probandum.testing.web import Found, WebServer, failed, keyless_limit, page
from probandum.tools.errors import ToolError, ToolUnavailable
from probandum.tools.evidence import Origin
from probandum.tools.page_memory import PageMemory
from probandum.tools.source import SearchArguments, Source
from probandum.tools.web import WebLimits, WebSearch

BRIDGE = page("https://a.example/bridge", "The bridge was built in 1907. It has two lanes.", title="Bridges")
BREAD = page("https://b.example/bread", "Bread is baked in the morning.")
KEY = "tvly-of-this-test"


def search(script, query="When was the bridge built?", *, limit=8, seconds=5.0, **how):
    with WebServer(script) as server:
        source = WebSearch(base_url=server.url, seconds=seconds, **how)
        found = asyncio.run(source(SearchArguments(query=query, limit=limit)))
    return found, server


def test_it_is_a_source():
    assert isinstance(WebSearch(), Source)


def test_pages_become_passages_with_address_title_and_time():
    found, server = search([BREAD, BRIDGE], api_key=SecretStr(KEY))
    assert found[0].text == "The bridge was built in 1907. It has two lanes."
    assert (found[0].origin, found[0].source, found[0].title) == (Origin.WEB, BRIDGE["url"], "Bridges")
    assert datetime.now(UTC) - found[0].fetched_at < timedelta(minutes=1)
    assert server.keys == [f"Bearer {KEY}"]
    assert server.questions[0]["include_raw_content"] == "text"


def test_nothing_found_is_no_error():
    assert search([])[0] == ()


def test_a_page_of_which_there_is_only_an_excerpt_is_that_excerpt():
    bare = {"url": "https://a.example", "title": None, "content": "The bridge is old.", "raw_content": None}
    (item,), _ = search([bare])
    assert item.text == "The bridge is old."


def test_no_page_fills_the_view_alone():
    prose = "\n\n".join(f"The bridge was built in part {n} of the year. " * 20 for n in range(20))
    found, _ = search([page("https://long.example", prose), BRIDGE], limit=8)
    assert sum(item.source == "https://long.example" for item in found) == 3
    assert any(item.source == BRIDGE["url"] for item in found)


def test_limits_on_domains_and_age_are_asked_for():
    limits = WebLimits(include=("who.int",), exclude=("spam.example",), max_age_days=30)
    _, server = search([BRIDGE], limits=limits, now=lambda: datetime(2026, 3, 31, tzinfo=UTC))
    asked = server.questions[0]
    assert (asked["include_domains"], asked["exclude_domains"]) == (["who.int"], ["spam.example"])
    assert asked["start_date"] == "2026-03-01"


def test_a_query_longer_than_the_service_takes_is_cut_after_a_word():
    _, server = search([], query="bridge " * 100)
    query = server.questions[0]["query"]
    assert len(query) <= 400
    assert query.endswith("bridge")


def test_without_a_key_it_asks_in_keyless_mode_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("TAVILY_API_KEY", "tvly-of-somebody-else")
    _, server = search([BRIDGE])
    assert server.keys == [None]


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (failed(400), ToolError, "not taken"),
        (failed(401), ToolError, "set TAVILY_API_KEY"),
        (failed(403), ToolError, "plan"),
        (failed(432), ToolError, "plan"),
        (failed(433), ToolError, "plan"),
        (failed(404), ToolError, "answers 404"),
        (failed(429), ToolUnavailable, "try again later"),
        (failed(500), ToolUnavailable, "answers 500"),
        (failed(503), ToolUnavailable, "answers 503"),
        (Found(body="<html>Sign in</html>"), ToolError, "no JSON of"),
        (Found(body={"results": "none"}), ToolError, "results"),
        (Found(body={"results": [{"title": "no address"}]}), ToolError, "results.0.url"),
        (Found(body=[]), ToolError, "no JSON of"),
        (keyless_limit(), ToolError, "keyless allowance"),
        (Found(hangs=True), ToolUnavailable, r"within 0\.2 s"),
    ],
)
def test_every_fault_has_a_name_and_says_what_to_do(answer, kind, said):
    with pytest.raises(ToolError, match=said) as caught:
        search(
            lambda _: answer, seconds=0.2, api_key=None if answer.body and "error" in answer.body else SecretStr(KEY)
        )
    assert type(caught.value) is kind
    assert KEY not in str(caught.value)


def test_nobody_there_may_pass():
    with WebServer([]) as server:
        gone = server.url
    with pytest.raises(ToolUnavailable, match="not reached"):
        asyncio.run(WebSearch(base_url=gone)(SearchArguments(query="bridge")))


def test_an_answer_is_paid_for_once_while_it_is_kept(tmp_path):
    memory = PageMemory(tmp_path / "home" / "web.sqlite", keep=timedelta(hours=1))
    with WebServer([BRIDGE]) as server:
        source = WebSearch(base_url=server.url, memory=memory)
        first, second = (asyncio.run(source(SearchArguments(query="bridge"))) for _ in range(2))
        asyncio.run(source(SearchArguments(query="another")))
        limited = WebSearch(base_url=server.url, memory=memory, limits=WebLimits(include=("a.example",)))
        asyncio.run(limited(SearchArguments(query="bridge")))
    assert first == second
    assert [asked["query"] for asked in server.questions] == ["bridge", "another", "bridge"]
    assert (tmp_path / "home" / "web.sqlite").stat().st_mode & 0o077 == 0


def test_what_is_too_old_is_asked_anew_and_forgotten(tmp_path):
    memory = PageMemory(tmp_path / "web.sqlite", keep=timedelta(hours=1))
    memory.put("bridge", "{}", datetime.now(UTC) - timedelta(hours=2))
    assert memory.get("bridge") is None
    memory.put("road", "{}", datetime.now(UTC))
    assert memory.get("road")[0] == "{}"


def test_a_memory_that_is_broken_is_a_failure_of_the_search_that_says_what_to_do(tmp_path):
    (tmp_path / "web.sqlite").write_bytes(b"this is no database" * 100)
    memory = PageMemory(tmp_path / "web.sqlite", keep=timedelta(hours=1))
    with WebServer([BRIDGE]) as server, pytest.raises(ToolError, match="remove that file"):
        asyncio.run(WebSearch(base_url=server.url, memory=memory)(SearchArguments(query="bridge")))


def test_a_failure_is_not_kept(tmp_path):
    memory = PageMemory(tmp_path / "web.sqlite", keep=timedelta(hours=1))
    answers = [failed(500), Found((BRIDGE,))]
    with WebServer(lambda _: answers.pop(0)) as server:
        source = WebSearch(base_url=server.url, memory=memory)
        with pytest.raises(ToolUnavailable):
            asyncio.run(source(SearchArguments(query="bridge")))
        assert asyncio.run(source(SearchArguments(query="bridge")))
