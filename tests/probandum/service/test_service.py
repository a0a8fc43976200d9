"""The graph service as other programs meet it: SDK, remote graph, plain HTTP, MCP; keys that see only their own."""

import asyncio
import os
import shutil
import subprocess

import httpx
import pytest

from probandum.agent.report import Report
from probandum.agent.request import AuditRequest

pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_client, get_sync_client

from probandum.testing.servers.service import Service

FACTS = "The bridge opened in 1933. It has six lanes."
RESPONSE = "The bridge opened in 1932. It has six lanes."
LABELS = ["contradicted", "supported"]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("service") / "home", environment=dict(os.environ))
    running.keys = {name: running.key(name) for name in ("alice", "bob")}
    with running:
        yield running


@pytest.fixture
def alice(service):
    with http(service, "alice") as client:
        yield client


@pytest.fixture
def bob(service):
    with http(service, "bob") as client:
        yield client


def http(service, name):
    key = {"Authorization": f"Bearer {service.keys[name]}"}
    return httpx.Client(base_url=service.url, headers=key, timeout=60)


def request(audit_id, **how):
    return {"audit_id": audit_id, "response": RESPONSE, "context": [FACTS], **how}


def thread(client, audit_id):
    id_ = client.get(f"/probandum/audits/{audit_id}").json()["thread_id"]
    made = client.post(
        "/threads", json={"thread_id": id_, "metadata": {"audit_id": audit_id}, "if_exists": "do_nothing"}
    )
    assert made.is_success, made.text
    return id_


def audit(client, audit_id, **how):
    id_ = thread(client, audit_id)
    body = {"assistant_id": "fast", "input": request(audit_id), **how}
    answer = client.post(f"/threads/{id_}/runs/wait", json=body)
    assert answer.is_success, answer.text
    return id_, answer.json()


def labels(values):
    return [claim.verdict.label.value for claim in Report.model_validate(values["report"]).claims]


def test_the_sdk_streams_progress_and_verdicts_and_the_report(service):
    async def go(client):
        id_ = httpx.get(f"{service.url}/probandum/audits/sdk", headers={"x-api-key": service.keys["alice"]}).json()[
            "thread_id"
        ]
        await client.threads.create(thread_id=id_, metadata={"audit_id": "sdk"})
        modes = ["custom", "values"]
        return [
            part
            async for part in client.runs.stream(
                id_, "standard", input=request("sdk"), stream_mode=modes, stream_subgraphs=True
            )
        ]

    async def opened():
        async with get_client(url=service.url, api_key=service.keys["alice"]) as client:
            return await go(client)

    parts = asyncio.run(opened())
    told = [part.data for part in parts if part.event.startswith("custom")]
    assert [each["event"] for each in told] == ["extracted", "settled", "settled"]
    assert {each["label"] for each in told if each["event"] == "settled"} == set(LABELS)
    assert labels([part.data for part in parts if part.event == "values"][-1]) == LABELS


def test_a_remote_graph_is_called_like_a_local_one(service):
    with get_sync_client(url=service.url, api_key=service.keys["alice"]) as client:
        graph = RemoteGraph("fast", sync_client=client)
        assert labels(graph.invoke(request("remote"))) == LABELS


def test_curl_is_enough(service):
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl here")
    body = '{"assistant_id": "fast", "input": {"response": "It has six lanes.", "context": ["It has six lanes."]}}'
    key = f"Authorization: Bearer {service.keys['alice']}"
    command = [curl, "-sf", f"{service.url}/runs/wait", "-H", key, "-H", "Content-Type: application/json", "-d", body]
    told = subprocess.run(command, check=True, capture_output=True)
    assert b'"label":"supported"' in told.stdout


def test_the_schemas_are_those_of_request_and_report(alice):
    assistants = alice.post("/assistants/search", json={}).json()
    assert sorted(each["graph_id"] for each in assistants) == ["audit", "deep", "fast", "standard"]
    told = alice.get(f"/assistants/{assistants[0]['assistant_id']}/schemas").json()
    assert set(told["input_schema"]["properties"]) == set(AuditRequest.model_fields)
    assert list(told["output_schema"]["properties"]) == ["report"]
    assert set(told["output_schema"]["$defs"]["Report"]["properties"]) == set(Report.model_fields)
    assert not {"corpus", "home", "examples"} & set(told["context_schema"]["properties"])


