"""The same graph, keys and rules on Aegra, two servers on one Postgres; ``make aegra`` runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.service import keys
from probandum.testing.samples.service_load import CLAIMS, HOW, UNSUPPORTED, LoadTestModel, is_right, request
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.postgres import POSTGRES, postgres

pytest.importorskip("aegra_api", reason="lives in an environment of its own: make aegra")
from langgraph_sdk import get_sync_client

pytestmark = pytest.mark.skipif(POSTGRES is None, reason="no Postgres here; apt-get install postgresql")

EXAMPLE = Path(__file__).parents[2] / "examples" / "aegra" / "aegra.json"
LATEST = {"checkpoint_ns": ""}
START_SECONDS = 120


class Aegra:
    """One server process."""

    def __init__(self, environment, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{port}", log
        command = [
            sys.executable,
            "-P",
            "-m",
            "uvicorn",
            "aegra_api.main:app",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        with log.open("wb") as written:
            self.process = subprocess.Popen(command, env=environment, stdout=written, stderr=written, cwd=log.parent)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            lives = self.process.poll() is None and time.monotonic() < end
            assert lives, log.read_text(errors="replace")[-3_000:]
            time.sleep(0.2)

    def _answers(self):
        try:
            return httpx.get(f"{self.url}/health").is_success
        except httpx.TransportError:
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def model():
    return LoadTestModel()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("aegra")


@pytest.fixture(scope="module")
def servers(home, model):
    """Two servers on one database, before one model."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    with ChatServer(model) as endpoint, postgres() as url, ExitStack() as held:
        environment = {
            **known,
            "AEGRA_CONFIG": str(EXAMPLE),
            "DATABASE_URL": url,
            "REDIS_BROKER_ENABLED": "false",
            "PROBANDUM_DATABASE_URL": url,
            "PROBANDUM_HOME": str(home),
            "PROBANDUM_JUDGE": "openai:any",
            "OPENAI_BASE_URL": endpoint.url,
            "OPENAI_API_KEY": "sk-of-the-provider-alone",
        }
        started = []
        for name in ("one", "other"):
            server = Aegra(environment, home / f"{name}.log")
            held.callback(server.kill)
            started.append(server)
        yield started


@pytest.fixture(scope="module")
def owner(home):
    return keys.add("owner", home=home)


@pytest.fixture(scope="module")
def stranger(home):
    return keys.add("stranger", home=home)


@pytest.fixture
def client():
    """Makes clients of a server with a key."""
    with ExitStack() as held:
        yield lambda server, key: held.enter_context(get_sync_client(url=server.url, api_key=key))


def thread(sdk, audit_id="kept"):
    id_ = sdk.http.get(f"/probandum/audits/{audit_id}")["thread_id"]
    sdk.threads.create(thread_id=id_, metadata={"audit_id": audit_id}, if_exists="do_nothing")
    return id_


def refused(tried):
    """The status with which a server refuses; what it gives where it does not."""
    try:
        return tried()
    except httpx.HTTPStatusError as error:
        return error.response.status_code


def test_the_assistants_are_those_of_the_service(servers, client, owner):
    names = {assistant["graph_id"] for assistant in client(servers[0], owner).assistants.search()}
    assert names == {"audit", "fast", "standard", "deep"}


def test_without_a_key_nothing_is_seen(servers):
    for path in ("/assistants/search", "/threads/search"):
        assert httpx.post(servers[0].url + path, json={}).status_code == 401
    assert httpx.get(servers[0].url + "/probandum/audits/kept").status_code == 401


def test_an_audit_streams_its_verdicts_and_gives_its_report(servers, client, owner):
    sdk = client(servers[0], owner)
    id_ = thread(sdk, "streamed")
    how = {"context": HOW, "stream_mode": ["custom", "values"], "stream_subgraphs": True}
    parts = list(sdk.runs.stream(id_, "standard", input=request("streamed"), **how))
    told = [part.data for part in parts if part.event.startswith("custom")]
    assert {each["text"] for each in told if each["event"] == "settled"} == set(CLAIMS)
    report = Report.model_validate(sdk.http.get("/probandum/audits/streamed/report.json"))
    assert is_right(report)


