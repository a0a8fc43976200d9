"""What LangGraph's development server is made to do otherwise: delete threads in turn, and let go of old ones.

Both reach into langgraph-runtime-inmem (0.36), which keeps threads and runs in lists in memory.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

_LOOK_SECONDS = 15.0
_turns = asyncio.Lock()


def delete_one_at_a_time() -> None:
    """Have the server delete threads one after the other.

    It looks up at which place of its list a thread stands, waits for the checkpoints, and then takes out what stands at
    that place: of two deletions at once, as after stateless runs, the second took out somebody else's thread, whose
    caller was told ``{}``.
    """
    from langgraph_runtime_inmem.ops import Threads

    delete = Threads.delete

    @wraps(delete)
    async def in_turn(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the server's own
        async with _turns:
            return await delete(*arguments, **named)

    Threads.delete = staticmethod(in_turn)


@asynccontextmanager
async def letting_go(*, minutes: float) -> AsyncIterator[None]:
    """Let go of threads that nothing has been done with for so long, as a restart does, as long as the block lasts.

    Their audits stay where they are kept; the same request makes the thread again.
    """
    task = asyncio.create_task(_letting_go(timedelta(minutes=minutes)))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _letting_go(idle: timedelta) -> None:
    from langgraph_runtime_inmem.database import connect

    while True:
        await asyncio.sleep(min(_LOOK_SECONDS, idle.total_seconds()))
        async with _turns, connect() as connection:
            _forget(connection.store, datetime.now(UTC) - idle)


def _forget(store: Any, before: datetime) -> None:  # noqa: ANN401 - the server's own
    """Take out what is old and done, at one go: nothing else runs meanwhile, and what waits for a person stays."""
    busy = {run["thread_id"] for run in store["runs"] if run["status"] in ("pending", "running")}
    old = {
        thread["thread_id"]
        for thread in store["threads"]
        if thread["updated_at"] < before and thread["thread_id"] not in busy and thread["status"] == "idle"
    }
    if old:
        store["runs"][:] = [run for run in store["runs"] if run["thread_id"] not in old]
        store["threads"][:] = [thread for thread in store["threads"] if thread["thread_id"] not in old]
