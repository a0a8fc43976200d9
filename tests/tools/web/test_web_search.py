"""The web search through its real client, against a real server that speaks its protocol."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from probandum.testing.servers.web import Found, WebServer, failed, keyless_limit, page, unreadable
from probandum.tools.errors import ToolError, ToolUnavailable
from probandum.tools.evidence import Origin
from probandum.tools.source import SearchArguments, Source
from probandum.tools.web.page_cache import PageCache
from probandum.tools.web.tavily import WebLimits
from probandum.tools.web.web_search import WebSearch

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
    memory = PageCache(tmp_path / "home" / "web.sqlite", keep=timedelta(hours=1))
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
    memory = PageCache(tmp_path / "web.sqlite", keep=timedelta(hours=1))
    memory.put("bridge", "{}", datetime.now(UTC) - timedelta(hours=2))
    assert memory.get("bridge") is None
    memory.put("road", "{}", datetime.now(UTC))
    assert memory.get("road")[0] == "{}"


def test_a_memory_that_is_broken_is_a_failure_of_the_search_that_says_what_to_do(tmp_path):
    (tmp_path / "web.sqlite").write_bytes(b"this is no database" * 100)
    memory = PageCache(tmp_path / "web.sqlite", keep=timedelta(hours=1))
    with WebServer([BRIDGE]) as server, pytest.raises(ToolError, match="remove that file"):
        asyncio.run(WebSearch(base_url=server.url, memory=memory)(SearchArguments(query="bridge")))


def test_a_failure_is_not_kept(tmp_path):
    memory = PageCache(tmp_path / "web.sqlite", keep=timedelta(hours=1))
    answers = [failed(500), Found((BRIDGE,))]
    with WebServer(lambda _: answers.pop(0)) as server:
        source = WebSearch(base_url=server.url, memory=memory)
        with pytest.raises(ToolUnavailable):
            asyncio.run(source(SearchArguments(query="bridge")))
        assert asyncio.run(source(SearchArguments(query="bridge")))


EXCERPT = {"url": "https://c.example/long", "title": "Roads", "content": "The road is old.", "raw_content": None}
LONG = page(EXCERPT["url"], "\n\n".join(f"The road has {n} bends in part {n}. " * 12 for n in range(2, 30)))


def asked_in_turn(queries, script, *, pages=(), **how):
    """What the last of several queries finds, or the failure of any, and the server."""
    with WebServer(script, pages=pages) as server:
        source = WebSearch(base_url=server.url, seconds=5.0, **how)

        async def in_turn():
            return [await source(SearchArguments(query=query, limit=4)) for query in queries][-1]

        return asyncio.run(in_turn()), server, source


def test_a_page_that_a_search_found_can_be_read_whole_and_is_fetched_once():
    queries = ["road", EXCERPT["url"], f"{EXCERPT['url']} bends in part 28"]
    found, server, _ = asked_in_turn(queries, [EXCERPT], pages=[LONG], api_key=SecretStr(KEY))
    assert "28 bends" in found[0].text
    assert (found[0].origin, found[0].source) == (Origin.WEB, EXCERPT["url"])
    assert len(server.questions) == 1
    assert [asked["urls"] for asked in server.reads] == [[EXCERPT["url"]]]
    assert server.keys == [f"Bearer {KEY}"] * 2


def test_a_page_that_came_whole_with_the_search_is_not_fetched_again():
    found, server, _ = asked_in_turn(["road", f"{LONG['url']} bends in part 17"], [LONG], pages=[LONG])
    assert "17 bends" in found[0].text
    assert server.reads == []


def test_a_page_that_the_answer_cites_can_be_read_as_far_as_the_limits_allow():
    url = LONG["url"]
    (first, *_), server, _ = asked_in_turn([url], [], pages=[LONG], cited=[url])
    assert first.text.startswith("The road has 2 bends")
    assert len(server.reads) == 1
    for limits in (WebLimits(exclude=("c.example",)), WebLimits(include=("who.int",)), WebLimits(max_age_days=9)):
        with pytest.raises(ToolError, match="search for words first"):
            asked_in_turn([url], [], pages=[LONG], cited=[url], limits=limits)


def test_an_address_that_nobody_found_or_cited_is_not_asked_for():
    with WebServer([BRIDGE], pages=[LONG]) as server:
        source = WebSearch(base_url=server.url)
        with pytest.raises(ToolError, match="search for words first"):
            asyncio.run(source(SearchArguments(query="https://thief.example/?secret")))
    assert server.reads == server.questions == []


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (unreadable(LONG["url"]), ToolError, "could not be read .Failed to fetch url"),
        (Found(({**LONG, "raw_content": None},)), ToolError, "it has no text"),
        (failed(401), ToolError, "set TAVILY_API_KEY"),
        (failed(429), ToolUnavailable, "try again later"),
        (failed(500), ToolUnavailable, "answers 500"),
        (Found(body={"results": "none"}), ToolError, "results"),
        (Found(body="<html>"), ToolError, "no JSON of"),
    ],
)
def test_a_page_that_cannot_be_had_is_a_failure_by_name(answer, kind, said):
    with pytest.raises(ToolError, match=said) as caught:
        asked_in_turn([LONG["url"]], [], pages=lambda _: answer, cited=[LONG["url"]])
    assert type(caught.value) is kind


def test_a_page_that_was_read_is_kept_on_disk_like_an_answer(tmp_path):
    how = {"memory": PageCache(tmp_path / "web.sqlite", keep=timedelta(hours=1)), "cited": [LONG["url"]]}
    with WebServer([], pages=[LONG]) as server:
        for _ in range(2):
            assert asyncio.run(WebSearch(base_url=server.url, **how)(SearchArguments(query=LONG["url"])))
    assert len(server.reads) == 1


def test_what_is_left_out_of_an_endless_page_is_told_with_how_much():
    endless = page("https://endless.example", "The road goes on. " * 20_000)
    _, _, source = asked_in_turn(["road"], [endless, BRIDGE])
    (left,) = source.skipped_so_far
    assert left.message == "the last 160,000 of 360,000 characters of 'https://endless.example'"


def test_when_a_page_was_published_is_noted_where_it_is_known():
    dated = {**BRIDGE, "published_date": "Tue, 03 Mar 2026 08:00:00 GMT"}
    assert search([dated])[0][0].locator == "published Tue, 03 Mar 2026 08:00:00 GMT"


def test_pages_that_repeat_a_publisher_or_a_text_come_last():
    told = "The bridge was built in 1907, and the mayor spoke at length in the rain that day."
    pages = [page(f"https://{where}", told) for where in ("a.example/1", "copy.test/2")]
    more = [
        page("https://news.a.example/3", "The bridge was built when?"),
        page("https://d.test/4", "A bridge is old."),
    ]
    found, _ = search([*pages, *more])
    assert len(found) == 4
    first_two = {item.source for item in found[:2]}
    assert "https://d.test/4" in first_two
    assert len(first_two & {"https://a.example/1", "https://copy.test/2", "https://news.a.example/3"}) == 1


def test_the_id_of_a_passage_brings_what_stands_beside_it_in_its_page_and_asks_nobody():
    parts = "\n\n".join(f"# Part {n}\n\nThe {word} is told of here." for n, word in enumerate(("oak", "elm", "ash")))
    with WebServer([page("https://trees.example", parts), BREAD]) as server:
        source = WebSearch(base_url=server.url)
        [elm, *_] = asyncio.run(source(SearchArguments(query="elm")))
        beside = asyncio.run(source(SearchArguments(query=elm.id)))
        assert asyncio.run(source(SearchArguments(query="e-000000000000"))) == ()
    assert ["oak" in beside[0].text, "ash" in beside[1].text, len(beside)] == [True, True, 2]
    assert len(server.questions) == 1
