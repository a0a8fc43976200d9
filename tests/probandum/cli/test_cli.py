import json
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from probandum.agent.report import Report
from probandum.agent.taxonomy import NoClaim
from probandum.cli import app
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import claims, hang

EXAMPLES = Path(__file__).parents[3] / "examples"
ANSWER, LEAFLET = EXAMPLES / "answer.md", EXAMPLES / "leaflet.md"
PROBANDUM = Path(sys.executable).with_name("probandum")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("PROBANDUM_JUDGE", "PROBANDUM_PROFILE", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def probandum(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def audit(*arguments, **how):
    return probandum("audit", ANSWER, "--context", LEAFLET, *arguments, **how)


def test_the_example_is_audited_and_summed_up_in_one_screen():
    result = audit()
    assert result.exit_code == 0
    assert "hallucination rate" in result.stdout
    assert len(result.stdout.splitlines()) < 50
    assert "\x1b[" not in result.stdout


def test_json_is_the_whole_report_and_nothing_else_on_stdout():
    result = audit("--json")
    report = Report.model_validate_json(result.stdout)
    assert report.scores.judged + report.scores.undecided == report.scores.claims > report.scores.undecided
    assert result.stderr == ""


def test_out_receives_the_reports(tmp_path):
    audit("--out", tmp_path / "deep" / "out")
    report = Report.model_validate_json((tmp_path / "deep" / "out" / "report.json").read_text())
    assert report.response == ANSWER.read_text()
    assert "# Audit" in (tmp_path / "deep" / "out" / "report.md").read_text()


def test_the_answer_may_come_from_standard_input():
    result = probandum("audit", "-", "--context", LEAFLET, "--json", stdin="The highest daily dose is 40 mg.")
    assert [claim.text for claim in Report.model_validate_json(result.stdout).claims] == [
        "The highest daily dose is 40 mg."
    ]


def test_a_folder_is_searched(tmp_path):
    result = probandum("audit", ANSWER, "--corpus", EXAMPLES, "--json")
    report = Report.model_validate_json(result.stdout)
    assert report.scores.ungrounded_rate is None
    assert all(claim.trail for claim in report.claims)


def test_files_of_a_folder_that_could_not_be_read_are_told_in_the_report(tmp_path):
    (tmp_path / "good.txt").write_text(LEAFLET.read_text())
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    result = probandum("audit", ANSWER, "--corpus", tmp_path, "--json")
    (finding,) = Report.model_validate_json(result.stdout).findings
    assert finding.kind == "files_skipped"
    assert "broken.pdf" in finding.message


def test_a_rate_above_the_bound_exits_with_1_and_one_below_with_0():
    assert audit("--fail-above", "0").exit_code == 1
    assert audit("--fail-above", "1").exit_code == 0


def test_without_evidence_nothing_is_judged_and_the_exit_says_incomplete():
    result = probandum("audit", ANSWER)
    assert result.exit_code == 3
    assert "no score" in result.stdout
    assert "--context" in result.stdout


def test_markdown_shows_hostile_text_as_text(tmp_path):
    hostile = tmp_path / "answer.txt"
    hostile.write_text("<script>alert(1)</script> The dose is [20 mg](http://evil.example) once a day.")
    result = probandum("audit", hostile, "--context", LEAFLET, "--format", "md")
    assert result.exit_code == 0
    assert "20 mg" in result.stdout
    assert "<script>" not in result.stdout
    assert "[20 mg](" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit", "nowhere.md"], "'nowhere.md'"),
        (["audit", ANSWER, "--context", "nowhere.md"], "'nowhere.md'"),
        (["audit", ANSWER, "--profile", "hasty"], "hasty"),
        (["audit", ANSWER, "--judge", "oracle"], "no judge is called 'oracle'"),
        (["audit", ANSWER, "--judge", "openai:gpt"], "OPENAI_API_KEY"),
        (["audit", ANSWER, "--audit-id", "a b"], "audit_id"),
        (["audit", ANSWER, "--fail-above", "2"], "--fail-above"),
        (["audit", ANSWER, "--corpus", "nowhere"], "'nowhere'"),
        (["bench", "nowhere.jsonl"], "'nowhere.jsonl'"),
        (["nonsense"], "nonsense"),
    ],
)
def test_bad_input_is_named_and_exits_with_2(arguments, said):
    result = probandum(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n ", "blank"),
        (b"\x00\x01\x02PNG", "binary"),
        ("Käse".encode("latin-1"), "UTF-8"),
        (b"%PDF-1.7 broken", "PDF"),
    ],
)
def test_an_unusable_file_is_named_with_what_is_wrong(tmp_path, content, said):
    file = tmp_path / ("file.pdf" if said == "PDF" else "file.txt")
    file.write_bytes(content)
    result = probandum("audit", file, "--context", LEAFLET)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "file." in result.stderr


