"""The engine of one machine: audits that wait share an event loop, audits that compute have a process for each core."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack, aclosing
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from probandum.batch.engines.auditor import AuditedAnswer, Auditor, AuditPlan
from probandum.batch.input.items import BatchItem
from probandum.graphs.persistence.checkpoints import sqlite_checkpoints, stored_decisions
from probandum.graphs.persistence.threads import thread_id
from probandum.tools.errors import ProbandumError

AT_ONCE = 16
"""Answers that are audited at once where a model is waited for."""
DECISIONS = "decisions.sqlite"
_CHECKPOINTS = "checkpoints.sqlite"
_TOGETHER = 8
"""Answers that go to a process in one message."""
_WORTH_A_PROCESS = 16
"""Answers that take longer than starting a process."""

Given = TypeVar("Given")
Result = TypeVar("Result")


async def audit_locally(
    plan: AuditPlan, items: Iterable[BatchItem], *, expected: int, at_once: int | None, stored_in: Path
) -> AsyncGenerator[AuditedAnswer, None]:
    """Audit answers, each given back as soon as it is done; as many are under way as may be, and no more are read.

    Args:
        plan: how.
        items: which.
        expected: how many they are.
        at_once: how many at once; by default as many as there are cores, or 16 where a model is waited for.
        stored_in: a folder in which audits that are paid for are kept until their rows are, and decisions for good.

    Raises:
        ProbandumError: as `Auditor.audit`, and where a process was killed.
    """
    cores = min(at_once or os.cpu_count() or 1, -(-expected // _WORTH_A_PROCESS))
    if plan.only_computes and cores > 1:
        audited = _in_processes(plan, items, processes=cores)
    else:
        audited = _in_this_process(plan, items, at_once=at_once or AT_ONCE, stored_in=stored_in)
    async with aclosing(audited):
        async for done in audited:
            yield done


async def _in_this_process(
    plan: AuditPlan, items: Iterable[BatchItem], *, at_once: int, stored_in: Path
) -> AsyncGenerator[AuditedAnswer, None]:
    async with AsyncExitStack() as stack:
        saver = (
            await stack.enter_async_context(sqlite_checkpoints(stored_in / _CHECKPOINTS)) if plan.is_paid_for else None
        )
        cache = stored_decisions(stored_in / DECISIONS) if plan.is_paid_for else None
        auditor = Auditor(plan, checkpointer=saver, cache=cache)
        audited = await stack.enter_async_context(aclosing(_bounded(items, auditor.audit, at_once=at_once)))
        async for done in audited:
            yield done
            # Here its rows have been written.
            if saver is not None:
                await saver.adelete_thread(thread_id(done.audit_id))


async def _in_processes(
    plan: AuditPlan, items: Iterable[BatchItem], *, processes: int
) -> AsyncGenerator[AuditedAnswer, None]:
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)

    def together(some: tuple[BatchItem, ...]) -> Awaitable[list[AuditedAnswer]]:
        return loop.run_in_executor(pool, _work, plan, some)

    try:
        # One more for each process lies ready, so that none waits for this one.
        async with aclosing(_bounded(_batched(items), together, at_once=2 * processes)) as audited:
            async for several in audited:
                for done in several:
                    yield done
    except BrokenProcessPool:
        hint = "it may have run out of memory: go on with a smaller --concurrency"
        raise ProbandumError(f"a process that audits was killed; {hint}") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


async def _bounded(
    given: Iterable[Given], work: Callable[[Given], Awaitable[Result]], *, at_once: int
) -> AsyncGenerator[Result, None]:
    """The results as they come; what is given is taken only when there is room for it."""
    under_way: set[asyncio.Future[Result]] = set()
    try:
        for each in given:
            under_way.add(asyncio.ensure_future(work(each)))
            if len(under_way) >= at_once:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        for future in asyncio.as_completed(under_way):
            yield await future
    finally:
        for future in under_way:
            future.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def _batched(items: Iterable[BatchItem]) -> Iterator[tuple[BatchItem, ...]]:
    source = iter(items)
    while some := tuple(islice(source, _TOGETHER)):
        yield some


def _begin() -> None:
    """In a process that audits: Ctrl-C is its parent's to hear, and without a parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _ready(plan: AuditPlan) -> tuple[Auditor, asyncio.Runner]:
    """What a process keeps from one message to the next."""
    return Auditor(plan), asyncio.Runner()


def _work(plan: AuditPlan, items: tuple[BatchItem, ...]) -> list[AuditedAnswer]:
    auditor, runner = _ready(plan)
    return runner.run(auditor.audit_all(items))
