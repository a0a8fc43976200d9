"""Endpoints that take less than OpenAI's: each is asked in the form it takes and refuses once what it lacks."""

import asyncio
import itertools
import json

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import ChatCall, ResponseSchema
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.filling import filling
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeRefused, JudgeUnavailable

FORM = ResponseSchema(
    "look",
    {
        "type": "object",
        "properties": {
            "fully_stated": {"enum": ["yes", "no"]},
            "note": {"type": "string", "maxLength": 40},
            "detail": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "cites": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
        },
        "required": ["fully_stated", "note", "detail", "cites"],
        "additionalProperties": False,
    },
)
FILLED = {"fully_stated": "yes", "note": "a", "detail": "a", "cites": []}
CALL = ChatCall((("system", "Judge."), ("user", "Evidence."), ("user", "Claim.")), response=FORM, logprobs=True)


def refusing(refuse):
    """A rule that refuses what ``refuse`` has words for, as (status, message), and fills the form of the rest."""

    def rule(request):
        no = refuse(request.body)
        return replies.fault(no[0], message=no[1]) if no else filling(request)

    return rule


def kind(body):
    return body.get("response_format", {}).get("type")


def has(name, message, status=400):
    return lambda body: (status, message) if name in body else None


def mentions(word, message, status=400):
    return lambda body: (status, message) if word in json.dumps(body.get("response_format", {})) else None


def no_schema(message, status=400):
    return lambda body: (status, message) if kind(body) == "json_schema" else None


def model(server, **options):
    return ChatModel("any", base_url=server.url, max_retries=0, **options)


def asked(server, *calls, **options):
    async def every():
        chat = model(server, **options)
        return [await chat.complete(call) for call in calls]

    return asyncio.run(every())


LACKS = {
    "temperature": has("temperature", "Unsupported value: 'temperature' does not support 0 with this model.", 400),
    "limit": has("max_completion_tokens", "Unrecognized request argument supplied: max_completion_tokens"),
    "limit, as pydantic says it": has(
        "max_completion_tokens", "[{'loc': ['body', 'max_completion_tokens'], 'msg': 'Extra inputs forbidden'}]", 422
    ),
    "log-probabilities": has("logprobs", "You are not allowed to request logprobs from this model", 403),
    "log-probabilities, of a router": has("logprobs", "No endpoints found that support the requested: logprobs", 404),
    "schemas": no_schema("'response_format.type' must be one of 'text', 'json_object'"),
    "forms": has("response_format", "This model does not support response_format", 405),
    "bounds": mentions("maxLength", "Invalid schema for response_format 'look': 'maxLength' is not permitted."),
    "strictness": mentions('"strict"', "Unknown parameter: 'strict' is not supported here"),
    "choices": mentions("anyOf", "Invalid schema for response_format: In context=(), 'anyOf' is not permitted."),
    "a system role": lambda body: (
        (400, "System role not supported") if body["messages"][0]["role"] == "system" else None
    ),
}


@pytest.mark.parametrize("lacking", LACKS)
def test_one_refusal_teaches_what_an_endpoint_lacks_and_the_second_call_meets_none(lacking):
    with ChatServer(refusing(LACKS[lacking])) as server:
        first, second = asked(server, CALL, CALL)
    assert json.loads(first.text) == json.loads(second.text) == FILLED
    assert len(server.requests) == 3
    assert LACKS[lacking](server.requests[0].body)
    assert bool(first.tokens) is not lacking.startswith("log-probabilities")


def test_several_things_lacking_cost_one_refusal_each():
    def reasoning_model(body):
        return next((no for name in ("temperature", "limit", "log-probabilities") if (no := LACKS[name](body))), None)

    with ChatServer(refusing(reasoning_model)) as server:
        first, second = asked(server, CALL, CALL)
    assert json.loads(first.text) == json.loads(second.text) == FILLED
    assert len(server.requests) == 2 + 3


def test_an_older_name_of_the_limit_is_left_for_the_newer_one_again():
    def takes_neither_at_once(body):
        if len(seen) == 0 and "max_completion_tokens" in body:
            seen.append(1)
            return 400, "unknown field max_completion_tokens"
        return LACKS["limit"](body) if "max_tokens" not in body else None

    seen = []
    with ChatServer(refusing(takes_neither_at_once)) as server:
        asked(server, CALL)
    assert "max_tokens" in server.requests[-1].body


