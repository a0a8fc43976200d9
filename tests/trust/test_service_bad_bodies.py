"""Whatever is sent to the service, it answers by saying what is wrong: no body makes it fail."""

import json
import os
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from probandum.testing.servers.service import Service

langgraph_api = pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")
schemathesis = pytest.importorskip("schemathesis", reason="the extra 'dev' brings it")

HELD_OPEN = re.compile(r"stream|join|/wait|/mcp")
"""Routes that answer only when something has gone on."""
EACH = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("bad-bodies") / "home", environment=dict(os.environ))
    key = service.key("fuzz")
    with service, httpx.Client(base_url=service.url, headers={"x-api-key": key}, timeout=20) as client:
        yield client


def with_bodies(client):
    """The server's description of all routes that take a body, about a thread and an assistant that there are."""
    thread = client.get("/probandum/audits/fuzzed").json()["thread_id"]
    made = client.post("/threads", json={"thread_id": thread, "metadata": {"audit_id": "fuzzed"}})
    assert made.is_success, made.text
    assistant = client.post("/assistants/search", json={}).json()[0]["assistant_id"]
    there = {"thread_id": thread, "assistant_id": assistant, "audit_id": "fuzzed"}
    # What a server with routes of its own tells of its bodies is less than the file that comes with it.
    told = json.loads((Path(langgraph_api.__file__).parents[1] / "openapi.json").read_text(encoding="utf-8"))
    told["paths"] = {
        re.sub(r"{(\w+)}", lambda name: there.get(name[1], thread), path): {
            method: {**each, "parameters": [], "responses": {"200": {"description": "any"}}}
            for method, each in routes.items()
            if "requestBody" in each
        }
        for path, routes in told["paths"].items()
        if not HELD_OPEN.search(path)
    }
    return schemathesis.openapi.from_dict(told).get_all_operations()


def body(case):
    return {"content": case.body} if isinstance(case.body, bytes) else {"json": case.body}


def test_no_body_whether_it_holds_or_not_makes_the_service_fail(client):
    tried, failed = Counter(), {}

    def send(case):
        told = client.request(case.method, case.formatted_path, **body(case))
        tried[case.operation.label] += 1
        if told.status_code >= 500:
            failed[case.operation.label] = (told.status_code, told.text[:300], str(case.body)[:300])

    for found in with_bodies(client):
        for mode in schemathesis.GenerationMode:
            with suppress(Unsatisfiable):  # a body that may be anything cannot be a wrong one
                EACH(given(found.ok().as_strategy(generation_mode=mode))(send))()
    assert failed == {}
    assert len(tried) > 20
