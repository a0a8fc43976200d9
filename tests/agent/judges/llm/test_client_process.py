"""A model's client in a process of its own: the same answers and errors, and what becomes of calls when it dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from probandum.agent.judges.llm.chat.client_process import ModelAddress, SubprocessChat
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply, ResponseSchema
from probandum.agent.usage import StageUsage
from probandum.judges import make_chat
from probandum.settings import Settings
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatServer, Rule
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeRefused, JudgeUnavailable

KEY = "sk-of-this-test-only"
CALL = ChatCall(messages=(("system", "Judge."), ("user", "Is it so?")))
YES = replies.content({"so": True})


@asynccontextmanager
async def asking(
    script: Iterable[Reply] | Rule, *, endpoint: ScriptedCapabilities | None = None
) -> AsyncIterator[tuple[SubprocessChat, ChatServer]]:
    with ChatServer(script, endpoint=endpoint or ScriptedCapabilities()) as server:
        chat = SubprocessChat(ModelAddress(model="any", base_url=server.url, api_key=KEY, timeout=5))
        try:
            yield chat, server
        finally:
            await chat.close()


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def helper() -> int:
    """The process id of the client's process."""
    (pid,) = [pid for pid in children() if b"chat.client_process" in command_line(pid)]
    return pid


def test_the_answer_is_that_of_a_client_within() -> None:
    call = ChatCall(
        messages=CALL.messages,
        response=ResponseSchema(name="so", schema={"type": "object"}),
        temperature=0.5,
        logprobs=True,
    )
    wants = replies.verdict("supported").costing(prompt=90, cached=60, completion=7)

    async def both() -> tuple[list[ChatReply], list[dict[str, object]]]:
        async with asking(lambda _: wants, endpoint=ScriptedCapabilities(logprobs=True)) as (chat, server):
            within = ModelAddress(model="any", base_url=server.url, api_key=KEY).client()
            answers = [await chat.complete(call), await within.complete(call)]
            return answers, [request.body for request in server.requests]

    (apart, within), bodies = asyncio.run(both())
    assert (apart.text, apart.tokens) == (within.text, within.tokens)
    assert apart.tokens
    assert apart.usage.model_copy(update={"seconds": 0.0}) == within.usage.model_copy(update={"seconds": 0.0})
    assert apart.usage.cached_tokens == 60
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (replies.refusal("I would rather not."), JudgeRefused, "rather not"),
        (replies.fault(401), ConfigError, "does not accept the key"),
        (replies.fault(400), JudgeOutputError, "does not take the request"),
    ],
)
def test_an_error_arrives_as_the_error_that_it_is(reply: Reply, error: type[Exception], said: str) -> None:
    async def ask() -> None:
        async with asking([reply]) as (chat, _):
            await chat.complete(CALL)

    with pytest.raises(error, match=said) as caught:
        asyncio.run(ask())
    assert KEY not in str(caught.value)
    if isinstance(caught.value, JudgeError):
        assert isinstance(caught.value.usage, StageUsage)
        assert caught.value.usage.llm_calls == 1


def test_many_calls_are_under_way_at_once_and_none_is_mixed_up() -> None:
    def echo(request: object) -> Reply:
        return replies.content({"asked": str(getattr(request, "texts", [""])[-1])})

    async def ask() -> list[str]:
        async with asking(echo, endpoint=ScriptedCapabilities(seconds=0.2)) as (chat, server):
            calls = [ChatCall(messages=(("user", f"number {number}"),)) for number in range(40)]
            answers = await asyncio.gather(*map(chat.complete, calls))
            assert server.most_at_once > 1
            return [answer.text for answer in answers]

    answers = asyncio.run(ask())
    assert all(f"number {number}" in answer for number, answer in enumerate(answers))


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process by /proc")
def test_where_the_process_dies_its_calls_fail_with_a_name_and_the_next_starts_another() -> None:
    async def ask() -> tuple[BaseException | ChatReply, ChatReply]:
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()
        script = iter([replies.hang(), YES])

        def rule(_: object) -> Reply:
            loop.call_soon_threadsafe(arrived.set)
            return next(script)

        async with asking(rule) as (chat, _):
            lost = asyncio.ensure_future(chat.complete(CALL))
            await arrived.wait()
            os.kill(helper(), signal.SIGKILL)
            (died,) = await asyncio.gather(lost, return_exceptions=True)
            return died, await chat.complete(CALL)

    died, answer = asyncio.run(ask())
    assert isinstance(died, JudgeUnavailable)
    assert "ended with code -9" in str(died)
    assert answer.text == '{"so": true}'


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the process in /proc")
def test_the_process_ends_with_its_pipe_alone_and_shows_no_key() -> None:
    async def ask() -> tuple[int, bytes]:
        async with asking([YES, YES]) as (chat, _):
            await chat.complete(CALL)
            pid = helper()
            shown = command_line(pid)
            for each in (signal.SIGINT, signal.SIGTERM):
                os.kill(pid, each)
            await chat.complete(CALL)
            assert helper() == pid
        return pid, shown

    pid, shown = asyncio.run(ask())
    assert KEY.encode() not in shown
    assert pid not in children()


def test_a_call_that_nobody_waits_for_is_given_up() -> None:
    async def ask() -> ChatReply:
        async with asking([replies.hang(), YES]) as (chat, _):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3):
                    await chat.complete(CALL)
            return await chat.complete(CALL)

    assert asyncio.run(ask()).text == '{"so": true}'


def test_the_setting_chooses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBANDUM_MODEL_PROCESS", "true")
    chat = make_chat("openai:any", Settings(openai_base_url="http://127.0.0.1:9/v1", openai_api_key=KEY))
    assert isinstance(chat, SubprocessChat)
    assert KEY not in repr(chat) + repr(ModelAddress(model="any", api_key=KEY))
