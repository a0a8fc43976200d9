"""Chat models of LangChain, with the real clients of providers against loopback: what is sent, and what is refused."""

import asyncio
import gc
import json
from http.server import BaseHTTPRequestHandler

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from pydantic import SecretStr

from probandum.agent.judges.llm.chat.langchain_model import LangChainModel
from probandum.agent.judges.llm.chat.protocol import ChatCall, ResponseSchema
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.filling import filling
from probandum.testing.servers.loopback import Loopback
from probandum.tools.errors import ConfigError, JudgeOutputError, JudgeRefused, JudgeUnavailable

SCHEMA = ResponseSchema("it", {"type": "object", "properties": {"so": {"type": "string"}}})
CALL = ChatCall((("system", "Judge."), ("user", "What all share."), ("user", "Is it so?")), response=SCHEMA)
SO = '{"so": "yes"}'
ANSWER = {
    "id": "m", "type": "message", "role": "assistant", "model": "claude", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": SO}], "usage": {"input_tokens": 5, "output_tokens": 2},
}  # fmt: skip

# The clients of providers leave their connections to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def nothing_is_left_for_other_tests():
    yield
    gc.collect()


class Provider(Loopback):
    """Answers by a rule that sees the request, and keeps what it was asked."""

    def __init__(self, rule):
        self.asked, self.rule = [], rule
        super().__init__(Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        owner = self.server.owner
        owner.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, said = owner.rule(owner.asked[-1])
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def claude(server, **options):
    from langchain_anthropic import ChatAnthropic

    key = SecretStr("none")
    return ChatAnthropic(model="claude-x", api_key=key, base_url=server.address, max_retries=0, **options)


def refusing(status, message, *, when=lambda _: True):
    kind = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    return lambda asked: (status, kind) if when(asked) else (200, ANSWER)


def ask(model, *calls):
    async def every():
        return [await model.complete(call) for call in calls]

    return asyncio.run(every())


def test_anthropic_caches_what_all_claims_share_and_neither_the_claim_nor_the_form():
    with Provider(lambda _: (200, ANSWER)) as server:
        ask(LangChainModel(claude(server)), CALL)
        (asked,) = server.asked
    parts = [part for message in asked["messages"] for part in message["content"]]
    marked = [part["text"] for part in parts if "cache_control" in part]
    assert marked == ["What all share."]
    assert [part["text"] for part in parts][1] == "Is it so?"
    assert parts[-1]["text"].rstrip().endswith('{"so": "..."}')


def test_a_temperature_that_is_refused_is_left_out_from_then_on():
    rule = refusing(400, "`temperature` is deprecated for this model.", when=lambda asked: "temperature" in asked)
    with Provider(rule) as server:
        first, second = ask(LangChainModel(claude(server, temperature=0)), CALL, CALL)
    assert first.text == second.text == SO
    assert ["temperature" in asked for asked in server.asked] == [True, False, False]


def test_a_call_may_have_a_temperature_of_its_own():
    with Provider(lambda _: (200, ANSWER)) as server:
        model = claude(server, temperature=0)
        ask(LangChainModel(model), CALL, ChatCall(CALL.messages, response=SCHEMA, temperature=0.7))
        assert [asked["temperature"] for asked in server.asked] == [0, 0.7]
    assert model.temperature == 0


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "prompt is too long: 210000 tokens > 200000 maximum", JudgeOutputError),
        (401, "invalid x-api-key", ConfigError),
        (403, "not allowed", ConfigError),
        (404, "model: claude-x", ConfigError),
        (400, "Output blocked by content_filter", JudgeRefused),
        (413, "Request exceeds the maximum size", JudgeOutputError),
        (429, "slow down", JudgeUnavailable),
        (529, "Overloaded", JudgeUnavailable),
    ],
)
def test_an_error_of_a_provider_is_ours_by_name_and_asked_once(status, message, expected):
    with Provider(refusing(status, f"\x1b[2J{message}")) as server, pytest.raises(expected) as caught:
        ask(LangChainModel(claude(server)), CALL)
    assert str(caught.value).isprintable()
    assert len(server.asked) == 1


def test_a_request_that_no_form_would_change_is_not_tried_without_end():
    async def twice(model):
        return [(await asyncio.gather(model.complete(CALL), return_exceptions=True))[0] for _ in range(2)]

    with Provider(refusing(400, "Your credit balance is too low")) as server:
        errors = asyncio.run(twice(LangChainModel(claude(server))))
    assert all(isinstance(error, JudgeOutputError) and "credit balance" in str(error) for error in errors)
    assert len(server.asked) <= 6


def test_a_model_serves_one_audit_after_another_each_in_its_own_event_loop():
    with Provider(lambda _: (200, ANSWER)) as server:
        model = LangChainModel(claude(server).model_copy(update={"max_retries": 2}))
        assert [ask(model, CALL)[0].text for _ in range(3)] == [SO] * 3


def test_a_model_of_the_openai_kind_is_sent_the_schema_and_asked_for_probabilities():
    from langchain_openai import ChatOpenAI

    with ChatServer(filling) as server:
        model = ChatOpenAI(model="m", base_url=server.url, api_key=SecretStr("none"), max_retries=0)
        (reply,) = ask(LangChainModel(model), ChatCall(CALL.messages, response=SCHEMA, logprobs=True))
        (request,) = server.requests
    assert request.body["response_format"]["json_schema"]["name"] == "it"
    assert reply.text == '{"so": "a"}'
    assert "".join(token.token for token in reply.tokens) == reply.text


def test_a_model_of_the_openai_kind_is_led_down_as_an_endpoint_is():
    from langchain_openai import ChatOpenAI

    def rule(request):
        no = "response_format" in request.body
        return replies.fault(400, message="response_format is not supported") if no else filling(request)

    with ChatServer(rule) as server:
        model = ChatOpenAI(model="m", base_url=server.url, api_key=SecretStr("none"), max_retries=0)
        first, second = ask(LangChainModel(model), CALL, CALL)
    assert first.text == second.text == '{"so": "a"}'
    assert len(server.requests) == 3


class OfBotocore(Exception):
    response = {"Error": {"Code": "ValidationException"}, "ResponseMetadata": {"HTTPStatusCode": 403}}  # noqa: RUF012


def test_the_status_of_bedrock_s_errors_is_read(monkeypatch):
    import sys
    import types

    errors = types.SimpleNamespace(ClientError=OfBotocore, BotoCoreError=OfBotocore)
    monkeypatch.setitem(sys.modules, "botocore.exceptions", errors)

    def denied(*_, **__):
        raise OfBotocore("denied")

    model = type("Denied", (FakeListChatModel,), {"_call": denied})(responses=["x"])
    with pytest.raises(ConfigError, match="does not accept the key"):
        ask(LangChainModel(model), CALL)


def test_a_model_may_be_called_by_the_name_that_it_was_asked_for():
    model = FakeListChatModel(responses=["x"])
    assert LangChainModel(model, name="gemini-x").model == "gemini-x"
    assert LangChainModel(model).model == "FakeListChatModel"
