"""A model's client in a process of its own, for a server whose event loop has enough to do without it.

Making requests and reading answers takes a good part of the computing of an audit; here another core does it. Lines of
JSON go to the process and back over its own pipes: nothing listens anywhere, and the key stands on no command line.
"""

import asyncio
import gc
import itertools
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from probandum.agent.events import told_while_waiting
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply
from probandum.agent.usage import StageUsage
from probandum.tools.errors import (
    ConfigError,
    JudgeError,
    JudgeOutputError,
    JudgeRefused,
    JudgeUnavailable,
    ProbandumError,
)

_LINE = 64 * 1024 * 1024
"""Bytes that one call or answer may take."""
_NEW_OBJECTS = 50_000
"""After how many it is looked for cycles; calls make thousands, which all go with their answer."""
_ERRORS: Mapping[str, type[ProbandumError]] = {
    kind.__name__: kind for kind in (ConfigError, JudgeOutputError, JudgeRefused, JudgeUnavailable)
}


class ModelAddress(BaseModel):
    """What the process is told first: the model, and how it is reached."""

    model: str
    base_url: str | None = None
    api_key: str = Field(repr=False)
    timeout: float = 60.0
    max_output_tokens: int = 4_096
    local: bool = False
    remembered: Path | None = None

    def client(self) -> ChatModel:
        """The client; `ConfigError` where the endpoint needs a key and there is none."""
        return ChatModel(
            self.model,
            base_url=self.base_url,
            api_key=self.api_key,
            timeout=self.timeout,
            max_output_tokens=self.max_output_tokens,
            local=self.local,
            remembered=self.remembered,
        )


class _CallRequest(BaseModel):
    """A call to be made, or without one, a call that nobody waits for any longer."""

    id: int
    call: ChatCall | None = None


class _CallError(BaseModel):
    kind: str
    said: str
    usage: StageUsage | None = None


class _CallResult(BaseModel):
    """What came of a call."""

    id: int
    answer: ChatReply | None = None
    failed: _CallError | None = None


class SubprocessChat:
    """A model that is asked through a process of its own, which starts with the first call and ends with ours.

    Where the process dies, what was asked of it fails as ``JudgeUnavailable`` and the next call starts another.

    Attributes:
        model: the model's name.
        base_url: the endpoint.
        max_output_tokens: the default limit of one answer.
        local: as the model itself.
    """

    def __init__(self, at: ModelAddress) -> None:
        """Name the model; `ConfigError` where its endpoint needs a key and there is none."""
        client = at.client()
        self.model, self.base_url, self.max_output_tokens = client.model, client.base_url, client.max_output_tokens
        self.local = client.local
        self._at = at
        self._started: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[_ClientProcess]] = WeakKeyDictionary()

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer of the model; errors are those of `Chat.complete`."""
        helper = await asyncio.shield(self._helper())
        with told_while_waiting(repr(self.model)):
            return await helper.asked(call)

    async def close(self) -> None:
        """End the process of the running event loop."""
        started = self._started.pop(asyncio.get_running_loop(), None)
        if started is not None:
            await (await started).close()

    def _helper(self) -> "asyncio.Task[_ClientProcess]":
        loop = asyncio.get_running_loop()
        started = self._started.get(loop)
        if started is None or (started.done() and (started.exception() or started.result().ended)):
            started = self._started[loop] = loop.create_task(_ClientProcess.start(self._at))
        return started


class _ClientProcess:
    """A process that runs, and the calls that wait for it."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None  # noqa: S101 - both are pipes, as `start` wants them
        assert process.stdout is not None  # noqa: S101
        self._process, self._to, self._from = process, process.stdin, process.stdout
        self._waiting: dict[int, asyncio.Future[ChatReply]] = {}
        self._numbers = itertools.count()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(cls, at: ModelAddress) -> "_ClientProcess":
        arguments = (sys.executable, "-P", "-m", __name__)
        helper = cls(await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, limit=_LINE))
        helper._send(at)
        return helper

    @property
    def ended(self) -> bool:
        """Whether it answers no more."""
        return self._reading.done()

    async def asked(self, call: ChatCall) -> ChatReply:
        number = next(self._numbers)
        future: asyncio.Future[ChatReply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._send(_CallRequest(id=number, call=call))
            return await future
        except asyncio.CancelledError:
            self._send(_CallRequest(id=number))
            raise
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        self._to.close()
        await self._reading

    def _send(self, line: BaseModel) -> None:
        self._to.write(line.model_dump_json().encode() + b"\n")

    async def _read(self) -> None:
        try:
            while line := await self._from.readline():
                self._arrived(_CallResult.model_validate_json(line))
            await self._process.wait()
        finally:
            self._to.close()
            ended = f"the process of the model's client ended with code {self._process.returncode}"
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(JudgeUnavailable(f"{ended}; asked again, it starts anew"))

    def _arrived(self, told: _CallResult) -> None:
        future = self._waiting.get(told.id)
        if future is None or future.done():
            return  # nobody waits for it any longer
        if told.answer is not None:
            future.set_result(told.answer)
        elif told.failed is not None:
            future.set_exception(_error(told.failed))


def _error(failed: _CallError) -> ProbandumError:
    error = _ERRORS[failed.kind](failed.said)
    if isinstance(error, JudgeError):
        error.usage = failed.usage
    return error


async def _result_of(client: ChatModel, ask: _CallRequest, call: ChatCall) -> _CallResult:
    try:
        return _CallResult(id=ask.id, answer=await client.complete(call))
    except (ConfigError, JudgeError) as error:
        usage = error.usage if isinstance(error, JudgeError) and isinstance(error.usage, StageUsage) else None
        return _CallResult(id=ask.id, failed=_CallError(kind=type(error).__name__, said=str(error), usage=usage))


async def _serve_calls(answers: BinaryIO) -> None:
    """Answer line by line until there are no more; an error that has no name ends the process."""
    asked = asyncio.StreamReader(limit=_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    client = ModelAddress.model_validate_json(await asked.readline()).client()
    running: dict[int, asyncio.Task[None]] = {}

    async def answer(ask: _CallRequest, call: ChatCall) -> None:
        try:
            told = await _result_of(client, ask, call)
            answers.write(told.model_dump_json().encode() + b"\n")
            answers.flush()
        finally:
            del running[ask.id]

    async with asyncio.TaskGroup() as group:
        while line := await asked.readline():
            ask = _CallRequest.model_validate_json(line)
            if ask.call is not None:
                running[ask.id] = group.create_task(answer(ask, ask.call))
            elif ask.id in running:
                running[ask.id].cancel()
        for task in running.values():
            task.cancel()


def main() -> None:
    """Answer on standard output what is asked on standard input; it ends with that, and with nothing else."""
    for each in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group, while ours still ends its claims
        signal.signal(each, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else would write there must not stand among answers
    gc.set_threshold(_NEW_OBJECTS)
    asyncio.run(_serve_calls(answers))


if __name__ == "__main__":
    main()