def test_a_file_too_large_is_named_with_the_limit(tmp_path):
    file = tmp_path / "large.txt"
    with file.open("wb") as large:
        large.truncate(50 * 1024 * 1024)
    result = probandum("audit", file, "--context", LEAFLET)
    assert result.exit_code == 2
    assert "52,428,800" in result.stderr
    assert "33,554,432" in result.stderr


def test_an_environment_that_does_not_hold_is_named(monkeypatch):
    monkeypatch.setenv("PROBANDUM_PROFILE", "hasty")
    result = audit()
    assert result.exit_code == 2
    assert "PROBANDUM_PROFILE='hasty'" in result.stderr


def test_an_explicit_argument_beats_the_environment(monkeypatch):
    monkeypatch.setenv("PROBANDUM_JUDGE", "oracle")
    assert audit("--judge", "embedded").exit_code == 0


def test_a_model_that_cannot_be_reached_exits_with_4(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    result = audit("--judge", "openai:gone")
    assert result.exit_code == 4
    assert "Traceback" not in result.stderr


def test_the_same_id_gives_the_finished_report_again():
    first, second = (audit("--audit-id", "mine", "--json").stdout for _ in range(2))
    assert first == second


def test_an_id_of_another_audit_is_refused(tmp_path):
    audit("--audit-id", "mine")
    result = probandum("audit", ANSWER, "--audit-id", "mine")
    assert result.exit_code == 2
    assert "something else" in result.stderr


def test_ctrl_c_says_how_to_go_on(tmp_path, monkeypatch, home):
    with ChatServer(lambda _: hang()) as server:
        environment = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none", "PROBANDUM_HOME": str(home)}
        command = [PROBANDUM, "audit", ANSWER, "--context", LEAFLET, "--judge", "openai:slow"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            while not server.requests:
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    begun, _, stopped = said.splitlines()
    assert re.search(r"--audit-id ([0-9a-f]{12})", begun)[1] == re.search(r"--audit-id (\S+)", stopped)[1]


def test_doctor_shows_profiles_and_judge():
    result = probandum("doctor")
    assert result.exit_code == 0
    assert "standard" in result.stdout
    assert "judge: ready" in result.stdout


def test_doctor_says_whether_the_web_is_asked_and_never_the_key(monkeypatch):
    assert "without a key" in " ".join(probandum("doctor").stdout.split())
    monkeypatch.setenv("TAVILY_API_KEY", "tvly-secret")
    monkeypatch.setenv("PROBANDUM_WEB", "true")
    told = " ".join(probandum("doctor").stdout.split())
    assert "with a key, asked where nothing else is there" in told
    assert "tvly-secret" not in told


def test_doctor_asks_the_endpoint_of_a_language_model(monkeypatch):
    monkeypatch.setenv("PROBANDUM_JUDGE", "openai:scripted")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with ChatServer([]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        ready = probandum("doctor")
    gone = probandum("doctor")
    assert (ready.exit_code, gone.exit_code) == (0, 4)
    assert "cannot be reached" in gone.stdout
    assert "very-secret" not in ready.stdout + gone.stdout


def test_with_a_price_table_the_report_says_what_the_audit_cost(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("PROBANDUM_PRICES", str(tmp_path / "prices.json"))
    monkeypatch.setenv("PROBANDUM_REQUESTS_PER_MINUTE", "60")
    (tmp_path / "prices.json").write_text('{"scripted": {"prompt": 10, "completion": 1000, "currency": "EUR"}}')
    (tmp_path / "answer.md").write_text("I like that very much.")
    with ChatServer([claims(NoClaim.OPINION).costing(prompt=5_000, completion=200)]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        result = probandum("audit", tmp_path / "answer.md", "--judge", "openai:scripted", "--json")
    report = json.loads(result.stdout)
    assert report["cost"] == pytest.approx(0.05 + 0.2)
    assert report["judge"]["price"]["currency"] == "EUR"


def test_help_lists_the_commands_and_the_exit_codes():
    result = probandum("--help")
    assert result.exit_code == 0
    for word in ("audit", "bench", "doctor", "Exit codes"):
        assert word in result.stdout


def test_the_version_is_that_of_the_package():
    assert probandum("--version").stdout == f"probandum {version('probandum')}\n"


def test_the_embedded_path_never_imports_a_language_model_client():
    code = (
        "import sys; from probandum import audit; audit('The sky is blue.', context=['The sky is blue.']);"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in ('openai', 'langchain_openai', 'sklearn')]))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", f"import json; {code}"], capture_output=True, check=True)
    assert json.loads(done.stdout) == []


def test_help_imports_nothing_heavy():
    code = (
        "import sys, json; from probandum.cli import app;"
        "print(json.dumps([m for m in ('langgraph', 'pydantic', 'numpy', 'networkx', 'nupunkt') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    assert json.loads(done.stdout) == []
