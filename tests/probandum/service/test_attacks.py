"""Attacks on the service that once went through: keys locked out, forged reports, pages from elsewhere."""

import time
import uuid

import httpx
import pytest

from probandum.agent.report import Report
from probandum.testing.samples.service_load import CLAIMS, HOW, request

pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")

BODY = {"assistant_id": "standard", "context": HOW}
SMALL = {"assistant_id": "fast", "input": {"response": "It has six lanes.", "context": ["It has six lanes."]}}


def thread(client, audit_id):
    id_ = client.get(f"/probandum/audits/{audit_id}").json()["thread_id"]
    made = {"thread_id": id_, "metadata": {"audit_id": audit_id}, "if_exists": "do_nothing"}
    assert client.post("/threads", json=made).is_success
    return id_


def under_way(client):
    told = client.get("/probandum/metrics").text
    return int(
        float(next(line for line in told.splitlines() if line.startswith("probandum_audits_admitted ")).split()[1])
    )


def settled(client, number):
    end = time.monotonic() + 30
    while (now := under_way(client)) != number:
        assert time.monotonic() < end, f"{now} audits are under way, not {number}"
        time.sleep(0.1)


@pytest.fixture
def busy(serve, model):
    """A service that lets three audits be under way, one of which its model never answers."""
    _, client = serve(PROBANDUM_SERVICE_AUDITS="3")
    model.silent_from = 0
    id_ = thread(client, "kept")
    run = client.post(f"/threads/{id_}/runs", json={**BODY, "input": request("kept")}).json()["run_id"]
    settled(client, 1)
    end = time.monotonic() + 60
    while not model.asked:
        assert time.monotonic() < end
        time.sleep(0.05)
    return client, id_, run


def test_runs_that_the_server_refuses_are_not_under_way(busy):
    client, id_, _ = busy
    body = {**BODY, "input": request("kept"), "multitask_strategy": "reject"}
    refused = [client.post(f"/threads/{id_}/runs", json=body).status_code for _ in range(6)]
    assert refused == [409] * 6
    assert under_way(client) == 1
    assert client.post("/runs/wait", json={**SMALL, "assistant_id": "nothing"}).status_code in (404, 422)
    assert under_way(client) == 1


def test_runs_that_are_cancelled_or_deleted_while_they_wait_are_not_under_way(busy):
    client, id_, first = busy
    body = {**BODY, "input": request("kept"), "multitask_strategy": "enqueue"}
    one, other = (client.post(f"/threads/{id_}/runs", json=body).json()["run_id"] for _ in range(2))
    assert client.post(f"/threads/{id_}/runs", json=body).status_code == 429
    assert client.post(f"/threads/{id_}/runs/{one}/cancel", json={}).is_success
    settled(client, 2)
    assert client.post(f"/threads/{id_}/runs/{other}/cancel", json={}).is_success
    settled(client, 1)
    assert client.post(f"/threads/{id_}/runs/{first}/cancel", json={}).is_success
    settled(client, 0)


def test_runs_whose_place_another_takes_are_not_under_way(busy, model):
    client, id_, _ = busy
    body = {**BODY, "input": request("kept")}
    assert client.post(f"/threads/{id_}/runs", json={**body, "multitask_strategy": "enqueue"}).is_success
    model.silent_from = None
    told = client.post(f"/threads/{id_}/runs/wait", json={**body, "multitask_strategy": "interrupt"})
    assert told.is_success, told.text
    settled(client, 0)


def test_what_the_server_would_trip_over_is_refused_with_what_to_do_instead(busy):
    client, id_, run = busy
    body = {**BODY, "input": request("kept"), "multitask_strategy": "rollback"}
    told = [
        client.post(f"/threads/{id_}/runs", json=body),
        client.post(f"/threads/{id_}/runs/{run}/cancel", params={"action": "rollback"}, json={}),
        client.delete(f"/threads/{id_}/runs/{run}"),
        client.post("/runs/cancel", json={"thread_id": id_, "run_ids": [run]}),
    ]
    assert [each.status_code for each in told] == [422, 403, 403, 403]
    assert all("cancel" in each.text or "interrupt" in each.text for each in told)
    assert under_way(client) == 1