def test_fewer_candidates_are_asked_for_where_the_endpoint_names_how_many_it_tells():
    def few(body):
        more = body.get("top_logprobs", 0) > 5
        return (400, "top_logprobs must be less than or equal to 5") if more else None

    with ChatServer(refusing(few)) as server:
        (reply,) = asked(server, CALL)
    assert [request.body["top_logprobs"] for request in server.requests] == [10, 5]
    assert reply.tokens


def test_the_form_is_told_in_words_where_no_schema_is_sent_and_last_so_that_what_is_shared_stays_first():
    with ChatServer(refusing(LACKS["forms"])) as server:
        (reply,) = asked(server, CALL)
    *shared, told = server.requests[-1].texts
    assert shared == ["Judge.", "Evidence.", "Claim."]
    assert '"fully_stated"' in told
    assert json.loads(reply.text) == FILLED


def test_roles_that_must_alternate_are_joined():
    def alternating(body):
        roles = [message["role"] for message in body["messages"]]
        twice = any(one == next_ for one, next_ in itertools.pairwise(roles))
        return (400, "Conversation roles must alternate user/assistant/user/assistant/...") if twice else None

    with ChatServer(refusing(alternating)) as server:
        asked(server, CALL)
    assert len(server.requests) == 2
    assert [message["role"] for message in server.requests[-1].messages] == ["user"]


@pytest.mark.parametrize(
    "lacking", [mentions("maxItems", "Bad Request"), has("logprobs", "invalid"), has("temperature", "no", 422)]
)
def test_a_refusal_that_names_nothing_leads_down_until_the_request_is_taken(lacking):
    with ChatServer(refusing(lacking)) as server:
        first, second = asked(server, CALL, CALL)
    assert json.loads(first.text) == json.loads(second.text) == FILLED
    assert len(server.requests) <= 2 + 3


def test_an_endpoint_that_refuses_everything_is_not_led_down_for_every_claim():
    async def twice(chat):
        errors = [await asyncio.gather(chat.complete(CALL), return_exceptions=True) for _ in range(2)]
        return [error for (error,) in errors]

    with ChatServer(lambda _: replies.fault(400, message="Your credit is used up")) as server:
        chat = model(server)
        first, second = asyncio.run(twice(chat))
    assert isinstance(first, JudgeOutputError)
    assert isinstance(second, JudgeOutputError)
    assert "credit is used up" in str(second)
    assert len(server.requests) <= 11
    assert server.requests[-1].body["temperature"] == 0.0, "what was tried in vain is not taken for learnt"


def test_what_was_taken_before_is_not_led_down_for_a_refusal_of_its_text():
    rude = ChatCall((("user", "Rude."),), response=FORM, logprobs=True)

    async def both(chat):
        await chat.complete(CALL)
        return (await asyncio.gather(chat.complete(rude), return_exceptions=True))[0]

    with ChatServer(refusing(lambda body: (400, "rejected") if "Rude" in str(body) else None)) as server:
        error = asyncio.run(both(model(server)))
    assert isinstance(error, JudgeOutputError)
    assert len(server.requests) == 2


@pytest.mark.parametrize("lacking", ["temperature", "schemas", "log-probabilities"])
def test_calls_that_start_together_do_not_each_pay_for_a_refusal(lacking):
    async def at_once(chat):
        return await asyncio.gather(*(chat.complete(CALL) for _ in range(8)))

    with ChatServer(refusing(LACKS[lacking])) as server:
        answers = asyncio.run(at_once(model(server)))
    assert len(answers) == 8
    assert len(server.requests) == 9


def test_calls_that_start_together_wait_together_where_nobody_answers():
    async def at_once(chat):
        return await asyncio.gather(*(chat.complete(CALL) for _ in range(6)), return_exceptions=True)

    with ChatServer(lambda _: replies.hang()) as server:
        errors = asyncio.run(at_once(model(server, timeout=0.3)))
    assert all(isinstance(error, JudgeUnavailable) for error in errors)
    assert server.most_at_once == 1 or len(server.requests) == 6


