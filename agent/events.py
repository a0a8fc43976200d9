"""What an audit says of its progress while it runs; how that is shown is the front door's business."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from probandum.agent.taxonomy import Label, Outcome
from probandum.tools.evidence import Frozen


class Extracted(Frozen):
    """The response is read: so many claims in so many sentences."""

    event: Literal["extracted"] = "extracted"
    sentences: int
    claims: int


class Searched(Frozen):
    """One source was asked on behalf of one claim."""

    event: Literal["searched"] = "searched"
    claim: str
    source: str
    query: str
    outcome: Literal["found", "nothing_found", "failed"]


class Reopening(Frozen):
    """A verdict does not stand and is looked at again."""

    event: Literal["reopening"] = "reopening"
    claim: str
    label: Label
    reason: str


class Settled(Frozen):
    """One claim is done."""

    event: Literal["settled"] = "settled"
    claim: str
    text: str
    outcome: Outcome
    label: Label | None


class Waiting(Frozen):
    """Somebody has been asked and has not answered for a while."""

    event: Literal["waiting"] = "waiting"
    what: str
    """Who is waited for."""
    seconds: int
    """For how long, on this try."""
    attempt: int
    """Which try it is, from 1."""


Event = Extracted | Searched | Reopening | Settled | Waiting

PATIENCE_SECONDS = 10.0
"""After how long without an answer it is said who is waited for, and how often it is said again."""

on_waiting: ContextVar[Callable[[Waiting], None] | None] = ContextVar("on_waiting", default=None)
"""Who is told in this run of an audit; nobody where none is set."""


@contextmanager
def told_while_waiting(what: str, *, attempt: int = 1) -> Iterator[None]:
    """Tell whoever listens that it is still waited for, for as long as the block lasts.

    Args:
        what: who is asked.
        attempt: which try it is, from 1.
    """
    listener = on_waiting.get()
    if listener is None:
        yield
        return
    loop = asyncio.get_running_loop()
    begin = loop.time()
    handle: asyncio.TimerHandle

    def tell() -> None:
        nonlocal handle
        listener(Waiting(what=what, seconds=round(loop.time() - begin), attempt=attempt))
        handle = loop.call_later(PATIENCE_SECONDS, tell)

    handle = loop.call_later(PATIENCE_SECONDS, tell)
    try:
        yield
    finally:
        handle.cancel()
