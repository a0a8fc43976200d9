"""The review from the command line: in the terminal, by file, and every bad input in words."""

import json

import pytest
from typer.testing import CliRunner

from probandum.agent.judges.llm.few_shot.bank import read_examples as examples
from probandum.bench.rows import read
from probandum.cli import app

ANSWER = "The bridge opened in 1932. It is."
FACT = "The bridge opened on 19 March 1932 and has four lanes."


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PROBANDUM_JUDGE", "embedded")
    (tmp_path / "answer.md").write_text("They are what they are. The bridge opened in 1932.")
    (tmp_path / "fact.md").write_text(FACT)
    monkeypatch.chdir(tmp_path)
    return lambda *words, **how: CliRunner().invoke(app, list(words), **how)


@pytest.fixture
def waiting(run):
    result = run("audit", "answer.md", "--context", "fact.md", "--review", "--audit-id", "a1")
    assert result.exit_code == 3, result.output
    assert "waits for review of 1 claim: probandum review a1" in result.stderr
    return run


def test_a_person_settles_a_claim_in_the_terminal(waiting, tmp_path):
    typed = "x\ns\nwords that are not there\n\ns\nThe bridge opened on 19 March 1932\nChecked.\n"
    result = waiting(
        "review", "a1", "--out", "out", "--to-labels", "labels.jsonl", "--to-examples", "own.jsonl", input=typed
    )
    assert result.exit_code == 0, result.output
    assert "open because:" in result.stdout
    assert "is not in the evidence" in result.stdout
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    decided = [claim["verdict"] for claim in report["claims"] if claim["verdict"]["decided_by"] == "person"]
    assert [(verdict["label"], verdict["note"]) for verdict in decided] == [("supported", "Checked.")]
    assert [example.answer.label.value for example in examples(tmp_path / "own.jsonl")] == ["supported"]
    assert [row.hallucinated for row in read(tmp_path / "labels.jsonl")] == [False]
    assert waiting("verify", "out/report.json", "--documents", "fact.md").exit_code == 0


@pytest.mark.parametrize(("typed", "code"), [("n\n", 3), ("q\n", 3), ("", 130)])
def test_what_is_skipped_still_waits(waiting, typed, code):
    assert waiting("review", "a1", input=typed).exit_code == code
    assert waiting("review", "a1", "--export", "open.json").exit_code == 0


def test_decisions_travel_by_file(waiting, tmp_path):
    assert waiting("review", "a1", "--export", "open.json").exit_code == 0
    given = json.loads((tmp_path / "open.json").read_text())
    assert given["open"]["claims"][0]["evidence"][0]["text"] == FACT
    given["decisions"][0] |= {"label": "absent"}
    (tmp_path / "open.json").write_text(json.dumps(given))
    result = waiting("review", "a1", "--import", "open.json", "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["claims"][0]["verdict"]["label"] == "absent"


def test_decisions_come_back_from_label_studio(waiting, tmp_path):
    assert waiting("review", "a1", "--label-studio", "task.json").exit_code == 0
    (task,) = json.loads((tmp_path / "task.json").read_text())
    assert "<Labels" in (tmp_path / "task.xml").read_text()
    regions = task["predictions"][0]["result"]
    regions[0]["value"]["labels"] = ["absent"]
    (tmp_path / "done.json").write_text(json.dumps([{**task, "annotations": [{"result": regions[:1]}]}]))
    result = waiting("review", "a1", "--import", "done.json", "--format", "json")
    assert result.exit_code == 0, result.output
    verdicts = [claim["verdict"] for claim in json.loads(result.stdout)["claims"]]
    assert [each["label"] for each in verdicts if each["decided_by"] == "person"] == ["absent"]


def test_finish_writes_the_report_with_what_the_machine_said(waiting):
    result = waiting("review", "a1", "--finish", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["claims"][0]["verdict"]["decided_by"] == "judge"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("no json", "holds no decisions"),
        ("[]", "holds no decisions"),
        ('{"decisions": [{"claim": "c-9", "label": "true"}]}', "claim 'c-9', label"),
        ('{"decisions": [{"claim": "c-9", "label": "absent"}]}', "'c-9' does not wait"),
    ],
)
def test_a_file_that_does_not_hold_is_named_by_claim_and_field(waiting, tmp_path, content, named):
    (tmp_path / "d.json").write_text(content)
    result = waiting("review", "a1", "--import", "d.json")
    assert result.exit_code == 2
    assert named in result.stderr


def test_an_unknown_audit_is_named(run):
    result = run("review", "nobody")
    assert result.exit_code == 2
    assert "'nobody' is not kept here" in result.stderr


def test_a_finished_audit_has_nothing_to_export(waiting):
    waiting("review", "a1", "--finish")
    result = waiting("review", "a1", "--export", "open.json")
    assert result.exit_code == 2
    assert "is finished" in result.stderr
