"""An audit with a claim of every fate, and a small batch."""

import json
import subprocess
import sys

import pytest

from probandum import audit

CONTEXT = "The bridge was opened in 1931. It was closed in 1951. It has four arches."
ANSWER = "The bridge was opened in 1931. It was closed in 1941. The bridge has arches of stone."


@pytest.fixture(scope="session")
def report():
    return audit(ANSWER, context=CONTEXT, question="When?", judge="embedded", audit_id="bridge")


@pytest.fixture(scope="session")
def batch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    rows = [
        {"id": "one", "response": ANSWER, "context": CONTEXT, "trace_id": "a" * 32, "model": "=cmd()"},
        {"id": "two", "response": "Hello there!", "context": CONTEXT, "trace_id": "b" * 32, "model": "m"},
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = ("--out", str(folder / "out"), "--reports", str(folder / "reports"))
    sent = [option for name in ("csv", "xlsx", "label-studio") for option in ("--to", name)]
    command = [sys.executable, "-P", "-m", "probandum", "batch", str(folder / "rows.jsonl"), "--judge", "embedded"]
    done = subprocess.run([*command, *out, *sent], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "batch.xlsx" in done.stdout
    return folder / "out"
