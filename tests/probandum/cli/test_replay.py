"""The recorded example, replayed by the command that the README gives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from probandum.agent.report import Report
from probandum.agent.taxonomy import Label, Outcome
from probandum.recordings import settings_of
from probandum.settings import Settings
from probandum.tools.recording import read_header

ROOT = Path(__file__).parents[3]
REPLAY = ("audit", "examples/answer.md", "--context", "examples/leaflet.md", "--replay")
RECORDING = "examples/scripted-audit.jsonl"
FREE = "Veltrazin can be bought without a prescription in most European countries."


def probandum(*arguments, home):
    environment = {"PROBANDUM_HOME": str(home), "PATH": "", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-P", "-m", "probandum", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    done = probandum(*REPLAY, RECORDING, "--json", home=tmp_path_factory.mktemp("home"))
    assert done.returncode == 0, f"{done.stderr}\nafter a change of the prompts: python -P examples/record.py"
    return done.stdout


def test_the_recorded_example_replays_without_key_and_shows_the_whole_path(printed):
    report = Report.model_validate_json(printed)
    assert {claim.outcome for claim in report.claims} == {Outcome.JUDGED}
    assert report.judge.model == "scripted"  # nobody may take it for the work of a model
    free = next(claim for claim in report.claims if claim.text == FREE)
    assert [past.verdict.label for past in free.history] == [Label.ABSENT] * 2  # in a batch, then alone
    assert free.verdict.label is Label.CONTRADICTED
    assert free.trail[-1].query == "NM-2207 class"
    assert {Path(item.source).name for item in report.evidence} == {"leaflet.md", "medicines.md", "register.md"}
    # Every verdict was accepted with all its quotes, and its steps are those that were written.
    written = json.loads((ROOT / "examples" / "scripted-answers.json").read_text())["looks"]
    for claim in report.claims:
        answer = written[claim.text][0]["answer"]
        assert len(claim.verdict.quotes) == len(answer["quotes"])
        assert claim.verdict.label == answer["label"]


def test_a_second_replay_prints_the_same_byte_for_byte(printed, tmp_path):
    assert probandum(*REPLAY, RECORDING, "--json", home=tmp_path).stdout == printed


def test_an_option_that_changes_what_is_asked_ends_the_replay_with_what_differs(tmp_path):
    done = probandum(*REPLAY, RECORDING, "--few-shot", "off", home=tmp_path)
    assert done.returncode == 2
    assert "has no reply for this question to the model" in done.stderr
    assert done.stdout == ""


def test_a_replay_takes_the_room_for_answers_from_the_recording(tmp_path):
    recorded = Path(ROOT / RECORDING).read_text(encoding="utf-8")
    assert settings_of(read_header(ROOT / RECORDING), Settings(max_output_tokens=999)).max_output_tokens == 4_096
    header, _, rest = recorded.partition("\n")
    setup = {**json.loads(header)["setup"], "max_output_tokens": 5_000}
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({**json.loads(header), "setup": setup}) + "\n" + rest, encoding="utf-8")
    assert settings_of(read_header(other), Settings()).max_output_tokens == 5_000


def test_a_file_that_is_no_recording_is_bad_input(tmp_path):
    done = probandum(*REPLAY, "examples/answer.md", home=tmp_path)
    assert done.returncode == 2
    assert "is no recording" in done.stderr
