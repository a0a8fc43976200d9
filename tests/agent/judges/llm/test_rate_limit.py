import asyncio

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import ChatCall
from probandum.agent.judges.llm.chat.rate_limit import RateLimitedChat, RateLimits
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import JudgeUnavailable

CALL = ChatCall(messages=(("user", "word " * 80),))  # about a hundred tokens


def passed(rates, *, calls, shared=True, costs=(100, 10)):
    """How many of the calls reach the server before the first has to wait for the next minute's share."""

    async def ask():
        chats = [
            RateLimitedChat(ChatModel("any", base_url=server.url), rates, endpoint=server.url) for _ in range(calls)
        ]
        if not shared:
            chats = [
                RateLimitedChat(ChatModel("any", base_url=server.url), rates, endpoint=str(n)) for n in range(calls)
            ]
        tasks = [asyncio.create_task(chat.complete(CALL)) for chat in chats]
        done, waiting = await asyncio.wait(tasks, timeout=1.5)
        for task in waiting:
            task.cancel()
        return len(done)

    prompt, completion = costs
    with ChatServer(lambda _: replies.content("yes").costing(prompt=prompt, completion=completion)) as server:
        return asyncio.run(ask()), len(server.requests)


def test_without_limits_nothing_waits():
    assert passed(RateLimits(), calls=9) == (9, 9)


def test_no_more_requests_leave_than_a_minute_allows_whoever_asks():
    assert passed(RateLimits(requests_per_minute=3), calls=5) == (3, 3)


def test_another_endpoint_has_a_limit_of_its_own():
    assert passed(RateLimits(requests_per_minute=3), calls=5, shared=False) == (5, 5)


def test_tokens_are_expected_from_the_prompt():
    assert passed(RateLimits(tokens_per_minute=350), calls=5) == (3, 3)


def test_what_an_answer_took_beyond_the_expectation_is_waited_for():
    done, asked = passed(RateLimits(tokens_per_minute=350), calls=2, costs=(100, 400))
    assert asked == 2
    assert done == 0


def test_errors_are_those_of_the_model():
    with ChatServer([replies.fault(503)]) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0)
        with pytest.raises(JudgeUnavailable):
            asyncio.run(RateLimitedChat(chat, RateLimits(requests_per_minute=3), endpoint=server.url).complete(CALL))
