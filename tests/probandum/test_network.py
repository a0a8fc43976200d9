"""Whom a whole audit calls: proven in a process of its own, in which every other address is barred."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer

BARRED = """
import sys
allowed = {repr(address) for address in eval(sys.argv.pop(1))}
def bar(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = tuple(arguments[:2])
    else:
        return
    if repr(address) not in allowed:
        sys.stderr.write(f"BARRED {event} {address!r}\\n")
        raise PermissionError(f"barred: {event} {address!r}")
sys.addaudithook(bar)
from probandum.__main__ import main
main()
"""
TEXT = "The bridge was opened in 1907."


def run(allowed, arguments, tmp_path, **environment):
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    return subprocess.run(
        [sys.executable, "-P", "-c", BARRED, repr(allowed), *arguments],
        env={**known, "PROBANDUM_HOME": str(tmp_path / "home"), **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def files(tmp_path):
    (tmp_path / "answer.txt").write_text(TEXT)
    (tmp_path / "source.txt").write_text(f"A history. {TEXT}")
    return ["audit", "answer.txt", "--context", "source.txt", "--out", "report"]


def answer(request):
    if request.extracts:
        return replies.claims([TEXT])
    evidence = "any"
    if request.claims:
        return replies.verdicts(dict.fromkeys(request.claims, replies.verdict("supported", quotes=[(evidence, TEXT)])))
    return replies.verdict("supported", quotes=[(evidence, TEXT)])


def test_with_a_model_no_call_leaves_for_anywhere_but_its_endpoint(files, tmp_path):
    with ChatServer(answer) as server:
        where = urlsplit(server.url)
        allowed = [(where.hostname, where.port)]
        done = run(
            allowed, [*files, "--judge", "openai:any"], tmp_path, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="none"
        )
        asked = len(server.requests)
    assert "BARRED" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr
    assert asked >= 2
    assert (tmp_path / "report" / "report.json").exists()


def test_the_embedded_judge_calls_nobody(files, tmp_path):
    done = run([], files, tmp_path)
    assert "BARRED" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_the_bar_bars(files, tmp_path):
    with ChatServer(answer) as server:
        done = run([], [*files, "--judge", "openai:any"], tmp_path, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="none")
        assert not server.requests
    assert "BARRED" in done.stderr
    assert done.returncode == 4
