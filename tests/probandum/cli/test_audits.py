"""The kept audits from the command line: listed, gone on with, forgotten, and for whose eyes they are."""

import json
import re
import stat

import pytest
from typer.testing import CliRunner

from probandum.cli import app
from probandum.graphs.persistence.threads import audit_lock
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer

FACT = "The bridge opened on 19 March 1932."


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PROBANDUM_JUDGE", "embedded")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    (tmp_path / "answer.md").write_text(FACT)
    (tmp_path / "other.md").write_text("They are what they are.\n\n\u202e\x9b")
    (tmp_path / "fact.md").write_text(FACT)
    monkeypatch.chdir(tmp_path)
    return lambda *words, **how: CliRunner().invoke(app, list(words), **how)


@pytest.fixture
def kept(run):
    assert run("audit", "answer.md", "--context", "fact.md", "--audit-id", "one").exit_code == 0
    assert run("audit", "other.md", "--context", "fact.md", "--audit-id", "two", "--review").exit_code == 3
    return run


def ids(run):
    return [audit["audit_id"] for audit in json.loads(run("audits", "--json").stdout)]


def test_audits_are_listed_the_latest_first_with_how_far_they_are(kept):
    lines = kept("audits").stdout.splitlines()
    assert [line.split() for line in lines[0:1]] == [["audit", "last", "written", "state", "settled", "response"]]
    assert re.match(r"two\s+\d{4}-\d\d-\d\d \d\d:\d\d\s+waiting\s+1 of 1\s+", lines[1])
    assert re.match(rf"one\s.*\sfinished\s+1 of 1\s+{re.escape(FACT[:20])}", lines[2])
    assert not {"\u202e", "\x9b"} & set(kept("audits").stdout)


def test_a_kept_audit_goes_on_by_its_name_alone(kept, tmp_path):
    for name in ("answer.md", "fact.md"):
        (tmp_path / name).unlink()
    again = json.loads(kept("audit", "--audit-id", "one", "--json").stdout)
    assert (again["audit_id"], again["response"], again["scores"]["judged"]) == ("one", FACT, 1)
    waits = kept("audit", "--audit-id", "two", "--review")
    assert (waits.exit_code, "probandum review two" in waits.stderr) == (3, True)
    for words, said in (([], "say which answer"), (["--audit-id", "none"], "audit 'none' is not kept here")):
        result = kept("audit", *words)
        assert (result.exit_code, said in result.stderr) == (2, True), words


def test_every_audit_is_kept_unless_it_is_not_to_be(run):
    assert run("audit", "answer.md", "--context", "fact.md", "--no-keep").exit_code == 0
    assert ids(run) == []
    assert run("audit", "answer.md", "--context", "fact.md").exit_code == 0
    assert len(ids(run)) == 1


def test_an_audit_that_a_process_is_at_runs_for_nobody_else(kept, tmp_path):
    # A lock of this process does not keep this process out, so another one has to hold it.
    import subprocess
    import sys

    held = "import sys; from pathlib import Path; from probandum.graphs.persistence.threads import audit_lock\n"
    held += "with audit_lock(Path('home'), 'one'): print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-P", "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        again = kept("audit", "answer.md", "--context", "fact.md", "--audit-id", "one")
        other.stdin.close()
    assert again.exit_code == 2
    assert "another process is at audit 'one' right now" in again.stderr
    with audit_lock(tmp_path / "home", "one"):
        assert kept("audits").exit_code == 0


def test_audits_are_forgotten_by_name_by_age_and_all(kept):
    assert kept("audits", "purge", "one").stderr == "probandum: 1 audit forgotten\n"
    assert ids(kept) == ["two"]
    assert kept("audits", "purge", "--older-than", "1").stderr == "probandum: 0 audits forgotten\n"
    assert ids(kept) == ["two"]
    assert kept("audits", "purge", "--older-than", "0").stderr == "probandum: 1 audit forgotten\n"
    assert "no audits are kept" in kept("audits").stderr


def test_nothing_is_forgotten_for_want_of_a_word(kept):
    for words, said in (
        ([], "say which audits to forget"),
        (["one", "--all"], "say which audits to forget"),
        (["--all"], "add --yes"),
        (["none-such"], "audit 'none-such' is not kept here"),
    ):
        result = kept("audits", "purge", *words)
        assert (result.exit_code, said in result.stderr) == (2, True), words
    assert sorted(ids(kept)) == ["one", "two"]
    assert kept("audits", "purge", "--all", "--yes").stderr == "probandum: 2 audits forgotten\n"
    assert ids(kept) == []


def test_what_is_forgotten_is_in_no_file_any_more(kept, tmp_path):
    assert kept("audits", "purge", "--all", "--yes").exit_code == 0
    assert [file.name for file in (tmp_path / "home").iterdir() if FACT[:20].encode() in file.read_bytes()] == []


def test_a_model_is_asked_for_no_decision_twice_and_files_are_their_owners_alone(run, monkeypatch, tmp_path):
    def rule(request):
        if request.extracts:
            return replies.claims([FACT])
        return replies.verdict("supported", quotes=[("any", FACT)])

    words = ["audit", "answer.md", "--context", "fact.md", "--judge", "openai:any", "--json"]
    with ChatServer(rule) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        asked = []
        for more in ([], [], ["--no-recall"]):
            before = len(server.requests)
            usage = json.loads(run(*words, *more).stdout)["usage"]
            asked.append((len(server.requests) - before, usage["recalled"]))
    assert asked == [(2, 0), (1, 1), (2, 0)]
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "home").iterdir() if "sqlite" in file.name} == {
        0o600
    }


def test_doctor_says_where_audits_are_kept_and_whether_it_can_be_reached(run, monkeypatch, tmp_path):
    assert "audits: kept in" in " ".join(run("doctor").stdout.split())
    monkeypatch.setenv("PROBANDUM_DATABASE_URL", "postgresql://someone:hidden@127.0.0.1:1/audits")
    result = run("doctor")
    said = " ".join(result.stdout.split())
    assert result.exit_code == 2
    assert "Postgres at 127.0.0.1:1" in said
    assert "hidden" not in said
