"""Finds the form that an endpoint takes, by its refusals, and remembers it; what the forms are is elsewhere."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ValidationError

from probandum.agent.judges.llm.chat.endpoint_form import EndpointForm, Refusal, simpler, used
from probandum.agent.judges.llm.chat.protocol import ChatCall
from probandum.tools.errors import JudgeOutputError, JudgeUnavailable

Result = TypeVar("Result")

_REMEMBERED = timedelta(days=7)  # a server may be changed for another under the same name
_MOST_STEPS = 14


class RequestRefused(Exception):
    """An endpoint does not take a request in the form it was put in. Never leaves this package."""

    def __init__(self, message: str, refusal: Refusal) -> None:
        super().__init__(message)
        self.refusal = refusal


class _Known(BaseModel):
    form: EndpointForm
    taken: tuple[str, ...] = ()
    at: datetime


class _File(BaseModel):
    endpoints: dict[str, _Known]


class Ladder:
    """The form for one endpoint and model.

    The first call that needs an ability goes alone, so that others need not be refused as well; what was learnt holds
    for every event loop of the process and, with a file, for a week.
    """

    def __init__(self, *, path: Path | None = None, name: str = "", form: EndpointForm | None = None) -> None:
        """Begin with the best form; what the file knows is read when it is first needed.

        Args:
            path: a file that many processes may share; it holds no key and nothing of an audit.
            name: of address and model together.
            form: another one to begin with.
        """
        self._path, self._name = path, name
        self.form = form or EndpointForm()
        self._taken = frozenset[str]()
        self._hopeless = False
        self._unreached = False
        # A lock belongs to the event loop that waits for it, and one model may serve many loops.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def climb(self, call: ChatCall, send: Callable[[EndpointForm], Awaitable[Result]]) -> Result:
        """What ``send`` returns in the first form that is not refused; its other errors pass through."""
        if not self._alone(call):
            return await self._down(call, send)
        lock = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            if self._alone(call):
                self._take_over()
            if self._alone(call):
                try:
                    return await self._down(call, send)
                except JudgeUnavailable:
                    self._unreached = True
                    raise
        return await self._down(call, send)

    def _alone(self, call: ChatCall) -> bool:
        """Whether a call should teach before others are sent; where nobody answers, all may wait at once."""
        return not (used(call) <= self._taken or self._unreached)

    async def _down(self, call: ChatCall, send: Callable[[EndpointForm], Awaitable[Result]]) -> Result:
        begin = self.form
        # What was taken in this form before is refused for what it says, unless the endpoint names a parameter.
        guess = not (used(call) <= self._taken or self._hopeless)
        for _ in range(_MOST_STEPS):
            form = self.form
            try:
                result = await send(form)
            except RequestRefused as refused:
                if self.form != form:
                    continue  # another call has learnt something in the meantime
                step = simpler(form, refused.refusal, call, guess=guess)
                if step is None:
                    self.form, self._hopeless = begin, True
                    raise JudgeOutputError(str(refused)) from refused
                self.form = step
            else:
                self._learnt(call, begin)
                return result
        raise JudgeOutputError("the endpoint takes none of the forms in which a request can be put")

    def _learnt(self, call: ChatCall, begin: EndpointForm) -> None:
        needs = used(call)
        if not needs <= self._taken or self.form != begin:
            self._taken |= needs
            self._write()

    def _take_over(self) -> None:
        """Take what the file knows, unless it is too old."""
        known = self._read().get(self._name)
        if known and datetime.now(UTC) - known.at < _REMEMBERED and self._taken < set(known.taken):
            self.form, self._taken = known.form, frozenset(known.taken)

    def _write(self) -> None:
        """Write down what is known, beside what is known of others; a file that cannot be written is done without."""
        if self._path is None:
            return
        now = _Known(form=self.form, taken=tuple(sorted(self._taken)), at=datetime.now(UTC))
        whole = _File(endpoints={**self._read(), self._name: now})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            made.write_text(whole.model_dump_json(indent=1), encoding="utf-8")
            made.replace(self._path)
        except OSError:
            return

    def _read(self) -> Mapping[str, _Known]:
        if self._path is None:
            return {}
        try:
            return _File.model_validate(json.loads(self._path.read_text(encoding="utf-8"))).endpoints
        except (OSError, ValueError, ValidationError):
            return {}  # it is a note to ourselves: without it the endpoint is asked again