def test_an_mcp_client_finds_the_audit_as_a_tool_and_calls_it(service):
    mcp = pytest.importorskip("mcp", reason="the extra 'dev' brings it")
    from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

    async def go():
        key = {"Authorization": f"Bearer {service.keys['alice']}"}
        async with (
            create_mcp_http_client(headers=key) as client,
            streamable_http_client(f"{service.url}/mcp", http_client=client) as (read, write, *_),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = await session.list_tools()
            return tools, await session.call_tool("fast", {"response": RESPONSE, "context": [FACTS]})

    tools, result = asyncio.run(go())
    assert {tool.name for tool in tools.tools} == {"audit", "fast", "standard", "deep"}
    assert not result.is_error
    assert "contradicted" in result.content[0].text


def test_a_background_run_is_joined_later(alice):
    id_ = thread(alice, "background")
    run = alice.post(f"/threads/{id_}/runs", json={"assistant_id": "fast", "input": request("background")}).json()
    assert labels(alice.get(f"/threads/{id_}/runs/{run['run_id']}/join").json()) == LABELS


def test_an_audit_waits_for_a_person_and_is_resumed_by_the_id_of_its_interrupt(alice):
    unclear = {"response": "It was painted red by them.", "context": ["Cats sleep for most of the day."]}
    id_ = thread(alice, "review")
    body = {"assistant_id": "fast", "input": request("review", **unclear), "context": {"review": True}}
    alice.post(f"/threads/{id_}/runs/wait", json=body)
    state = alice.get(f"/threads/{id_}/state").json()
    [waiting] = [each for task in state["tasks"] for each in task["interrupts"]]
    [asked] = waiting["value"]["claims"]
    decision = {"claim": asked["claim"]["id"], "label": "absent", "note": "Nobody says so."}
    held = {"decisions": [decision], "finish": True}
    assert alice.post("/probandum/audits/review/check", json=held).json() == {"holds": True}
    assert alice.post("/probandum/audits/review/check", json={"decisions": [{"claim": "c-no"}]}).status_code == 422
    resume = {"assistant_id": "fast", "command": {"resume": {waiting["id"]: held}}}
    done = alice.post(f"/threads/{id_}/runs/wait", json=resume).json()
    [claim] = Report.model_validate(done["report"]).claims
    assert (claim.verdict.decided_by, claim.verdict.note) == ("person", "Nobody says so.")


def test_the_same_audit_again_gives_its_report_and_another_text_under_its_id_is_refused(alice):
    id_, first = audit(alice, "twice")
    _, second = audit(alice, "twice")
    assert second["report"] == first["report"]
    body = {"assistant_id": "fast", "input": request("twice", response="It has two lanes.")}
    assert alice.post(f"/threads/{id_}/runs/wait", json=body).status_code == 409


def test_a_finished_audit_is_read_and_shown(alice, service):
    audit(alice, "shown")
    assert alice.get("/probandum/audits/shown/report.json").json()["audit_id"] == "shown"
    assert alice.get("/probandum/audits/shown/report.md").text.startswith("# Audit shown")
    url = alice.post("/probandum/audits/shown/show").json()["url"]
    assert "<title>Audit shown</title>" in httpx.get(service.url + url).text
    assert httpx.get(service.url + "/probandum/shown/guess").status_code == 404


def test_the_figures_count_audits_and_claims_for_holders_of_a_key(alice, service):
    audit(alice, "counted")
    told = alice.get("/probandum/metrics").text
    assert 'probandum_audits_total{outcome="complete"}' in told
    assert 'probandum_claims_total{outcome="contradicted"}' in told
    assert httpx.get(f"{service.url}/probandum/metrics").status_code == 401


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"response": 7}, "response"),
        ({"response": "x", "corpus": "/etc"}, "corpus"),
        ({"response": "x", "audit_id": "../etc"}, "audit_id"),
    ],
)
def test_a_bad_request_is_refused_at_the_door_by_field(alice, given, problem):
    told = alice.post("/runs/wait", json={"assistant_id": "fast", "input": given})
    assert told.status_code == 422
    assert problem in told.text


def test_without_a_key_nothing_but_the_page_is_shown(service):
    assert httpx.get(f"{service.url}/").is_success
    for path in ("/threads/search", "/assistants/search", "/runs/wait", "/mcp"):
        assert httpx.post(service.url + path, json={}).status_code == 401
    assert httpx.post(f"{service.url}/runs/wait", headers={"Authorization": "Bearer pk_no"}, json={}).status_code == 401


