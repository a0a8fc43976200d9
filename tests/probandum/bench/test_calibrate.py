"""probandum calibrate from the command line, and what an audit, a review and a bench make of what it keeps."""

import json
import stat

import pytest
from typer.testing import CliRunner

from probandum import audit
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.bench.rows import read
from probandum.calibration_store import list_calibrations, store_calibration, stored_calibration
from probandum.cli import app
from probandum.judges import make_judge
from probandum.settings import load
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.tools.errors import ConfigError

CONTEXT = "The museum opened in 1901. It holds 300 paintings by Anna Berg. Tickets cost five crowns."


def rows(number):
    """Half of them stand in the context; of the others every eighth is called supported by people, too."""
    for place in range(number):
        context = f"{CONTEXT} Room {place} has {place + 3} lamps."
        good = f"Room {place} has {place + 3} lamps."
        bad = f"Gallery {place} was painted in {1700 + place} by Karl Lund."
        yield {
            "id": str(place),
            "level": "claim",
            "context": context,
            "claim": bad if place % 2 else good,
            "hallucinated": bool(place % 2) and place % 8 != 1,
        }


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, rows(120))))
    (tmp_path / "few.jsonl").write_text("\n".join(map(json.dumps, rows(20))))
    (tmp_path / "answer.md").write_text("The museum opened in 1901.")
    (tmp_path / "notes.md").write_text(CONTEXT)
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def kept(run, tmp_path):
    """The file of a calibration that has been fitted, with a promise."""
    result = run("calibrate", "labels.jsonl", "--max-false-support", "0.1")
    assert result.exit_code == 0, result.output
    (path,) = (tmp_path / "home" / "calibrations").glob("*.json")
    return path


def test_what_is_fitted_is_kept_for_its_owner_and_named_by_what_uses_it(run, kept, tmp_path):
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    report = json.loads(run("audit", "answer.md", "--context", "notes.md", "--json").stdout)
    named = report["judge"]["calibration"]
    assert (named["labels"], named["fitted_on"]) == (120, ["labels"])
    assert named["acceptance"]["max_false_support"] == 0.1
    (claim,) = report["claims"]
    assert claim["verdict"]["uncalibrated"] is not None
    measured = json.loads(run("bench", "few.jsonl", "--json").stdout)
    assert measured["judge"]["calibration"] == named
    said = " ".join(run("doctor").stdout.split())
    assert "calibration of embedded" in said
    assert "120 labels of labels; of the supported verdicts" in said


def test_it_can_be_left_out_once_and_for_good(run, kept):
    once = json.loads(run("audit", "answer.md", "--context", "notes.md", "--json", "--no-calibration").stdout)
    assert once["judge"]["calibration"] is None
    assert once["claims"][0]["verdict"]["uncalibrated"] is None
    assert json.loads(run("bench", "few.jsonl", "--json", "--no-calibration").stdout)["judge"]["calibration"] is None
    assert "is removed" in run("calibrate", "--off").stderr
    assert not kept.exists()
    assert "no calibration was kept" in run("calibrate", "--off").stderr


def test_calibrated_probabilities_are_nearer_to_the_labels(run, kept):
    before = json.loads(run("bench", "labels.jsonl", "--json", "--no-calibration").stdout)["files"][0]["calibration"]
    after = json.loads(run("bench", "labels.jsonl", "--json").stdout)["files"][0]["calibration"]
    assert after["brier"] < before["brier"]
    assert after["ece"] < before["ece"]


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_the_form_of_the_curve_can_be_chosen(run, method):
    result = run("calibrate", "labels.jsonl", "--method", method, "--json")
    assert json.loads(result.stdout)["curve"]["method"] == method


def test_labels_that_repeat_in_a_pattern_are_fitted_too(run, tmp_path):
    given = [{**row, "hallucinated": place % 5 == 0} for place, row in enumerate(rows(100))]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, given)))
    assert run("calibrate", "labels.jsonl").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["few.jsonl"], "20 labelled claims, 13 of them supported, are too few"),
        ([], "give a file of labelled claims"),
        (["none.jsonl"], "cannot read 'none.jsonl'"),
    ],
)
def test_what_does_not_do_is_named_and_nothing_is_kept(run, tmp_path, words, said):
    result = run("calibrate", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not list(list_calibrations(tmp_path / "home"))


def test_a_promise_that_the_labels_cannot_carry_is_refused_in_words(run, tmp_path):
    result = run("calibrate", "labels.jsonl", "--max-false-support", "0.01")
    assert result.exit_code == 3
    assert "no threshold can be given from which on at most 1%" in result.stderr
    ((_, held),) = list_calibrations(tmp_path / "home")
    assert held.calibration.acceptance is None


def test_a_supported_verdict_that_is_not_covered_goes_to_review(run, kept, tmp_path):
    held = json.loads(kept.read_text())
    held["calibration"]["acceptance"]["threshold"] = 1.0
    kept.write_text(json.dumps(held))
    result = run("audit", "answer.md", "--context", "notes.md", "--review", "--audit-id", "a")
    assert result.exit_code == 3
    assert "waits for review of 1 claim" in result.stderr
    decision = {"label": "supported", "quotes": ["The museum opened in 1901"]}
    claim = json.loads(run("audit", "answer.md", "--context", "notes.md", "--json").stdout)["claims"][0]["id"]
    (tmp_path / "said.json").write_text(json.dumps({"decisions": [{"claim": claim, **decision}]}))
    result = run("review", "a", "--import", "said.json", "--to-labels", "own.jsonl", "--out", "out")
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [found["kind"] for found in report["findings"]] == []
    assert [(row.claim, row.hallucinated) for row in read(tmp_path / "own.jsonl")] == [
        ("The museum opened in 1901.", False)
    ]
    assert "1 labelled claims" in run("calibrate", "own.jsonl").stderr  # read, and too few


def test_an_audit_without_a_review_says_what_the_promise_does_not_cover(run, kept):
    held = json.loads(kept.read_text())
    held["calibration"]["acceptance"]["threshold"] = 1.0
    kept.write_text(json.dumps(held))
    run("audit", "answer.md", "--context", "notes.md", "--out", "out")
    assert "1 supported verdict is not covered" in run("audit", "answer.md", "--context", "notes.md").stdout
    assert run("verify", "out/report.json").exit_code == 0


def test_a_damaged_file_is_an_error_and_not_no_calibration(run, kept):
    kept.write_text("{")
    result = run("audit", "answer.md", "--context", "notes.md")
    assert result.exit_code == 2
    assert "does not hold" in result.stderr
    assert "does not hold" in run("doctor").stdout


def test_another_judge_is_not_calibrated_by_it_and_a_recording_by_none(run, kept, tmp_path):
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    one_round = Options(max_rounds=1)
    assert audit("It is so.", context=[CONTEXT], judge=judge, options=one_round).judge.calibration is None
    settings = load()
    found = stored_calibration(settings.home, make_judge("embedded", settings).info)
    own = found.model_copy(update={"confidence_source": "stated"})
    store_calibration(settings.home, judge.info, own)
    assert audit("It is so.", context=[CONTEXT], judge=judge, options=one_round).judge.calibration == own.info
    recorded = run("audit", "answer.md", "--context", "notes.md", "--record", "recording.jsonl", "--json")
    assert json.loads(recorded.stdout)["judge"]["calibration"] is None


def test_where_it_cannot_be_kept_a_clear_error_says_so(run, kept, tmp_path):
    settings = load()
    held = next(list_calibrations(settings.home)).held
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ConfigError, match="PROBANDUM_HOME"):
        store_calibration(file, held.judge, held.calibration)