def test_the_schemas_are_those_of_request_and_report(servers, client, owner):
    sdk = client(servers[0], owner)
    told = sdk.assistants.get_schemas(sdk.assistants.search(graph_id="standard")[0]["assistant_id"])
    assert set(told["input_schema"]["properties"]) == set(AuditRequest.model_fields)
    assert list(told["output_schema"]["properties"]) == ["report"]


def test_a_background_run_is_joined_later(servers, client, owner):
    sdk = client(servers[0], owner)
    id_ = thread(sdk, "background")
    run = sdk.runs.create(id_, "fast", input=request("background"), context=HOW)
    assert is_right(Report.model_validate(sdk.runs.join(id_, run["run_id"])["report"]))


def test_an_audit_waits_for_a_person_and_is_resumed_by_the_id_of_its_interrupt(servers, client, owner, model):
    sdk = client(servers[0], owner)
    id_ = thread(sdk, "review")
    how = {**HOW, "review": True}
    model.sure = False
    sdk.runs.wait(id_, "standard", input=request("review"), context=how)
    model.sure = True
    [waiting] = [each for task in sdk.threads.get_state(id_)["tasks"] for each in task["interrupts"]]
    asked = next(each for each in waiting["value"]["claims"] if each["claim"]["text"] == UNSUPPORTED)
    held = {
        "decisions": [{"claim": asked["claim"]["id"], "label": "absent", "note": "Nobody says so."}],
        "finish": True,
    }
    assert sdk.http.post("/probandum/audits/review/check", json=held) == {"holds": True}
    done = sdk.runs.wait(id_, "standard", command={"resume": {waiting["id"]: held}}, context=how)
    report = Report.model_validate(done["report"])
    assert is_right(report)
    [decided] = [claim.verdict for claim in report.claims if claim.verdict.decided_by == "person"]
    assert decided.note == "Nobody says so."


def test_a_run_without_a_thread_of_an_audit_is_refused(servers, client, owner):
    assert refused(lambda: client(servers[0], owner).runs.wait(None, "fast", input=request("kept"))) == 403


def test_an_audit_begun_on_one_server_is_read_and_continued_on_the_other(servers, client, owner, model):
    first, other = servers
    sdk = client(first, owner)
    id_ = thread(sdk)
    model.asked, model.silent_from = 0, 5
    sdk.runs.create(id_, "standard", input=request("kept"), context=HOW)
    end = time.monotonic() + 60
    while model.asked < len(CLAIMS):
        assert time.monotonic() < end, "the run did not come that far"
        time.sleep(0.05)
    time.sleep(2)
    first.kill()
    model.silent_from = None
    sdk = client(other, owner)
    assert thread(sdk) == id_
    with pytest.raises(Exception, match="409"):
        sdk.runs.wait(id_, "standard", input=request("kept"), context=HOW)
    done = sdk.runs.wait(id_, "standard", checkpoint=LATEST, context=HOW)
    report = Report.model_validate(done["report"])
    assert is_right(report)
    assert model.asked == len(CLAIMS) + len(CLAIMS) - 5
    assert Report.model_validate(sdk.http.get("/probandum/audits/kept/report.json")) == report


def test_another_key_reads_lists_and_continues_nothing_of_it(servers, client, owner, stranger):
    sdk, theirs = client(servers[1], owner), client(servers[1], stranger)
    id_ = thread(sdk)
    assert [found["thread_id"] for found in sdk.threads.search() if found["thread_id"] == id_]
    assert theirs.threads.search() == []
    assert theirs.runs.list(id_) == []
    for tried in (
        lambda: theirs.threads.get(id_),
        lambda: theirs.threads.get_state(id_),
        lambda: theirs.threads.get_history(id_),
        lambda: theirs.threads.delete(id_),
        lambda: theirs.threads.create(thread_id=id_, metadata={"audit_id": "kept"}),
        lambda: theirs.runs.wait(id_, "standard", checkpoint=LATEST),
        lambda: theirs.runs.wait(id_, "standard", input=request("kept")),
        lambda: theirs.http.get("/probandum/audits/kept/report.json"),
    ):
        assert refused(tried) in (403, 404)
    assert theirs.http.get("/probandum/audits/kept")["thread_id"] != id_
    unborn = sdk.http.get("/probandum/audits/unborn")["thread_id"]
    assert refused(lambda: theirs.runs.wait(unborn, "standard", checkpoint=LATEST)) == 403
    assert thread(sdk, "unborn") == unborn