def test_keys_are_kept_as_digests_for_their_owner_alone_and_never_logged(service):
    file = service.home / "keys.json"
    assert file.stat().st_mode & 0o077 == 0
    written = file.read_text() + service.log.read_text(errors="replace")
    assert not any(key in written for key in service.keys.values())


def test_no_route_lets_a_second_key_see_or_touch_the_threads_of_the_first(alice, bob, service):
    unseen = "The vault code is 4711-unseen."
    id_, _ = audit(alice, "private", input=request("private", response=unseen, context=[unseen]))
    run = alice.get(f"/threads/{id_}/runs").json()[0]["run_id"]
    before = alice.get(f"/threads/{id_}/state").json()
    names = {
        "thread_id": id_,
        "run_id": run,
        "audit_id": "private",
        "kind": "json",
        "checkpoint_id": before["checkpoint"]["checkpoint_id"],
    }
    assistant = bob.post("/assistants/search", json={}).json()[0]["assistant_id"]
    bodies = [{}, {"assistant_id": "fast"}, {"ids": [id_]}, {"thread_id": id_, "if_exists": "do_nothing"}]
    bodies += [{"assistant_id": "fast", "input": None, "if_not_exists": "create", "thread_id": id_}]
    bodies += [{"assistant_id": "fast", "command": {"resume": {}}, "config": {"configurable": {"thread_id": id_}}}]
    bodies += [{"assistant_id": "fast", "checkpoint": {"thread_id": id_}, "input": request("private")}]
    tried = 0
    for path, methods in bob.get("/openapi.json").json()["paths"].items():
        for method in methods.keys() & {"get", "post", "put", "patch", "delete"}:
            url = path
            for name, value in {**names, "assistant_id": assistant}.items():
                url = url.replace("{" + name + "}", value)
            for body in bodies if method != "get" else [None]:
                try:
                    told = bob.request(method, url.split("{")[0], json=body, timeout=3)
                except httpx.ReadTimeout:
                    continue
                tried += 1
                assert "4711-unseen" not in told.text, (method, url, body)
                assert told.status_code < 500 or "unseen" not in told.text
        assert alice.get(f"/threads/{id_}/state").is_success, path
    assert tried > 100
    assert alice.get(f"/threads/{id_}/state").json()["values"] == before["values"]


def test_after_a_kill_a_second_key_cannot_take_over_threads_and_audits_of_the_first(alice, bob, service):
    unseen = "The other code is 1337-unseen."
    id_, told = audit(alice, "taken", input=request("taken", response=unseen, context=[unseen]))
    service.kill()
    service.start()
    tries = [
        ("/threads", {"thread_id": id_}),
        ("/threads", {"thread_id": id_, "metadata": {"audit_id": "taken"}}),
        (
            "/threads",
            {"thread_id": id_, "metadata": {"audit_id": "taken", "owner": "alice"}, "if_exists": "do_nothing"},
        ),
        (f"/threads/{id_}/runs/wait", {"assistant_id": "fast", "if_not_exists": "create"}),
        (f"/threads/{id_}/runs/wait", {"assistant_id": "fast", "if_not_exists": "create", "input": request("taken")}),
        (f"/threads/{id_}/runs/wait", {"assistant_id": "fast", "if_not_exists": "create", "command": {"resume": 1}}),
        ("/runs/wait", {"assistant_id": "fast", "config": {"configurable": {"thread_id": id_}}}),
        ("/runs/wait", {"assistant_id": "fast", "checkpoint": {"thread_id": id_}, "input": request("taken")}),
        (f"/threads/{id_}/copy", {}),
        ("/threads/search", {"ids": [id_]}),
    ]
    for path, body in tries:
        answer = bob.post(path, json=body)
        assert "1337-unseen" not in answer.text, (path, body)
    assert "1337-unseen" not in bob.get(f"/threads/{id_}/state").text
    assert bob.get("/probandum/audits/taken/report.json").status_code == 404
    assert bob.get("/probandum/audits/taken").json()["thread_id"] != id_
    again, kept = audit(alice, "taken", input=request("taken", response=unseen, context=[unseen]))
    assert (again, kept["report"]) == (id_, told["report"])
