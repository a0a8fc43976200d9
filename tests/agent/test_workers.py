"""Work on texts in threads: the loop goes on, and what takes too long is given up on by name."""

import asyncio
import threading
import time

import pytest

from probandum import AuditRequest, Document, aaudit
from probandum.agent.workers import in_worker
from probandum.tools.errors import JudgeUnavailable


def test_the_loop_goes_on_while_a_worker_works():
    turns = []

    async def both():
        async def tick():
            while True:
                turns.append(time.monotonic())
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        result = await in_worker(lambda: time.sleep(0.3) or 7, what="sleeping")
        ticking.cancel()
        return result

    assert asyncio.run(both()) == 7
    assert len(turns) > 10


def test_what_takes_too_long_is_given_up_on_by_name():
    ended = threading.Event()
    with pytest.raises(JudgeUnavailable, match=r"reading took longer than 0\.05 seconds"):
        asyncio.run(in_worker(lambda: ended.wait(0.5), what="reading", seconds=0.05))


def test_an_error_of_the_work_is_raised_as_it_is():
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(in_worker(lambda: (_ for _ in ()).throw(ValueError("broken")).__next__(), what="failing"))


def test_a_long_audit_holds_up_no_other_under_a_running_loop():
    long = "The bridge was opened in 1931, and it has four arches. " * 4_000
    small = AuditRequest(response="It has six lanes.", context=(Document(text="It has six lanes."),))

    async def both():
        await aaudit(small, judge="embedded")
        slow = asyncio.create_task(aaudit(long, context=[long], judge="embedded"))
        await asyncio.sleep(0.05)
        waits = []
        while not slow.done() and len(waits) < 20:
            begin = time.monotonic()
            await asyncio.sleep(0)
            waits.append(time.monotonic() - begin)
            await asyncio.sleep(0.02)
        await slow
        return waits

    waits = asyncio.run(both())
    assert len(waits) > 3  # the loop had its turns while the long one was at work
