"""Every route of the server, asked without a key, with another's and with one's own."""

import httpx
import pytest

from probandum.service.access.routes import OFFERED

pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")

TABLE = """
GET /                                             200 200 200
GET /page.css                                     200 200 200
GET /page.js                                      200 200 200
GET /ok                                           200 200 200
GET /info                                         200 200 200
GET /metrics                                      200 200 200
GET /docs                                         200 200 200
GET /openapi.json                                 200 200 200
GET /probandum/shown/{name}                       404 404 404
GET /probandum/metrics                            401 200 200
POST /assistants/search                           401 200 200
POST /assistants/count                            401 200 200
GET /assistants/{assistant_id}                    401 200 200
GET /assistants/{assistant_id}/graph              401 200 200
GET /assistants/{assistant_id}/schemas            401 200 200
GET /assistants/{assistant_id}/subgraphs          401 200 200
GET /assistants/{assistant_id}/subgraphs/{namespace} 401 200 200
POST /assistants/{assistant_id}/versions          401 200 200
GET /mcp                                          401 405 405
POST /mcp                                         401 400 400
DELETE /mcp                                       401 404 404
GET /probandum/judges                             401 200 200
POST /probandum/read                              401 422 422
GET /probandum/audits                             401 200 200
GET /probandum/audits/{audit_id}                  401 200 200
POST /probandum/audits/{audit_id}/check           401 200 200
GET /probandum/audits/{audit_id}/report.{kind}    401 404 200
POST /probandum/audits/{audit_id}/show            401 404 200
POST /runs                                        401 422 422
POST /runs/batch                                  401 422 422
POST /runs/wait                                   401 422 422
POST /runs/stream                                 401 422 422
POST /threads                                     401 403 200
POST /threads/search                              401 200 200
POST /threads/count                               401 200 200
GET /threads/{thread_id}                          401 404 200
PATCH /threads/{thread_id}                        401 404 200
GET /threads/{thread_id}/state                    401 404 200
GET /threads/{thread_id}/state/{checkpoint_id}    401 404 200
POST /threads/{thread_id}/state/checkpoint        401 404 200
GET /threads/{thread_id}/history                  401 404 200
POST /threads/{thread_id}/history                 401 404 200
GET /threads/{thread_id}/runs                     401 404 200
POST /threads/{thread_id}/runs                    401 403 200
POST /threads/{thread_id}/runs/wait               401 403 200
POST /threads/{thread_id}/runs/stream             401 403 200
GET /threads/{thread_id}/stream                   401 error -
GET /threads/{thread_id}/runs/{run_id}            401 404 200
GET /threads/{thread_id}/runs/{run_id}/join       401 404 200
GET /threads/{thread_id}/runs/{run_id}/stream     401 error 200
POST /threads/{thread_id}/runs/{run_id}/cancel    401 404 404
DELETE /threads/{thread_id}                       401 404 204
"""
"""What is offered, and the status without a key, with another key, with the key of the thread's owner. ``error`` is 200
with an event that tells 404, and ``-`` a stream that goes on. A finished run cannot be cancelled, by anybody."""
INSTEAD = {
    ("POST", "/threads/{thread_id}/state"),
    ("POST", "/threads/{thread_id}/copy"),
    ("DELETE", "/threads/{thread_id}/runs/{run_id}"),
    ("POST", "/runs/cancel"),
}
"""Refused with 403 and what to do instead, whoever asks."""
ROWS = [line.split() for line in TABLE.split("\n") if line]
SECRET = "The vault code is 4711-unseen."


@pytest.fixture
def asked(serve):
    """Asks for a route as nobody, as another and as the owner of a finished audit; statuses, and what was told."""
    service, nobody = serve(PROBANDUM_JUDGE="embedded")
    keys = [{"x-api-key": service.key(name)} for name in ("bob", "alice")]
    bob, alice = (httpx.Client(base_url=service.url, headers=key, timeout=30) for key in keys)
    thread = alice.get("/probandum/audits/mine").json()["thread_id"]
    made = {"thread_id": thread, "metadata": {"audit_id": "mine"}, "if_exists": "do_nothing"}
    run = {"assistant_id": "fast", "input": {"audit_id": "mine", "response": SECRET, "context": [SECRET]}}
    alice.post("/threads", json=made)
    assert alice.post(f"/threads/{thread}/runs/wait", json=run).json()["report"]
    checkpoint = alice.get(f"/threads/{thread}/state").json()["checkpoint"]
    names = {
        "thread_id": thread,
        "run_id": alice.get(f"/threads/{thread}/runs").json()[0]["run_id"],
        "checkpoint_id": checkpoint["checkpoint_id"],
        "assistant_id": alice.post("/assistants/search", json={}).json()[0]["assistant_id"],
        "audit_id": "mine",
        "kind": "json",
        "name": "none",
        "namespace": "none",
    }
    bodies = {
        "/threads": made,
        "/threads/{thread_id}/state/checkpoint": {"checkpoint": checkpoint},
        **{f"/threads/{{thread_id}}/runs{kind}": run for kind in ("", "/wait", "/stream")},
    }

    def ask(method, path):
        url = path
        for name, value in names.items():
            url = url.replace(f"{{{name}}}", value)
        body = None if method == "GET" else bodies.get(path, {})
        return [_told(client, method, url, body) for client in (nobody, bob, alice)], alice

    yield ask
    bob.close()
    alice.close()


def _told(client, method, url, body):
    try:
        answer = client.request(method, url, json=body, timeout=20 if not url.endswith("stream") else 3)
    except httpx.ReadTimeout:
        return "-", ""
    status = "error" if answer.text.startswith("event: error") else str(answer.status_code)
    return status, answer.text


def test_every_route_of_the_server_answers_as_the_table_says_and_what_it_does_not_name_is_shut(asked):
    known = {(method, path) for method, path, *_ in ROWS}
    assert known == {(method, route.path) for route in OFFERED for method in route.methods}
    found = {}
    for method, path, *_ in ROWS:
        told, alice = asked(method, path)
        found[method, path] = [status for status, _ in told]
        assert "4711-unseen" not in told[0][1] + told[1][1], (method, path)
        if path == "/openapi.json":
            brought = alice.get("/openapi.json").json()["paths"]
            others = {(way.upper(), each) for each, ways in brought.items() for way in ways} - known
            others = {each for each in others if not each[1].startswith("/mcp/")}
            assert others >= INSTEAD
            for other in others - INSTEAD:
                assert [status for status, _ in asked(*other)[0]] == ["404"] * 3, other
            for other in INSTEAD:
                assert [status for status, _ in asked(*other)[0]] == ["403"] * 3, other
    assert found == {(method, path): expected for method, path, *expected in ROWS}


def test_a_websocket_is_not_opened(serve):
    connect = pytest.importorskip("websockets.sync.client", reason="comes with uvicorn's extras").connect
    service, _ = serve(PROBANDUM_JUDGE="embedded")
    address = service.url.replace("http", "ws", 1)
    with pytest.raises(Exception, match="403"):
        connect(f"{address}/threads/00000000-0000-0000-0000-000000000000/stream/events")
