"""Secrets turn up in nothing that Probandum writes or says: canaries in all of them, then every file is read."""

import os
import subprocess
import sys

import pytest

from probandum import audit
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import Reply
from probandum.testing.servers.web import WebServer, failed, page
from probandum.tools.errors import ProbandumError

FACT = "The bridge was opened in 1931."
CANARIES = {
    "OPENAI_API_KEY": "sk-canary-of-the-provider-4711",
    "TAVILY_API_KEY": "tvly-canary-of-the-web-4712",
    "AZURE_OPENAI_API_KEY": "canary-of-azure-4713",
    "ANTHROPIC_API_KEY": "canary-of-anthropic-4714",
    "LANGSMITH_API_KEY": "canary-of-traces-4715",
}
DATABASE = "canary-of-the-database-4716"
URL = "canary-of-the-address-4717"


@pytest.fixture
def run(tmp_path):
    """Runs the command line with canaries in every secret, and keeps what it says."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    (tmp_path / "answer.md").write_text(FACT + " It has four arches.", encoding="utf-8")
    (tmp_path / "context.md").write_text(FACT, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text('{"id": "a", "response": "It has four arches."}\n', encoding="utf-8")
    said = []

    def run(*arguments, **environment):
        own = {**CANARIES, "PROBANDUM_HOME": str(tmp_path / "home"), "LANGSMITH_TRACING": "false", **environment}
        command = [sys.executable, "-P", "-m", "probandum", *arguments]
        done = subprocess.run(
            command, capture_output=True, env={**known, **own}, timeout=120, check=False, cwd=tmp_path
        )
        said.append(done.stdout + done.stderr)
        return done

    yield run, tmp_path
    for told in said:
        assert not _secrets_in(told), told.decode(errors="replace")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not {str(path): found for path in files if (found := _secrets_in(path.read_bytes()))}


def _secrets_in(written):
    return [each for each in (*CANARIES.values(), DATABASE, URL) if each.encode() in written]


def answer(request):
    if request.extracts:
        return replies.claims([FACT], ["It has four arches."])
    return replies.verdict("supported", quotes=[("any", FACT)]) if FACT in request.claim else replies.verdict("absent")


def test_audits_recordings_reports_checkpoints_and_batches_hold_no_secret(run):
    do, folder = run
    with ChatServer(answer) as chat, WebServer([page("https://bridges.example/1", FACT)]) as web:
        settings = {
            "OPENAI_BASE_URL": chat.url,
            "PROBANDUM_TAVILY_BASE_URL": web.url,
            "PROBANDUM_WEB": "true",
        }
        audited = do(
            *("audit", "answer.md", "--context", "context.md", "--judge", "openai:any", "--web", "--out", "report"),
            *("--audit-id", "kept", "--record", "recording.jsonl"),
            **settings,
        )
        assert audited.returncode == 0, audited.stderr
        batch = do("batch", "rows.jsonl", "--judge", "openai:any", "--web", "--out", "batch", **settings)
        assert batch.returncode == 0, batch.stderr
        assert chat.requests[0].authorization == f"Bearer {CANARIES['OPENAI_API_KEY']}"
        assert do("doctor", PROBANDUM_JUDGE="openai:any", **settings).stdout
        assert do("audits", **settings).stdout
    assert len([path for path in folder.rglob("*") if path.is_file()]) > 10


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_an_endpoint_or_a_web_search_that_says_the_key_again_is_not_repeated(run, status):
    do, _ = run
    key = CANARIES["OPENAI_API_KEY"]
    body = f'{{"error": {{"message": "Incorrect API key provided: {key}. Bearer {key}"}}}}'.encode()
    told = failed(status, f"bad key {CANARIES['TAVILY_API_KEY']}")
    with ChatServer(lambda _: Reply(status=status, body=body)) as chat, WebServer(lambda _: told) as web:
        settings = {"OPENAI_BASE_URL": chat.url, "PROBANDUM_TAVILY_BASE_URL": web.url}
        once = ("--max-calls", "2", "--timeout", "2")
        spoken = do("audit", "answer.md", "--context", "context.md", "--judge", "openai:any", *once, **settings)
        assert spoken.stderr
        searched = do("audit", "answer.md", "--judge", "embedded", "--web", "--out", "report", **settings)
        assert searched.stdout
        do("doctor", PROBANDUM_JUDGE="openai:any", **settings)


def test_a_provider_of_langchain_that_says_the_key_again_is_not_repeated():
    openai = pytest.importorskip("langchain_openai")
    key = CANARIES["OPENAI_API_KEY"]
    body = f'{{"error": {{"message": "Incorrect API key provided: {key}"}}}}'.encode()
    with ChatServer(lambda _: Reply(status=401, body=body)) as chat:
        model = openai.ChatOpenAI(model="any", base_url=chat.url, api_key=key, max_retries=0)
        with pytest.raises(ProbandumError) as caught:
            audit(FACT, context=FACT, judge=model)
    assert "Incorrect API key" in str(caught.value)
    assert key not in str(caught.value)


def test_passwords_in_addresses_are_not_said(run):
    do, _ = run
    with ChatServer(answer) as chat:
        address = chat.url.replace("://", f"://user:{URL}@")
        asked = ("--judge", "openai:any", "--out", "report", "--record", "recording.jsonl")
        do("audit", "answer.md", "--context", "context.md", *asked, OPENAI_BASE_URL=address)
        do("doctor", PROBANDUM_JUDGE="openai:any", OPENAI_BASE_URL=address)
    gone = "http://user:" + URL + "@127.0.0.1:9/v1"
    do("audit", "answer.md", "--context", "context.md", "--judge", "openai:any", "--timeout", "2", OPENAI_BASE_URL=gone)
    nowhere = f"postgresql://user:{DATABASE}@127.0.0.1:9/none"
    kept = do("audit", "answer.md", "--context", "context.md", "--audit-id", "a", PROBANDUM_DATABASE_URL=nowhere)
    assert kept.returncode != 0
    assert do("doctor", PROBANDUM_DATABASE_URL=nowhere).stdout
