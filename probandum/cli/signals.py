"""Ends a command within seconds of Ctrl-C or SIGTERM; what an audit keeps when it stops is decided elsewhere."""

import asyncio
import os
import signal
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import typer

from probandum.tools.errors import AuditStopped

if TYPE_CHECKING:
    from probandum.graphs.context import Stop

GRACE = 3.0
"""Seconds in which calls that are under way may come to their end."""
DEADLINE = 4.5
"""Seconds after which the process ends whatever still holds it: a thread that reads or computes cannot be cancelled."""
INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does: raise `KeyboardInterrupt`, so that files are closed and the end is told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@asynccontextmanager
async def stopping(*, hint: str) -> AsyncIterator["Stop"]:
    """Let a signal stop the work inside: it begins nothing new, and what is under way gets `GRACE` seconds.

    A second signal waits no longer. Where even that does not end the process, `DEADLINE` seconds after the first
    signal it ends all the same, with exit code 130.

    Args:
        hint: what to add to the last words: how to go on.

    Raises:
        typer.Exit: it was stopped before its end, which has been told.
    """
    from probandum.graphs.context import Stop

    stop, end = Stop(), _End(hint)
    loop, work = asyncio.get_running_loop(), asyncio.current_task()

    def cut_off() -> None:
        if work is not None:
            work.cancel()

    def asked(name: str) -> None:
        if stop.drain_requested:
            cut_off()
            return
        # LangGraph never awaits the claims that still wait for their turn when it is cancelled.
        warnings.filterwarnings("ignore", message="coroutine 'arun_with_retry' was never awaited")
        stop.request_drain(name)
        end.in_time()
        loop.call_later(GRACE, cut_off)
        _say(f"stopping: what is under way may end within {GRACE:g} s; once more to stop at once")

    with _signals(loop, asked):
        try:
            yield stop
        except (asyncio.CancelledError, AuditStopped):
            if not stop.drain_requested:
                raise
            end.tell()
            raise typer.Exit(INTERRUPTED) from None


class _End:
    """The end of the process: its last words, and that it comes where nothing else brings it about."""

    def __init__(self, hint: str) -> None:
        self._hint = hint
        self._told = False

    def tell(self) -> None:
        if not self._told:
            self._told = True
            _say(f"stopped{self._hint}")

    def in_time(self) -> None:
        timer = threading.Timer(DEADLINE, self._now)
        timer.daemon = True
        timer.start()

    def _now(self) -> None:
        self.tell()
        os._exit(INTERRUPTED)


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop, asked: Callable[[str], None]) -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    for each in _SIGNALS:
        loop.add_signal_handler(each, asked, each.name)
    try:
        yield
    finally:
        for each, handler in before.items():
            loop.remove_signal_handler(each)
            signal.signal(each, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(message: str) -> None:
    sys.stderr.write(f"probandum: {message}\n")
