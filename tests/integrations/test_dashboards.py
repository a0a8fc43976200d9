"""Scores of a batch where people look at them: the real clients of Langfuse, MLflow, Phoenix and Label Studio."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from probandum import audit
from probandum.export.label_studio import label_config, tasks
from probandum.export.langfuse import to_langfuse
from probandum.export.phoenix import to_phoenix

ASIDE = "run `make integrations`"
CONTEXT = "The bridge was opened in 1931. It was closed in 1951."
ANSWER = "The bridge was opened in 1931. It was closed in 1941."


@pytest.fixture
def batch(tmp_path):
    def made(**columns):
        rows = [
            {"id": "one", "response": ANSWER, "context": CONTEXT, **columns},
            {"id": "two", "response": "Hello there!", "context": CONTEXT, **columns},
        ]
        (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        command = [
            sys.executable,
            "-P",
            "-m",
            "probandum",
            "batch",
            str(tmp_path / "rows.jsonl"),
            "--judge",
            "embedded",
        ]
        done = subprocess.run([*command, "--out", str(tmp_path / "out")], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return tmp_path / "out"

    return made


@pytest.fixture
def server():
    """Takes whatever is posted, and says that it was taken."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            taken.received.append((self.path, body))
            told = json.dumps({"successes": [], "errors": [], "data": [{"id": "annotation"}]}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def do_GET(self):
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as taken:
        taken.received = []
        threading.Thread(target=taken.serve_forever, daemon=True).start()
        yield taken
        taken.shutdown()


def test_langfuse_gets_a_score_for_each_answer_that_has_one(batch, server):
    langfuse = pytest.importorskip("langfuse", reason=ASIDE)
    port = server.server_address[1]
    keys = {"public_key": "pk", "secret_key": "sk"}
    client = langfuse.Langfuse(**keys, base_url=f"http://127.0.0.1:{port}")
    assert to_langfuse(batch(trace_id="a" * 32), client=client) == "sent to Langfuse: 1 scores, 1 answers have none"
    client.shutdown()
    events = [each for path, body in server.received if path.endswith("/scores") for each in json.loads(body)]
    (score,) = events
    assert (score["name"], score["value"], score["traceId"]) == ("groundedness", 0.5, "a" * 32)
    assert "contradicted (temporal): It was closed in 1941." in score["comment"]


def test_phoenix_gets_an_annotation_for_each_answer(batch, server):
    phoenix = pytest.importorskip("phoenix.client", reason=ASIDE)
    port = server.server_address[1]
    client = phoenix.Client(base_url=f"http://127.0.0.1:{port}")
    assert to_phoenix(batch(span_id="0123456789abcdef"), client=client) == "sent to Phoenix: 2 annotations"
    sent = [each for path, body in server.received if "annotations" in path for each in json.loads(body)["data"]]
    by_label = {each["result"]["label"]: each for each in sent}
    assert by_label["complete"]["result"]["score"] == 0.5
    assert by_label["no_claims"]["result"].get("score") is None
    assert {each["annotator_kind"] for each in sent} == {"CODE"}
    assert {each["span_id"] for each in sent} == {"0123456789abcdef"}


@pytest.mark.filterwarnings("default")  # its database's own
def test_mlflow_gets_feedback_on_traces_and_has_a_scorer(batch, tmp_path):
    mlflow = pytest.importorskip("mlflow", reason=ASIDE)
    from probandum.export.mlflow import grounded, to_mlflow

    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    with mlflow.start_span("answering") as span:
        span.set_outputs(ANSWER)
    mlflow.flush_trace_async_logging()
    assert to_mlflow(batch(trace_id=span.trace_id)) == "sent to MLflow: 2 assessments"
    told = mlflow.get_trace(span.trace_id).info.assessments
    assert sorted(
        (each.feedback.value, each.error is not None) for each in told if each.feedback.value is not None
    ) == [(0.5, False)]
    assert [each.feedback.error.error_code for each in told if each.feedback.value is None] == ["NO_CLAIMS"]
    scorer = grounded(judge="embedded")
    feedback = scorer(inputs={"question": "When?"}, outputs=ANSWER, expectations={"context": CONTEXT})
    assert (feedback.name, feedback.value) == ("groundedness", 0.5)
    assert "It was closed in 1941." in feedback.rationale
    nothing = scorer(inputs={}, outputs="Hello there!", expectations={"context": CONTEXT})
    assert nothing.value is None
    assert "no claim was judged" in str(nothing.error)


def test_label_studio_accepts_interface_and_tasks():
    labels = pytest.importorskip("label_studio_sdk.label_interface", reason=ASIDE)
    (task,) = tasks([audit(ANSWER, context=CONTEXT, judge="embedded")])
    interface = labels.LabelInterface(label_config())
    interface.validate()
    assert interface.validate_task({"data": task["data"]})
    assert interface.validate_prediction(task["predictions"][0])
