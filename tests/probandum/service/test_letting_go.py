"""Threads that are done are let go of; what runs, and what waits for a person, stays."""

from datetime import UTC, datetime, timedelta

from probandum.service.development_server import _forget

NOW = datetime.now(UTC)


def test_only_what_is_old_and_done_is_let_go_of():
    old, young = NOW - timedelta(minutes=20), NOW
    told = {"done": ("idle", old), "waits": ("interrupted", old), "runs": ("idle", old), "new": ("idle", young)}
    store = {
        "threads": [{"thread_id": name, "status": status, "updated_at": at} for name, (status, at) in told.items()],
        "runs": [{"thread_id": "done", "status": "success"}, {"thread_id": "runs", "status": "pending"}],
    }
    threads, runs = store["threads"], store["runs"]
    _forget(store, NOW - timedelta(minutes=10))
    assert [each["thread_id"] for each in threads] == ["waits", "runs", "new"]
    assert [each["thread_id"] for each in runs] == ["runs"]


def test_an_audit_that_was_let_go_of_is_read_and_asked_for_again(serve):
    _, client = serve(PROBANDUM_JUDGE="embedded", PROBANDUM_SERVICE_IDLE_MINUTES="0.02")
    fact = "It has six lanes."
    body = {"assistant_id": "fast", "input": {"audit_id": "kept", "response": fact, "context": [fact]}}
    id_ = client.get("/probandum/audits/kept").json()["thread_id"]
    made = {"thread_id": id_, "metadata": {"audit_id": "kept"}, "if_exists": "do_nothing"}

    def audited():
        assert client.post("/threads", json=made).is_success
        return client.post(f"/threads/{id_}/runs/wait", json=body).json()["report"]

    first = audited()
    end = datetime.now(UTC) + timedelta(seconds=30)
    while client.get(f"/threads/{id_}").is_success:
        assert datetime.now(UTC) < end
    assert client.get("/probandum/audits/kept/report.json").is_success
    assert audited() == first
