"""What the service keeps: a run that is killed or cancelled goes on, elsewhere too, and no secret stays behind."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from probandum.agent.report import Report
from probandum.testing.samples.service_load import CLAIMS, HOW, LoadTestModel, is_right, request
from probandum.testing.servers import replies
from probandum.testing.servers.postgres import POSTGRES, postgres

pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")

KEY = "sk-of-the-provider-alone"
BODY = {
    "assistant_id": "standard",
    "input": request("kept"),
    "context": HOW,
}


def thread(client):
    id_ = client.get("/probandum/audits/kept").json()["thread_id"]
    made = {"thread_id": id_, "metadata": {"audit_id": "kept"}, "if_exists": "do_nothing"}
    assert client.post("/threads", json=made).is_success
    return id_


def begun_and_silent(client, model, *, after=5):
    """A run in the background whose model has fallen silent, with what it was asked so far."""
    model.silent_from = after
    id_ = thread(client)
    run = client.post(f"/threads/{id_}/runs", json=BODY).json()["run_id"]
    end = time.monotonic() + 60
    while model.asked < len(CLAIMS):  # all of them at once, and none of the silent ones ends
        assert time.monotonic() < end, "the run did not come that far"
        time.sleep(0.05)
    time.sleep(2)  # what was answered is written down
    model.silent_from = None
    return id_, run


def told(client, id_):
    answer = client.post(f"/threads/{id_}/runs/wait", json=BODY)
    assert answer.is_success, answer.text
    return Report.model_validate(answer.json()["report"])


def test_a_run_that_is_killed_goes_on_where_it_was(serve, model):
    service, client = serve()
    id_, _ = begun_and_silent(client, model)
    service.kill()
    service.start()
    assert thread(client) == id_
    assert is_right(told(client, id_))
    assert model.asked == len(CLAIMS) + len(CLAIMS) - 5  # what was in flight is asked again, and nothing else


def test_a_run_that_is_cancelled_goes_on_when_the_same_is_asked_again(serve, model):
    _, client = serve()
    id_, run = begun_and_silent(client, model)
    assert client.post(f"/threads/{id_}/runs/{run}/cancel", params={"wait": True}, json={}).is_success
    assert client.get("/probandum/audits/kept/report.json").status_code == 404
    assert is_right(told(client, id_))
    assert model.asked == len(CLAIMS) + len(CLAIMS) - 5


@pytest.mark.skipif(POSTGRES is None, reason="no Postgres here; apt-get install postgresql")
def test_an_audit_begun_on_one_server_is_read_and_continued_on_another_with_the_same_database(serve, model):
    with postgres() as url:
        first, client = serve(PROBANDUM_DATABASE_URL=url)
        _, other = serve(PROBANDUM_DATABASE_URL=url)
        begun_and_silent(client, model)
        first.kill()
        report = told(other, thread(other))
        assert is_right(report)
        assert model.asked == len(CLAIMS) + len(CLAIMS) - 5
        first.start()
        assert Report.model_validate(client.get("/probandum/audits/kept/report.json").json()) == report
        assert told(client, thread(client)) == report


def test_the_key_of_the_provider_is_in_no_answer_no_log_and_no_file(serve, model, monkeypatch):
    service, client = serve()
    monkeypatch.setattr(LoadTestModel, "__call__", lambda *_: replies.fault(401))
    refused = client.post(f"/threads/{thread(client)}/runs/wait", json=BODY)
    monkeypatch.undo()
    assert "ConfigError" in refused.text
    assert is_right(told(client, thread(client)))
    written = b"".join(file.read_bytes() for file in service.home.rglob("*") if file.is_file())
    assert CLAIMS[0].encode() in written
    assert KEY.encode() not in written + refused.content


def test_many_audits_that_are_not_kept_take_no_report_and_no_thread_from_each_other(serve):
    _, client = serve(PROBANDUM_JUDGE="embedded")
    id_ = thread(client)
    fact = "It has six lanes."
    body = {"assistant_id": "fast", "input": {"response": fact, "context": [fact]}}
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: client.post("/runs/wait", json=body), range(60)))
    assert [answer.status_code for answer in answers] == [200] * 60
    assert all("report" in answer.json() for answer in answers)
    assert client.get(f"/threads/{id_}").is_success
