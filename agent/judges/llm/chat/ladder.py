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
from probandum.tools.errors import JudgeOutputError

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

    def __init__(self, *, path: Path | None = None, name: str = "") -> None:
        """Begin with the best form, or with what the file knows.

        Args:
            path: a file that many processes may share; it holds no key and nothing of an audit.
            name: of address and model together.
        """
        self._path, self._name = path, name
        known = self._read().get(name) if path else None
        fresh = known is not None and datetime.now(UTC) - known.at < _REMEMBERED
        self.form = known.form if known and fresh else EndpointForm()
        self._taken = set(known.taken) if known and fresh else set[str]()
        # A lock belongs to the event loop that waits for it, and one model may serve many loops.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def climb(self, call: ChatCall, send: Callable[[EndpointForm], Awaitable[Result]]) -> Result:
        """What ``send`` returns in the first form that is not refused; its other errors pass through."""
        needs = used(call)
        if needs <= self._taken:
            return await self._down(call, send)
        lock = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            if not needs <= self._taken:
                result = await self._down(call, send)
                self._taken |= needs
                self._write()
                return result
        return await self._down(call, send)

    async def _down(self, call: ChatCall, send: Callable[[EndpointForm], Awaitable[Result]]) -> Result:
        for _ in range(_MOST_STEPS):
            form = self.form
            try:
                return await send(form)
            except RequestRefused as refused:
                if self.form != form:
                    continue  # another call has learnt something in the meantime
                step = simpler(form, refused.refusal, call)
                if step is None:
                    raise JudgeOutputError(str(refused)) from refused
                self.form = step
        raise JudgeOutputError("the endpoint takes none of the forms in which a request can be put")

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
