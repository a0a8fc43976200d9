"""Told to stop, it stops within seconds, says how to go on, and has lost nothing; what hangs does not hold it."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from probandum import aaudit
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.graphs.context import Stop
from probandum.graphs.persistence.checkpoints import AUDITS, sqlite_checkpoints
from probandum.graphs.stored_audits import list_audits
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.web import Found, WebServer
from probandum.tools.errors import AuditStopped

PROBANDUM = Path(sys.executable).with_name("probandum")
TEXTS = [f"Fact number {number} holds true." for number in range(6)]
ANSWER = " ".join(TEXTS)
ALONE = Options(max_rounds=1, granularity="claim", concurrency=2)
HANGS = 30  # seconds after which a test gives up; it is told to stop within five


@pytest.fixture
def command(tmp_path):
    (tmp_path / "answer.md").write_text(ANSWER)
    (tmp_path / "context.md").write_text(ANSWER)
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}

    @contextmanager
    def run(*words, **environment):
        process = subprocess.Popen(
            [PROBANDUM, *words],
            cwd=tmp_path,
            env={**known, "PROBANDUM_HOME": str(tmp_path / "home"), "OPENAI_API_KEY": "none", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            yield process
            process.kill()

    return run


def stopped(process, *, by=signal.SIGTERM):
    """What it said at its end."""
    process.send_signal(by)
    _, said = process.communicate(timeout=HANGS)
    assert process.returncode == 130, said
    return said


def wait_until(holds, process=None):
    end = time.monotonic() + 60
    while not holds():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.02)


def kept(home):
    async def listed():
        async with sqlite_checkpoints(home / AUDITS) as store:
            return await list_audits(store)

    return asyncio.run(listed())


def test_sigterm_cuts_off_a_model_that_hangs_and_the_same_command_goes_on(command, tmp_path):
    words = ["audit", "answer.md", "--context", "context.md", "--judge", "openai:any", "--granularity", "claim"]
    hanging = set(TEXTS[3:])

    def rule(request):
        if request.extracts:
            return replies.claims(*[[text] for text in TEXTS])
        claim = next(text for text in TEXTS if text in request.own)
        supported = replies.verdict("supported", quotes=[("any", claim)])
        return replies.hang() if claim in hanging else supported

    with ChatServer(rule) as server:
        address = {"OPENAI_BASE_URL": server.url}
        with command(*words, "--audit-id", "mine", **address) as process:
            wait_until(lambda: (tmp_path / "home" / AUDITS).exists() and len(server.requests) == 7, process)
            wait_until(lambda: any(len(audit.settled) == 3 for audit in kept(tmp_path / "home")), process)
            assert stopped(process).endswith("probandum: stopped; to go on, add --audit-id mine\n")
        assert [(audit.state, len(audit.settled), audit.claims) for audit in kept(tmp_path / "home")] == [
            ("unfinished", 3, 6)
        ]
        hanging.clear()
        before = len(server.requests)
        with command(*words, "--audit-id", "mine", **address) as process:
            assert process.wait(timeout=HANGS) == 0
        assert len(server.requests) == before + 3


def test_a_search_that_hangs_holds_nobody(command):
    with WebServer(lambda _: Found(hangs=True)) as web:
        words = ["audit", "answer.md", "--web", "--judge", "embedded"]
        with command(*words, PROBANDUM_TAVILY_BASE_URL=web.address, TAVILY_API_KEY="tvly-none") as process:
            wait_until(lambda: web.questions, process)
            assert "to go on, add --audit-id" in stopped(process, by=signal.SIGINT)


def test_a_thread_that_cannot_be_cancelled_holds_nobody(command, tmp_path):
    plugin = tmp_path / "stuck.py"
    plugin.write_text(
        "import sys, threading, asyncio\n"
        "from probandum.__main__ import main\n"
        "from probandum.agent.judges.embedded.judge import EmbeddedJudge\n"
        "def stuck(self, case):\n"
        "    print('stuck', file=sys.stderr, flush=True)\n"
        "    threading.Event().wait()\n"
        "EmbeddedJudge._decide = stuck\n"
        "main()\n"
    )
    environment = {**os.environ, "PROBANDUM_HOME": str(tmp_path / "home")}
    (tmp_path / "answer.md").write_text(ANSWER)
    words = [sys.executable, "-P", plugin, "audit", "answer.md", "--context", "answer.md", "--judge", "embedded"]
    with subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "stuck\n"
        said = stopped(process)
    assert said.count("probandum: stopped; to go on, add --audit-id") == 1


@pytest.mark.parametrize("until", ["\n", "\n>"], ids=["while it shows", "while it asks"])
def test_a_review_that_is_told_to_stop_says_how_to_go_on(command, tmp_path, until):
    (tmp_path / "answer.md").write_text("They are what they are.")
    with command("audit", "answer.md", "--context", "context.md", "--review", "--audit-id", "r1") as process:
        assert process.wait(timeout=HANGS) == 3
    with command("review", "r1") as process:
        shown = process.stdout.read(1)
        while until not in shown:
            shown += process.stdout.read(1)
        assert "decisions so far are kept: probandum review r1" in stopped(process)


def test_what_is_under_way_ends_and_is_kept_and_nothing_new_begins(tmp_path):
    class Slow(ScriptedJudge):
        async def classify(self, case):
            begun.append(case.claim.text)
            if len(begun) == ALONE.concurrency:
                both.set()
            await going_on.wait()
            return await super().classify(case)

    def supported(case):
        return judgement(Label.SUPPORTED, quotes=[case.claim.text], evidence=case.evidence)

    async def audited(judge, stop=None):
        how = {"context": [ANSWER], "judge": judge, "options": ALONE, "audit_id": "a"}
        async with sqlite_checkpoints(tmp_path / AUDITS) as store:
            return await aaudit(ANSWER, checkpointer=store, **how, **({"stop": stop} if stop else {}))

    async def drained():
        stop = Stop()
        audit = asyncio.create_task(audited(Slow(supported), stop))
        await both.wait()
        stop.request_drain()
        going_on.set()
        with pytest.raises(AuditStopped, match="audit a was stopped"):
            await audit

    begun, both, going_on = [], asyncio.Event(), asyncio.Event()
    asyncio.run(drained())
    assert len(begun) == ALONE.concurrency
    judge = ScriptedJudge(supported)
    report = asyncio.run(audited(judge))
    assert report.scores.judged == 6
    assert {case.claim.text for case in judge.cases} == set(TEXTS) - set(begun)


# LangGraph never awaits the claims that still wait for their turn when it is cancelled.
@pytest.mark.filterwarnings("ignore:.*arun_with_retry:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:coroutine 'arun_with_retry' was never awaited:RuntimeWarning")
def test_an_audit_that_is_cancelled_leaves_no_lock_and_goes_on_in_the_same_process(tmp_path):
    chance = random.Random(6)  # noqa: S311 - the same moments in every run

    class Yielding(ScriptedJudge):
        async def classify(self, case):
            await asyncio.sleep(0)
            return await super().classify(case)

    def supported(case):
        return judgement(Label.SUPPORTED, quotes=[case.claim.text], evidence=case.evidence)

    async def audited():
        how = {"context": [ANSWER], "judge": Yielding(supported), "options": ALONE, "audit_id": "a"}
        async with sqlite_checkpoints(tmp_path / AUDITS) as store:
            return await aaudit(ANSWER, checkpointer=store, **how)

    async def cancelled_again_and_again():
        for _ in range(20):
            audit = asyncio.create_task(audited())
            await asyncio.sleep(chance.uniform(0, 0.05))
            audit.cancel()
            await asyncio.gather(audit, return_exceptions=True)
        return await audited()

    assert asyncio.run(cancelled_again_and_again()).scores.judged == 6
