"""What an endpoint sends in place of an answer: its markup and terminal escapes reach no terminal and no page."""

import json
import os
import subprocess
import sys

import pytest

from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import Reply

FACT = "The bridge was opened in 1931."
EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31mred \x9b31m <script>alert(1)</script> [bold]x[/bold] \u202ebidi \x00nul"
CONTROLS = (b"\x1b", b"\x07", b"\x00", "\x9b".encode(), "\u202e".encode())


def told_by(tmp_path, url, *more):
    for name in ("answer.md", "context.md"):
        (tmp_path / name).write_text(FACT, encoding="utf-8")
    files = (str(tmp_path / "answer.md"), "--context", str(tmp_path / "context.md"), "--out", str(tmp_path / "out"))
    command = [sys.executable, "-P", "-m", "probandum", "audit", *files, "--judge", "openai:any", "--no-keep", *more]
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    own = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "none", "PROBANDUM_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, capture_output=True, env={**known, **own}, timeout=120, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("when", ["extraction", "verdict"])
@pytest.mark.parametrize(("status", "as_json"), [(400, True), (401, False), (404, True), (500, False)])
def test_an_error_body_reaches_neither_terminal_nor_page(tmp_path, status, as_json, when):
    written = json.dumps({"error": {"message": EVIL}}) if as_json else EVIL
    kind = {"content-type": "application/json" if as_json else "text/html"}

    def rule(request):
        if request.extracts and when == "verdict":
            return replies.claims([FACT])
        return Reply(status=status, body=written.encode(), headers=kind)

    with ChatServer(rule) as server:
        told = told_by(tmp_path, server.url, "--timeout", "3", "--max-calls", "6")
    assert told  # what went wrong is said
    assert not [control for control in CONTROLS if control in told]
    for page in (tmp_path / "out").glob("*"):
        text = page.read_text(encoding="utf-8")
        assert "\x1b" not in text
        assert page.suffix != ".html" or "<script>alert(1)" not in text


def test_half_a_character_in_an_answer_or_a_text_breaks_no_report(tmp_path):
    """JSON may hold ``\\ud800``, which no file and no connection can."""

    def rule(request):
        whole = replies.claims([FACT]) if request.extracts else replies.verdict("supported", quotes=[("any", FACT)])
        return whole if request.extracts else Reply(body=_broken(whole.completion(number=1, model="any")))

    with ChatServer(rule) as server:
        told = told_by(tmp_path, server.url, "--reasoning", "cot", "--granularity", "claim", "--max-calls", "4")
    assert b"Traceback" not in told
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["claims"]


def _broken(body):
    return body.replace(b'"content": "', b'"content": "\\ud800')