FORGED = {"report": {"outcome": "complete"}}
COMMANDS = [{"goto": "consolidate"}, {"update": FORGED}, {"resume": {"decisions": []}, "update": FORGED}]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_writes_or_moves_an_audit(serve, command):
    _, client = serve(PROBANDUM_JUDGE="embedded")
    id_ = thread(client, "forged")
    told = client.post(f"/threads/{id_}/runs/wait", json={"assistant_id": "fast", "command": command})
    assert told.status_code == 403, told.text
    assert "may resume and nothing else" in told.text
    done = client.post(f"/threads/{id_}/runs/wait", json={**SMALL, "input": {**SMALL["input"], "audit_id": "forged"}})
    [claim] = Report.model_validate(done.json()["report"]).claims
    assert claim.verdict.label == "supported"


@pytest.mark.parametrize("resume", ["yes", 7, {"decisions": 7}, {"f" * 32: {"decisions": [{"claim": 7}]}}])
def test_an_audit_is_resumed_with_decisions_alone(serve, resume):
    _, client = serve(PROBANDUM_JUDGE="embedded")
    id_ = thread(client, "forged")
    told = client.post(f"/threads/{id_}/runs/wait", json={"assistant_id": "fast", "command": {"resume": resume}})
    assert told.status_code == 422
    assert "the decisions do not hold" in told.text


def test_the_state_of_an_audit_is_neither_written_nor_forked_nor_wound_back(serve):
    _, client = serve(PROBANDUM_JUDGE="embedded")
    id_ = thread(client, "forged")
    input_ = {**SMALL["input"], "audit_id": "forged"}
    assert client.post(f"/threads/{id_}/runs/wait", json={**SMALL, "input": input_}).is_success
    before = client.get(f"/threads/{id_}/state").json()
    assert client.post(f"/threads/{id_}/state", json={"values": FORGED}).status_code == 403
    assert client.post(f"/threads/{id_}/copy", json={}).status_code == 403
    past = before["parent_checkpoint"]["checkpoint_id"]
    for place in (
        {"checkpoint_id": past},
        {"checkpoint": {"checkpoint_id": past}},
        {"config": {"configurable": {"checkpoint_id": past}}},
    ):
        told = client.post(f"/threads/{id_}/runs/wait", json={"assistant_id": "fast", "input": None, **place})
        assert told.status_code == 403, (place, told.text)
    assert client.get(f"/threads/{id_}/state").json()["values"] == before["values"]


FROM_ELSEWHERE = [
    {"origin": "http://evil.example"},
    {"origin": "http://evil.example\\@localhost"},
    {"origin": "http://localhost@evil.example"},
    {"origin": "http://localhost.evil.example"},
    {"origin": "moz-extension://127.0.0.1"},
    {"origin": "javascript://localhost"},
    {"origin": "file://localhost"},
    {"origin": "null"},
    {"host": "x@localhost"},
    {"host": "localhost#.evil.example"},
    {"host": "evil.example"},
    {"host": "localhost.evil.example"},
    {"host": "127.0.0.1.evil.example:80"},
    {"host": "localhost:80:80"},
    {"host": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
]
HERE = [
    {},
    {"host": "localhost"},
    {"host": "localhost:8123"},
    {"host": "[::1]:8123"},
    {"origin": "http://127.0.0.1:8123"},
    {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
]


def test_without_keys_a_page_from_elsewhere_is_refused_and_one_from_here_is_not(serve):
    _, client = serve(PROBANDUM_JUDGE="embedded")
    for headers in FROM_ELSEWHERE:
        told = httpx.post(f"{client.base_url}/assistants/search", json={}, headers=headers)
        assert told.status_code in (400, 403), (headers, told.text)
    for headers in HERE:
        told = httpx.post(f"{client.base_url}/assistants/search", json={}, headers=headers)
        assert told.status_code == 200, (headers, told.text)


def test_a_run_of_nobody_s_thread_is_refused(serve):
    _, client = serve(PROBANDUM_JUDGE="embedded")
    told = client.post(f"/threads/{uuid.uuid4()}/runs/wait", json={**SMALL, "if_not_exists": "create"})
    assert told.status_code in (403, 404)
    assert len(CLAIMS) > 1
