import http.client
import json
import urllib.request
from typing import Any

import pytest

from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import Reply

BODY = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


def connection(server: ChatServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.url.split("/")[2], timeout=5)


def posted(server: ChatServer, path: str = "/v1/chat/completions") -> tuple[int, dict[str, Any]]:
    client = connection(server)
    client.request("POST", path, json.dumps(BODY), {"Content-Type": "application/json"})
    answer = client.getresponse()
    status, body = answer.status, json.loads(answer.read())
    client.close()
    return status, body


def test_replies_come_in_order_and_requests_are_kept() -> None:
    with ChatServer([replies.content("one"), replies.content("two")]) as server:
        texts = [posted(server)[1]["choices"][0]["message"]["content"] for _ in range(2)]
    assert texts == ["one", "two"]
    assert [request.texts for request in server.requests] == [["hello"], ["hello"]]


def test_a_rule_sees_the_request() -> None:
    with ChatServer(lambda request: replies.content(request.texts[0].upper())) as server:
        assert posted(server)[1]["choices"][0]["message"]["content"] == "HELLO"


def test_a_script_that_has_ended_says_so() -> None:
    with ChatServer([]) as server:
        status, body = posted(server)
    assert status == 400
    assert "ended" in body["error"]["message"]


def test_a_rule_that_fails_says_so() -> None:
    def rule(_: object) -> Reply:
        raise AssertionError("not this request")

    with ChatServer(rule) as server:
        assert "not this request" in posted(server)[1]["error"]["message"]


def test_a_call_has_the_form_of_the_protocol() -> None:
    with ChatServer([Reply(calls=(("search_corpus", "{}"),))]) as server:
        choice = posted(server)[1]["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"][0]["function"]["name"] == "search_corpus"


def test_several_requests_may_use_one_connection() -> None:
    with ChatServer(lambda _: replies.content("x").costing(prompt=5, completion=2, cached=3)) as server:
        client = connection(server)
        for _ in range(2):
            client.request("POST", "/v1/chat/completions", json.dumps(BODY))
            usage = json.loads(client.getresponse().read())["usage"]
        client.close()
    assert usage["prompt_tokens_details"] == {"cached_tokens": 3}
    assert usage["total_tokens"] == 7


def test_a_reset_breaks_the_connection_off() -> None:
    with ChatServer([replies.reset()]) as server, pytest.raises((ConnectionError, http.client.HTTPException)):
        posted(server)


def test_models_are_listed_and_other_paths_are_not_there() -> None:
    with ChatServer([]) as server:
        with urllib.request.urlopen(server.url + "/models", timeout=5) as answer:  # noqa: S310 - loopback
            assert json.load(answer)["object"] == "list"
        assert posted(server, "/v1/elsewhere")[0] == 404
        client = connection(server)
        client.request("GET", "/elsewhere")
        assert client.getresponse().status == 404
        client.close()
