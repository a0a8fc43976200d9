"""Killed and continued: the same audit id goes on, and what was judged is not judged again."""

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from probandum.agent.options import Limits, Options
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.graphs.context import AuditContext
from probandum.graphs.persistence.checkpoints import sqlite_checkpoints
from probandum.graphs.persistence.threads import thread_id
from probandum.graphs.run import run
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.tools.errors import InputError, JudgeUnavailable

FACT = "Each fact of a number holds true."
TEXTS = [f"Fact number {number} holds true." for number in range(6)]
REQUEST = AuditRequest(response=" ".join(TEXTS), context=[FACT], audit_id="resumed")
# Three claims are judged, the others hang until the process is killed.
KILLED = """
import asyncio, sys
from pathlib import Path
from tests_resume import audit, Hanging
asyncio.run(audit(Path(sys.argv[1]), Hanging(Path(sys.argv[2]))))
"""


def supported(case):
    return judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence)


async def audit(path, judge, request=REQUEST, options=None):
    async with sqlite_checkpoints(path) as saver:
        context = AuditContext(judge=judge, options=options or Options(concurrency=4))
        return [event async for event in run(request, context, checkpointer=saver)][-1]


class Hanging(ScriptedJudge):
    """Judges the first three claims, notes them in a file, and never comes back from the others."""

    def __init__(self, notes):
        super().__init__(supported)
        self.notes = notes

    async def classify(self, case):
        if case.claim.text not in TEXTS[:3]:
            await asyncio.Event().wait()
        decision = await super().classify(case)
        with self.notes.open("a") as notes:
            notes.write(case.claim.text + "\n")
        return decision


def checkpointed(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        rows = database.execute(
            "select count(*) from writes where channel = 'results' and checkpoint_ns = ''"
        ).fetchone()
    database.close()
    return rows[0]


def wait_until(holds, *, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


def test_a_killed_audit_goes_on_and_judges_nothing_twice(tmp_path):
    path, notes = tmp_path / "checkpoints.sqlite", tmp_path / "notes"
    notes.touch()
    (tmp_path / "tests_resume.py").write_text(Path(__file__).read_text())
    process = subprocess.Popen([sys.executable, "-c", KILLED, path, notes], cwd=tmp_path)
    wait_until(lambda: path.exists() and notes.read_text().count("\n") == 3 and checkpointed(path) >= 3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    judge = ScriptedJudge(supported)
    report = asyncio.run(audit(path, judge))
    assert report.scores.judged == 6
    assert sorted(case.claim.text for case in judge.cases) == TEXTS[3:]
    assert judge.requests == []
    assert report.usage.by_stage["classify"].llm_calls == 6
    assert report.usage.by_stage["extract"].llm_calls == 1


def test_a_finished_audit_gives_its_report_again_without_asking_anyone(tmp_path):
    first = asyncio.run(audit(tmp_path / "c.sqlite", ScriptedJudge(supported)))
    judge = ScriptedJudge({})
    again = asyncio.run(audit(tmp_path / "c.sqlite", judge))
    assert again == first
    assert isinstance(again, Report)
    assert judge.cases == []


def test_what_was_spent_before_counts_against_the_limits(tmp_path):
    path, notes = tmp_path / "c.sqlite", tmp_path / "notes"
    notes.touch()
    options = Options(limits=Limits(calls=5))

    async def interrupted():
        task = asyncio.create_task(audit(path, Hanging(notes), options=options))
        await asyncio.to_thread(wait_until, lambda: notes.read_text().count("\n") == 3 and checkpointed(path) >= 3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(interrupted())
    report = asyncio.run(audit(path, ScriptedJudge(supported), options=options))
    assert report.scores.judged == 4  # one call for the extraction, three before, one after
    assert report.limits_hit == ("calls",)


def test_an_id_that_belongs_to_another_audit_is_refused(tmp_path):
    asyncio.run(audit(tmp_path / "c.sqlite", ScriptedJudge(supported)))
    other = REQUEST.model_copy(update={"response": "Something else."})
    with pytest.raises(InputError, match="'resumed' is an audit of something else"):
        asyncio.run(audit(tmp_path / "c.sqlite", ScriptedJudge(supported), other))


def test_an_extraction_that_failed_is_tried_again(tmp_path):
    with pytest.raises(JudgeUnavailable):
        asyncio.run(audit(tmp_path / "c.sqlite", ScriptedJudge({}, extraction=JudgeUnavailable("down"))))
    report = asyncio.run(audit(tmp_path / "c.sqlite", ScriptedJudge(supported)))
    assert report.scores.judged == 6


def test_checkpoints_are_readable_by_their_owner_alone(tmp_path):
    asyncio.run(audit(tmp_path / "home" / "c.sqlite", ScriptedJudge(supported)))
    assert stat.S_IMODE((tmp_path / "home" / "c.sqlite").stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="PROBANDUM_HOME"):
        asyncio.run(audit(tmp_path / "file" / "c.sqlite", ScriptedJudge(supported)))


def test_nobody_can_name_the_thread_of_another_owner():
    assert thread_id("a", owner="one") != thread_id("a", owner="two")
    assert thread_id("a") == thread_id("a", owner="local")
