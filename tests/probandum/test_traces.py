"""OpenTelemetry gets what the graph did, from a real exporter over HTTP, and only when it was asked for."""

import gzip
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer

PROBANDUM = Path(sys.executable).with_name("probandum")
ANSWER = "The bridge was opened in 1931."
KEY = "sk-of-the-provider"
ASKED_FOR = {"LANGSMITH_TRACING": "true", "LANGSMITH_OTEL_ENABLED": "true", "LANGSMITH_OTEL_ONLY": "true"}


@pytest.fixture
def collector():
    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            packed = self.headers.get("content-encoding") == "gzip"
            server.received.append((self.path, gzip.decompress(body) if packed else body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        server.received = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def audit(folder, collector, **environment):
    (folder / "answer.md").write_text(ANSWER)
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    with ChatServer(answer) as server:
        return subprocess.run(
            [PROBANDUM, "audit", "answer.md", "--context", "answer.md", "--judge", "openai:any", "--out", "report"],
            cwd=folder,
            env={
                **known,
                "PROBANDUM_HOME": str(folder / "home"),
                "OPENAI_BASE_URL": server.url,
                "OPENAI_API_KEY": KEY,
                "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def answer(request):
    return replies.claims([ANSWER]) if request.extracts else replies.verdict("absent")


def test_spans_of_the_graph_s_nodes_are_sent_where_that_is_asked_for_and_hold_no_key(collector, tmp_path):
    done = audit(tmp_path, collector, **ASKED_FOR)
    assert done.returncode == 0, done.stderr
    names, bodies = set(), b""
    for path, body in collector.received:
        assert path == "/v1/traces"
        sent = ExportTraceServiceRequest.FromString(body)
        names |= {span.name for each in sent.resource_spans for scope in each.scope_spans for span in scope.spans}
        bodies += body
    assert {"audit", "extract", "check_claim", "classify", "consolidate"} <= names
    assert ANSWER.encode() in bodies
    assert KEY.encode() not in bodies
    assert b"<<<begin" not in bodies


def test_nothing_is_sent_unless_it_was_asked_for(collector, tmp_path):
    assert audit(tmp_path, collector).returncode == 0
    assert collector.received == []
