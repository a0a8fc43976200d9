"""What real endpoints refuse, in their own words, and the step that each refusal leads to."""

import asyncio

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.endpoint_form import EndpointForm, Refusal, put_messages, request_body, simpler
from probandum.agent.judges.llm.chat.final_text import final_text
from probandum.agent.judges.llm.chat.protocol import ChatCall, ResponseSchema
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import JudgeOutputError, JudgeUnavailable

SCHEMA = ResponseSchema("it", {"type": "object", "properties": {"so": {"type": "string", "maxLength": 9}}})
CALL = ChatCall((("system", "Judge."), ("user", "Is it so?")), response=SCHEMA, logprobs=True)


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("Unsupported value: 'temperature' does not support 0 with this model.", {"temperature": False}),
        ("Unrecognized request argument supplied: max_completion_tokens", {"limit": "max_tokens"}),
        ("You are not allowed to request logprobs from this model", {"candidates": 0}),
        ("top_logprobs must be less than or equal to 5", {"candidates": 5}),
        ("'response_format.type' must be one of 'text', 'json_object'", {"structured": "json_object"}),
        ("Invalid schema for response_format: 'maxItems' is not permitted.", {"structured": "schema"}),
        ("System role not supported", {"system": False}),
        ("Conversation roles must alternate user/assistant", {"alternate": True, "system": False}),
        ("no idea", {"structured": "loose"}),
    ],
)
def test_a_refusal_leads_one_step_down_at_what_it_names(words, changed):
    step = simpler(EndpointForm(), Refusal(400, words.lower()), CALL)
    assert step == EndpointForm().model_copy(update=changed)


def test_every_form_has_a_next_one_until_none_is_left():
    form, steps = EndpointForm(), 0
    while (step := simpler(form, Refusal(400, "bad request"), CALL)) is not None:
        assert step != form
        form, steps = step, steps + 1
    assert steps < 14
    assert form.structured == "words"


def test_a_form_without_a_schema_tells_it_in_words():
    told = put_messages(CALL, EndpointForm(structured="json_object", system=False, alternate=True))
    assert [role for role, _ in told] == ["user"]
    assert '{"so": "..."}' in told[0][1]
    body = request_body(CALL, EndpointForm(structured="schema"), temperature=0.0, room=9)
    assert "maxLength" not in str(body["response_format"])


@pytest.mark.parametrize(
    "able",
    [
        ScriptedCapabilities(structured="json_object", logprobs=False),
        ScriptedCapabilities(structured="text"),
        ScriptedCapabilities(bounds=False),
    ],
)
def test_what_an_endpoint_cannot_do_is_learnt_once_and_kept_for_the_next_process(able, tmp_path):
    remembered = tmp_path / "endpoints.json"
    with ChatServer(lambda _: replies.content({"so": "yes"}), endpoint=able) as server:

        def model() -> ChatModel:
            return ChatModel("any", base_url=server.url, api_key="none", remembered=remembered)

        async def many():
            chat = model()
            return await asyncio.gather(*(chat.complete(CALL) for _ in range(8)))

        assert {reply.text for reply in asyncio.run(many())} == {'{"so": "yes"}'}
        learnt = server.refused
        asyncio.run(model().complete(CALL))
    assert 0 < learnt <= 3
    assert server.refused == learnt


@pytest.mark.parametrize(
    ("said", "final"),
    [
        ('<think>\nPerhaps {"so": "no"}?\n</think>\n\n{"so": "yes"}', '{"so": "yes"}'),
        ('Perhaps {"so": "no"}.</think>{"so": "yes"}', '{"so": "yes"}'),
        ("<think>and on and on", ""),
        ('Here it is:\n```json\n{"so": "yes"}\n```\nAnything else?', '{"so": "yes"}'),
        ('<|channel|>analysis<|message|>hm<|end|><|channel|>final<|message|>{"so": "yes"}<|return|>', '{"so": "yes"}'),
        ('{"so": "<think>"}', '{"so": "<think>"}'),
        ("no JSON", "no JSON"),
    ],
)
def test_thinking_fences_and_words_around_the_answer_are_taken_away(said, final):
    assert final_text(said, form=True) == final


def ask(reply):
    with ChatServer([reply] * 9) as server:
        chat = ChatModel("any", base_url=server.url, api_key="none", max_retries=0, timeout=20)
        return asyncio.run(chat.complete(CALL))


def test_an_error_inside_a_200_is_an_error():
    body = b'{"error": {"message": "the model \\u001b[31mburst", "code": 500}}'
    with pytest.raises(JudgeUnavailable, match="the model") as caught:
        ask(replies.Reply(body=body))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b'{"choices": [{"message": {"content": "' + b"x" * (9 * 1024 * 1024) + b'"}}]}',
        b"[" * 100_000,
        b'{"choices": null}',
    ],
    ids=["nine mebibytes", "nested without end", "no choices"],
)
def test_an_answer_without_measure_is_refused_by_name(body):
    with pytest.raises(JudgeOutputError):
        ask(replies.Reply(body=body))


def test_a_model_that_is_cut_off_while_it_thinks_gets_more_room():
    with ChatServer([replies.truncated("<think>on and on"), replies.content({"so": "yes"})]) as server:
        chat = ChatModel("any", base_url=server.url, api_key="none", max_output_tokens=100)
        reply = asyncio.run(chat.complete(CALL))
    assert (reply.text, reply.usage.llm_calls) == ('{"so": "yes"}', 2)
    assert [request.body["max_completion_tokens"] for request in server.requests] == [100, 400]
