"""kill -9 at twenty random moments of one audit: what comes out at last is what an undisturbed audit says."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

import pytest
from pydantic import SecretStr

from probandum.agent.models import Claim, Span
from probandum.graphs.persistence.checkpoints import open_checkpoints
from probandum.graphs.stored_audits import list_audits
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.postgres import POSTGRES, postgres

KILLS = 20
AT_ONCE = 6
SECONDS = 0.05  # that the model takes for an answer
CLAIMS = [f"Gate number {place} was painted by crew {place + 200}." for place in range(60)]
WRONG = frozenset(CLAIMS[::3])
RESPONSE = " ".join(CLAIMS)
CONTEXT = " ".join(claim for claim in CLAIMS if claim not in WRONG)
OPTIONS = {"max_rounds": 1, "confidence": "stated", "few_shot": "off", "concurrency": AT_ONCE}
# Lives many times: a fork of one process that has everything imported, for each line that it is sent.
LIVES = """
import asyncio, json, os, sys
from pathlib import Path
import anyio._backends._asyncio, langchain_openai, langsmith, numpy.ma, numpy.random
from pydantic import SecretStr
import probandum.agent.judges.llm.few_shot.bank, probandum.agent.judges.llm.chat.http_client
import probandum.agent.judges.llm.chat.rate_limit
import probandum.agent.judges.llm.chat.recording, probandum.graphs.persistence.postgres
from probandum import aaudit
from probandum.agent.options import Options
from probandum.graphs.persistence.checkpoints import open_checkpoints, stored_decisions

async def audit(home, database, recalls, response, context, options):
    async with open_checkpoints(Path(home), database=database and SecretStr(database)) as store:
        cache = stored_decisions(Path(home) / "decisions.sqlite") if recalls else None
        report = await aaudit(response, context=[context], judge="openai:any", audit_id="killed",
                              options=Options(**options), checkpointer=store, cache=cache)
    Path(home, "report.json").write_text(report.model_dump_json())

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        asyncio.run(audit(**json.loads(line)))
        os._exit(0)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Model:
    """A scripted model.

    Attributes:
        done: the claims about which it has nothing more to say.
        answered: how often it has answered.
    """

    def __init__(self):
        self.done = set()
        self.answered = 0
        self._most = len(CLAIMS)
        self._turn = Condition()

    def keep_silent_from(self, most):
        """Answer nothing more once it is done with so many claims, so that no audit ends before it is killed."""
        with self._turn:
            self._most = most
            self._turn.notify_all()

    def __call__(self, request):
        with self._turn:
            self._turn.wait_for(lambda: len(self.done) <= self._most)
            reply = self.reply(request, "\n".join(request.texts))
            self.answered += 1
            return reply

    def reply(self, request, shown):
        if request.extracts:
            return replies.claims(*[[claim] for claim in CLAIMS])
        claims = request.claims or {"alone": next(claim for claim in CLAIMS if claim in request.own)}
        self.done |= set(claims.values()) - (WRONG if request.claims else set())
        verdicts = {id_: self.verdict(claim, shown) for id_, claim in claims.items()}
        return replies.verdicts(verdicts) if request.claims else verdicts["alone"]

    def verdict(self, claim, shown):
        if claim in WRONG:
            return replies.verdict("absent")
        return replies.verdict("supported", quotes=[("any", claim)])