def test_what_was_learnt_holds_for_the_next_event_loop_and_by_its_file_for_the_next_process(tmp_path):
    file = tmp_path / "home" / "endpoints.json"
    with ChatServer(refusing(LACKS["temperature"])) as server:
        chat = model(server, remembered=file)
        asyncio.run(chat.complete(CALL))
        asyncio.run(chat.complete(CALL))
        assert len(server.requests) == 3
        asyncio.run(model(server, remembered=file).complete(CALL))
        assert len(server.requests) == 4
    assert "Evidence" not in file.read_text(encoding="utf-8")
    assert [path.name for path in file.parent.iterdir()] == ["endpoints.json"]


def test_what_one_client_learns_another_of_the_same_process_takes_over(tmp_path):
    file = tmp_path / "endpoints.json"
    with ChatServer(refusing(LACKS["temperature"])) as server:
        judging, examining = model(server, remembered=file), model(server, remembered=file)
        asyncio.run(judging.complete(CALL))
        asyncio.run(examining.complete(CALL))
    assert len(server.requests) == 3


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"endpoints": {"x": 1}}', b"\xff"])
def test_a_file_that_does_not_hold_is_done_without(tmp_path, text):
    file = tmp_path / "endpoints.json"
    file.write_bytes(text)
    with ChatServer(refusing(LACKS["temperature"])) as server:
        asyncio.run(model(server, remembered=file).complete(CALL))
        asyncio.run(model(server, remembered=file).complete(CALL))
    assert len(server.requests) == 3


def test_what_was_learnt_over_a_week_ago_is_asked_again(tmp_path):
    file = tmp_path / "endpoints.json"
    with ChatServer(refusing(LACKS["temperature"])) as server:
        asyncio.run(model(server, remembered=file).complete(CALL))
        known = json.loads(file.read_text(encoding="utf-8"))
        for each in known["endpoints"].values():
            each["at"] = "2020-01-01T00:00:00Z"
        file.write_text(json.dumps(known), encoding="utf-8")
        asyncio.run(model(server, remembered=file).complete(CALL))
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (401, "Incorrect API key provided", ConfigError),
        (403, "Forbidden", ConfigError),
        (404, "The model `any` does not exist", ConfigError),
        (400, "This model's maximum context length is 8192 tokens", JudgeOutputError),
        (400, "the request exceeds the available context size, try increasing it", JudgeOutputError),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", JudgeOutputError),
        (400, "The response was filtered (content_filter): content management policy", JudgeRefused),
        (503, "overloaded", JudgeUnavailable),
        (429, "slow down", JudgeUnavailable),
    ],
)
def test_what_no_other_form_would_change_is_refused_once_and_by_name(status, message, expected):
    with ChatServer(lambda _: replies.fault(status, message=message)) as server, pytest.raises(expected):
        asked(server, CALL)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"message": "Provider returned error", "code": 502}, JudgeUnavailable),
        ({"message": "rate limited", "code": 429}, JudgeUnavailable),
        ({"message": "bad key", "code": 401}, ConfigError),
        ({"message": "context length exceeded", "code": 400}, JudgeOutputError),
    ],
)
def test_an_error_within_a_200_is_the_error_that_it_says(error, expected):
    body = replies.Reply(body=json.dumps({"error": error}).encode())
    with ChatServer(lambda _: body) as server, pytest.raises(expected):
        asked(server, CALL)
    assert len(server.requests) == 1


def test_a_refusal_within_a_200_leads_down_as_well():
    def rule(request):
        if "temperature" not in request.body:
            return filling(request)
        return replies.Reply(body=b'{"error": {"message": "temperature is not supported", "code": 400}}')

    with ChatServer(rule) as server:
        (reply,) = asked(server, CALL)
    assert json.loads(reply.text) == FILLED
    assert len(server.requests) == 2


def test_orders_to_a_terminal_and_the_key_never_reach_a_message():
    said = "\x1b]0;gone\x07\x1b[2J\u202eevil sk-secret [bold]x[/bold]\r\n\x9b31m" + "z" * 100_000
    chat = None
    with ChatServer(lambda _: replies.fault(400, message=said)) as server:
        chat = ChatModel("any", base_url=server.url, api_key="sk-secret", max_retries=0)
        with pytest.raises(JudgeError) as caught:
            asyncio.run(chat.complete(CALL))
    assert str(caught.value).isprintable()
    assert "sk-secret" not in str(caught.value)
    assert len(str(caught.value)) < 700
