"""Work on texts that must not hold up an event loop: in a thread, and given up on after a while."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from probandum.tools.errors import JudgeUnavailable

Result = TypeVar("Result")

SECONDS = 120.0
"""How long any work on the text of one audit may take. It grows with the length of a text whatever its shape, so that
more than this is a fault of ours; the thread ends by itself, but nobody waits for it."""


async def in_worker(
    work: Callable[[], Result], *, what: str, workers: Executor | None = None, seconds: float = SECONDS
) -> Result:
    """What the work comes to, computed in a thread while the event loop goes on.

    Args:
        work: takes nothing and returns the result; its errors are raised here.
        what: names it where it takes too long.
        workers: whose threads to take; None are those of the event loop.
        seconds: after which it is given up on.

    Raises:
        JudgeUnavailable: it took longer.
    """
    running = asyncio.get_running_loop().run_in_executor(workers, work)
    try:
        return await asyncio.wait_for(running, seconds)
    except TimeoutError:
        raise JudgeUnavailable(f"{what} took longer than {seconds:g} seconds and was given up on") from None
