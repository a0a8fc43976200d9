import asyncio
from collections.abc import Iterable

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.protocol import Judgement
from probandum.agent.models import Case, Claim
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.agent.usage import Usage
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer, Rule
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeRefused, JudgeUnavailable

KEY = "sk-of-this-test-only"
CASE = Case(request=AuditRequest(response="It was built in 1907."), claim=Claim.of("It was built in 1907."))
ABSENT = replies.verdict("absent")


def judged(script: Iterable[Reply] | Rule, *, retries: int = 0, timeout: float = 5, tokens: int = 64) -> Judgement:
    with ChatServer(script) as server:
        chat = ChatModel(
            "any", base_url=server.url, api_key=KEY, max_retries=retries, timeout=timeout, max_output_tokens=tokens
        )
        decision = asyncio.run(LLMJudge(chat, secret=b"of this test").classify(CASE))
    assert isinstance(decision, Judgement)
    return decision


@pytest.mark.parametrize(
    "fault", [replies.fault(429), replies.fault(500), replies.fault(503), replies.fault(408), replies.reset()]
)
def test_a_fault_of_the_wire_that_stays_is_judge_unavailable(fault: Reply) -> None:
    with pytest.raises(JudgeUnavailable, match="'any'") as caught:
        judged([fault])
    assert isinstance(caught.value.usage, Usage)
    assert caught.value.usage.llm_calls == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_fault_of_the_wire_that_passes_is_retried_by_the_client_when_the_server_says(status: int) -> None:
    decision = judged([replies.fault(status, retry_after=0.02), ABSENT], retries=1)
    assert decision.verdict.label is Label.ABSENT
    assert decision.usage.llm_calls == 1


def test_a_server_that_hangs_is_judge_unavailable_after_the_timeout() -> None:
    with pytest.raises(JudgeUnavailable, match="Timeout"):
        judged([replies.hang()], timeout=0.1)


def test_an_answer_that_drips_and_drips_is_judge_unavailable_after_the_timeout() -> None:
    with pytest.raises(JudgeUnavailable, match="timed out"):
        judged([replies.dripping(ABSENT)], timeout=0.3)


def test_an_answer_that_drips_once_is_asked_for_again() -> None:
    assert judged([replies.dripping(ABSENT), ABSENT], timeout=0.3, retries=1).verdict.label is Label.ABSENT


def test_nobody_there_is_judge_unavailable() -> None:
    with ChatServer([]) as server:
        gone = server.url
    judge = LLMJudge(ChatModel("any", base_url=gone, max_retries=0), secret=b"s")
    with pytest.raises(JudgeUnavailable, match="Connection"):
        asyncio.run(judge.classify(CASE))


@pytest.mark.parametrize("refusal", [replies.refusal(), replies.filtered()])
def test_a_refusal_is_a_refusal_and_is_not_asked_again(refusal: Reply) -> None:
    with pytest.raises(JudgeRefused) as caught:
        judged([refusal, ABSENT])
    assert isinstance(caught.value.usage, Usage)
    assert caught.value.usage.llm_calls == 1


@pytest.mark.parametrize(
    "body", [b'{"choices": [', b"{}", b'{"choices": null}', b'{"choices": []}', b"[]", b"", b'"x"']
)
def test_a_body_that_is_no_chat_completion_is_an_output_error(body: bytes) -> None:
    with pytest.raises(JudgeOutputError, match="no chat completion"):
        judged([Reply(body=body)])


def test_a_web_page_in_place_of_an_answer_is_an_output_error() -> None:
    page = Reply(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"})
    with pytest.raises(JudgeOutputError, match="check that the address"):
        judged([page])


def test_an_answer_that_was_cut_off_gets_one_retry_with_more_room() -> None:
    with ChatServer([replies.truncated(), ABSENT]) as server:
        chat = ChatModel("any", base_url=server.url, max_output_tokens=64)
        decision = asyncio.run(LLMJudge(chat, secret=b"s").classify(CASE))
    assert [request.body["max_completion_tokens"] for request in server.requests] == [64, 128]
    assert isinstance(decision, Judgement)
    assert decision.usage.llm_calls == 2
    assert decision.usage.prompt_tokens == 200


def test_an_answer_that_is_cut_off_twice_is_an_output_error() -> None:
    with pytest.raises(JudgeOutputError, match="cut off at 128 tokens"):
        judged([replies.truncated(), replies.truncated(), ABSENT])


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_model_name_is_a_configuration_error_that_says_what_to_set(status: int) -> None:
    with pytest.raises(ConfigError, match="OPENAI_"):
        judged([replies.fault(status)])


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_is_not_taken_is_an_output_error_that_says_what_to_do(status: int) -> None:
    with pytest.raises(JudgeOutputError, match="does not take the request"):
        judged([replies.fault(status)])


def test_a_prompt_too_long_for_the_model_is_said_to_be() -> None:
    with pytest.raises(JudgeOutputError, match="longer than the model's window"):
        judged([replies.fault(400, message="context_length_exceeded")])


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_the_key_is_never_shown(status: int) -> None:
    with pytest.raises((ConfigError, JudgeError)) as caught:
        judged([replies.fault(status, message=f"Incorrect API key provided: {KEY}")])
    assert KEY not in str(caught.value)
    assert KEY not in repr(ChatModel("any", api_key=KEY)) + repr(vars(ChatModel("any", api_key=KEY)))


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        ChatModel("any")


def test_a_cancelled_look_ends_at_once() -> None:
    async def cancelled(judge: LLMJudge) -> None:
        async with asyncio.timeout(0.2):
            await judge.classify(CASE)

    with ChatServer([replies.hang()]) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s")
        with pytest.raises(TimeoutError):
            asyncio.run(cancelled(judge))


def test_one_judge_serves_several_event_loops_and_many_looks_at_once() -> None:
    async def looks(judge: LLMJudge) -> int:
        return len(await asyncio.gather(*(judge.classify(CASE) for _ in range(20))))

    with ChatServer(lambda _: ABSENT) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s")
        assert [asyncio.run(looks(judge)) for _ in range(3)] == [20, 20, 20]


def test_the_key_is_sent_to_the_endpoint() -> None:
    with ChatServer([ABSENT]) as server:
        asyncio.run(LLMJudge(ChatModel("any", base_url=server.url, api_key=KEY), secret=b"s").classify(CASE))
    assert server.requests[0].authorization == f"Bearer {KEY}"