class Lives:
    """Audits one after the other, each in a process of its own, all going on with the same one."""

    def __init__(self, home, server, how):
        environment = {**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none"}
        environment["PROBANDUM_HOME"] = str(home)
        self.how = {"home": str(home), "response": RESPONSE, "context": CONTEXT, **how}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", LIVES],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self):
        self.process.stdin.write(json.dumps(self.how) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self):
        return int(self.process.stdout.readline())

    def report(self):
        self.begin()
        assert self.end() == 0
        return json.loads(Path(self.how["home"], "report.json").read_text())

    def settled(self):
        """What outlived a kill, as another process finds it: claims that are done, and the response once it is read."""

        async def kept():
            database = self.how["database"] and SecretStr(self.how["database"])
            async with open_checkpoints(Path(self.how["home"]), database=database) as store:
                return await list_audits(store)

        audits = asyncio.run(kept())
        read = {RESPONSE for audit in audits if audit.claims is not None}
        return read | {TEXTS[id_] for audit in audits for id_ in audit.settled}


@contextmanager
def lives(home, server, **how):
    running = Lives(home, server, how)
    with running.process:
        yield running
        running.process.stdin.close()


def id_of(claim):
    start = RESPONSE.index(claim)
    return Claim.of(claim, span=Span(start=start, end=start + len(claim))).id


TEXTS = {id_of(claim): claim for claim in CLAIMS}


def asked_about(request):
    """The claims that a call was about, or the response, where it reads that."""
    if request.extracts:
        return {RESPONSE}
    return set(request.claims.values()) or {claim for claim in CLAIMS if claim in request.own}


def wait_until(holds):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.002)


def killed(life, server, model, *, moment, later):
    """Live until the model is done with so many claims, and then a little longer; how many calls were lost with it."""
    before = len(server.requests)
    model.keep_silent_from(moment + AT_ONCE)
    pid = life.begin()
    wait_until(lambda: len(model.done) >= moment and len(server.requests) > before)
    time.sleep(later)
    os.kill(pid, signal.SIGKILL)
    assert life.end() == -signal.SIGKILL
    model.keep_silent_from(len(CLAIMS))
    wait_until(lambda: len(server.requests) == model.answered)
    kept = life.settled()
    return sum(kept.isdisjoint(asked_about(request)) for request in server.requests[before:])


def said(report):
    return [
        (claim["id"], claim["outcome"], claim["verdict"]["label"], claim["verdict"]["quotes"], claim["rounds"])
        for claim in report["claims"]
    ]


@pytest.fixture
def database(request):
    if request.param == "sqlite":
        yield None
        return
    if POSTGRES is None:
        pytest.skip("no Postgres here; install Debian's package 'postgresql'")
    with postgres() as url:
        yield url


@pytest.mark.parametrize(
    ("database", "granularity", "recalls"),
    [("sqlite", "adaptive", True), ("postgres", "claim", False)],
    indirect=["database"],
)
def test_killed_twenty_times_an_audit_says_what_it_would_have_said(database, granularity, recalls, tmp_path):
    chance = random.Random(6)  # noqa: S311 - the same moments in every run
    how = {"options": {**OPTIONS, "granularity": granularity}, "recalls": recalls}
    with (
        ChatServer(Model(), endpoint=ScriptedCapabilities(seconds=SECONDS)) as server,
        lives(tmp_path / "calm", server, database=None, **how) as life,
    ):
        expected, undisturbed = life.report(), len(server.requests)
    # By progress, so that the audit cannot end before it was killed that often, and then by time.
    moments = sorted(chance.sample(range(len(CLAIMS) - 2 * AT_ONCE), KILLS))
    model = Model()
    with (
        ChatServer(model, endpoint=ScriptedCapabilities(seconds=SECONDS)) as server,
        lives(tmp_path / "killed", server, database=database, **how) as life,
    ):
        later = [chance.uniform(0, 2 * SECONDS) for _ in moments]
        lost = [killed(life, server, model, moment=m, later=s) for m, s in zip(moments, later, strict=True)]
        report, calls = life.report(), len(server.requests)
    sys.stdout.write(f"calls: {undisturbed} undisturbed, {sum(lost)} in flight at the kills, {calls} in all\n")
    assert said(report) == said(expected)
    assert report["evidence"] == expected["evidence"]
    assert report["scores"] == expected["scores"]
    assert len(report["claims"]) == len(CLAIMS) == report["scores"]["judged"]
    assert calls <= undisturbed + sum(lost)
    assert max(lost) <= max(AT_ONCE, undisturbed - len(WRONG) - 1)
