"""What servers answer that is a chat completion and yet not OpenAI's: each is read, or an error with a name."""

import asyncio
import json
from dataclasses import replace

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import ChatCall, ResponseSchema
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import JudgeOutputError, JudgeRefused

FORM = ResponseSchema("look", {"type": "object", "properties": {"fully_stated": {"enum": ["yes", "no"]}}})
CALL = ChatCall((("user", "Claim."),), response=FORM)
JSON = '{"fully_stated": "yes"}'


def completion(message, *, finish="stop", usage=None, **more):
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    whole = {"id": "1", "object": "chat.completion", "created": 0, "model": "any", "choices": [choice], **more}
    return Reply(body=json.dumps(whole if usage is None else {**whole, "usage": usage}).encode())


def answer(*script, call=CALL, **options):
    with ChatServer(script) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0, **options)
        return asyncio.run(chat.complete(call)), server


@pytest.mark.parametrize(
    "message",
    [
        {"content": JSON},
        {"content": [{"type": "text", "text": '{"fully_stated"'}, {"type": "text", "text": ': "yes"}'}]},
        {"content": [{"type": "reasoning", "summary": []}, {"type": "text", "text": JSON}]},
        {"content": "", "reasoning_content": f"So:\n{JSON}"},
        {"content": None, "reasoning": JSON},
        {"content": JSON, "reasoning_content": '{"fully_stated": "no"}'},
        {"content": JSON, "reasoning": {"tokens": 3}},
        {"content": JSON, "tool_calls": []},
        {"content": JSON, "function_call": None, "audio": None},
    ],
)
def test_the_answer_is_found_wherever_it_stands_without_a_count_of_tokens(message):
    reply, _ = answer(completion(message))
    assert reply.text == JSON
    assert reply.usage.llm_calls == 1
    assert reply.usage.prompt_tokens == 0


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}])
def test_usage_may_be_told_in_part(usage):
    reply, _ = answer(completion({"content": JSON}, usage=usage))
    assert reply.usage.prompt_tokens == usage.get("prompt_tokens", 0)


@pytest.mark.parametrize(
    "body",
    [
        b'{"choices": []}',
        b'{"choices": null}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": {"a": 1}}',
        b'{"error": "out of luck"}',
        b'{"error": [1]}',
        b"[1, 2]",
        b"null",
        b"",
        b"<html>Sign in</html>",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_chat_completion_is_an_output_error(body):
    with pytest.raises(JudgeOutputError) as caught:
        answer(Reply(body=body))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("body", [b'{"choices": [{}]}', b'{"choices": [{"message": {}}]}'])
def test_a_completion_without_a_message_is_an_output_error_or_empty(body):
    with pytest.raises(JudgeOutputError, match="no chat completion"):
        answer(Reply(body=body))


@pytest.mark.parametrize("depth", [100, 1_000, 100_000])
def test_json_nested_without_end_is_an_output_error(depth):
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    with pytest.raises(JudgeOutputError):
        answer(Reply(body=nested))
    with pytest.raises(JudgeOutputError):
        answer(Reply(body=b'{"choices": ' + b"[" * depth + b"]" * depth + b"}"))


def test_an_answer_whose_own_json_is_nested_without_end_is_read_as_words():
    nested = '{"a":' * 50_000 + "1" + "}" * 50_000
    reply, _ = answer(replies.content(nested))
    assert reply.text


def test_a_model_that_stops_at_the_limit_while_it_thinks_gets_more_room():
    thinking = replace(replies.truncated("<think>On and on"), completion_tokens=100)
    reply, server = answer(thinking, replies.content(JSON), max_output_tokens=100)
    assert reply.text == JSON
    assert [request.body["max_completion_tokens"] for request in server.requests] == [100, 400]
    assert reply.usage.llm_calls == 2
    assert reply.usage.completion_tokens == 110


def test_a_model_that_thinks_elsewhere_and_stops_at_the_limit_gets_more_room():
    thinking = completion({"content": "", "reasoning_content": "On and on"}, finish="length")
    reply, _ = answer(thinking, replies.content(JSON), max_output_tokens=100)
    assert reply.text == JSON


def test_more_room_has_a_bound():
    reply, server = answer(*[replies.truncated("<think>On")] * 9, max_output_tokens=4_096)
    assert reply.text == ""
    assert reply.truncated
    assert [request.body["max_completion_tokens"] for request in server.requests] == [4_096, 16_384, 32_768]


def test_an_answer_that_is_cut_off_is_left_to_the_caller():
    reply, server = answer(replies.truncated('{"fully_'))
    assert reply.truncated
    assert len(server.requests) == 1


@pytest.mark.parametrize("reply", [replies.refusal("I\x1b[2J cannot"), replies.filtered()])
def test_a_refusal_is_named_and_printable(reply):
    with pytest.raises(JudgeRefused) as caught:
        answer(reply)
    assert str(caught.value).isprintable()


def test_log_probabilities_come_token_by_token_and_those_of_thinking_do_not():
    told = replace(
        replies.content(f"<think>no</think>{JSON}"),
        tokens=tuple((each, {each: -0.1, "other": -3.0}) for each in ("<think>", "no", "</think>", JSON)),
    )
    reply, _ = answer(told, call=replace(CALL, logprobs=True))
    assert [token.token for token in reply.tokens] == [JSON]
    assert reply.tokens[0].logprobs == {JSON: -0.1, "other": -3.0}


@pytest.mark.parametrize("logprobs", [None, {}, {"content": None}, {"content": [{"token": 3}]}, {"tokens": ["a"]}, [1]])
def test_log_probabilities_of_another_form_are_none(logprobs):
    whole = json.loads(completion({"content": JSON}).body)
    whole["choices"][0]["logprobs"] = logprobs
    reply, _ = answer(Reply(body=json.dumps(whole).encode()), call=replace(CALL, logprobs=True))
    assert reply.text == JSON
    assert reply.tokens == ()
