"""Many answers at once: the rows that come, going on after every kind of stop, and what a batch refuses."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from benchmarks.speed.batch_speed import answers
from probandum import audit
from probandum.agent.judges.embedded.judge import EmbeddedJudge
from probandum.agent.taxonomy import Label, Reason
from probandum.agent.verdicts.calibration import Calibration, Platt
from probandum.batch import run
from probandum.batch.output.row_files import read_answers, read_claims
from probandum.batch.output.rows import AnswerOutcome
from probandum.calibration_store import store_calibration
from probandum.cli import app
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import claims, content, hang, verdict

CONTEXT = "The museum opened in 1901. It holds 300 paintings by Anna Berg. Entry is free on Mondays."
TRUE, FALSE = "The museum opened in 1901.", "The museum opened in 1955."
ROWS = [
    {"id": "a", "model": "one", "response": f"{TRUE} {FALSE}", "context": CONTEXT, "history": []},
    {"id": "b", "model": "two", "response": TRUE, "context": CONTEXT, "history": [{"role": "user", "text": "Hi"}] * 2},
    {"id": "c", "model": "two", "response": "Is it open?", "context": CONTEXT},
    {"id": "d", "model": "one", "response": "It holds 300 paintings by Anna Berg."},
]
PROBANDUM = Path(sys.executable).with_name("probandum")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("PROBANDUM_JUDGE", "PROBANDUM_PROFILE", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def given(tmp_path):
    return write(tmp_path / "answers.jsonl", ROWS)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def batch(*arguments):
    return CliRunner().invoke(app, ["batch", *map(str, arguments)])


def rows(out):
    """All rows without their times, by id; no id comes twice."""
    times = {"seconds": True, "usage": {"seconds"}}
    answered = {row.answer_id: row.model_dump(exclude=times) for row in read_answers(out)}
    claimed = {(row.answer_id, row.claim_id): row for row in read_claims(out)}
    assert len(answered) == len(list(read_answers(out)))
    assert len(claimed) == len(list(read_claims(out)))
    return answered, claimed


def test_the_rows_say_what_the_report_of_each_answer_says(given, out):
    assert batch(given, "--out", out).exit_code == 3  # one answer has no context
    answered = {row.answer_id: row for row in read_answers(out)}
    report = audit(ROWS[0]["response"], context=[CONTEXT], judge="embedded")
    row = answered["a"]
    assert (row.hallucination_rate, row.risk, row.coverage) == (0.5, report.scores.risk, 1)
    assert (row.claims, row.counted, row.unsupported) == (2, 2, 1)
    assert row.labels == {label: count for label, count in report.scores.labels.items() if count}
    assert row.columns == {"model": "one"}
    assert [answered[each].outcome.value for each in "abcd"] == ["complete", "complete", "no_claims", "incomplete"]
    assert [answered[each].turns for each in "abcd"] == [0, 2, 0, 0]
    assert answered["d"].unjudged == {"no_evidence_source": 1}
    of_a = [claim for claim in read_claims(out) if claim.answer_id == "a"]
    for claim, said in zip(of_a, report.claims, strict=True):
        assert (claim.claim_id, claim.text, claim.label) == (said.id, said.text, said.verdict.label)
        assert claim.p_unsupported == said.verdict.p_unsupported
        assert [quote.text for quote in claim.quotes] == [quote.text for quote in said.verdict.quotes]


def test_the_tables_hold_the_same_rows(given, out):
    batch(given, "--out", out)
    answered, claimed = (parquet.read_table(out / f"{name}.parquet").to_pylist() for name in ("answers", "claims"))
    assert {row["answer_id"]: row["hallucination_rate"] for row in answered} == {
        row.answer_id: row.hallucination_rate for row in read_answers(out)
    }
    assert {row["column.model"] for row in answered} == {"one", "two"}
    assert sum(row["labels.contradicted"] for row in answered) == 1
    assert [
        (row["claim_id"], row["label"], row["quotes"][0]["text"] if row["quotes"] else None) for row in claimed
    ] == [(row.claim_id, row.label, row.quotes[0].text if row.quotes else None) for row in read_claims(out)]


def test_columns_of_mixed_kinds_are_text_in_the_table(tmp_path, out):
    values = [(1, 1), ("a", 2.5), (None, None)]
    mixed = [{**ROWS[0], "id": str(place), "x": x, "n": n} for place, (x, n) in enumerate(values)]
    batch(write(tmp_path / "mixed.jsonl", mixed), "--out", out)
    table = {row["answer_id"]: row for row in parquet.read_table(out / "answers.parquet").to_pylist()}
    assert [table[each]["column.x"] for each in "012"] == ["1", "a", None]
    assert [table[each]["column.n"] for each in "012"] == [1.0, 2.5, None]


def test_bad_lines_are_named_passed_over_and_listed(given, out):
    with given.open("a") as file:
        file.write("no json\n")
    result = batch(given, "--out", out)
    assert result.exit_code == 3
    assert "line 5 is passed over: no JSON" in result.stderr
    assert "1 bad lines" in result.stdout
    assert json.loads((out / "bad_lines.jsonl").read_text())["line"] == 5
    assert len(rows(out)[0]) == 4


def test_whole_reports_are_kept_where_they_are_asked_for_and_the_worst_lead_to_theirs(given, out, tmp_path):
    batch(given, "--out", out, "--reports", tmp_path / "whole")
    worst = next(row for row in read_answers(out) if row.answer_id == "a")
    assert FALSE in (tmp_path / "whole" / f"{worst.audit_id}.html").read_text()
    assert f'href="../whole/{worst.audit_id}.html"' in (out / "summary.html").read_text()


def test_what_a_stop_left_torn_is_taken_out_and_nothing_is_lost_or_doubled(given, out):
    batch(given, "--out", out)
    whole = rows(out)
    answered = (out / "answers.jsonl").read_bytes().splitlines(keepends=True)
    claimed = (out / "claims.jsonl").read_bytes().splitlines(keepends=True)
    # The last answer is cut in its line, the first has lost a claim, and claims of one are there whose answer is not.
    (out / "answers.jsonl").write_bytes(b"".join(answered[:3]) + answered[3][:40])
    (out / "claims.jsonl").write_bytes(b"".join(claimed[1:]) + claimed[0][:25])
    result = batch(given, "--out", out)
    assert "(" in result.stdout
    assert rows(out) == whole
    assert sorted((out / "claims.jsonl").read_bytes().splitlines()) == sorted(line.strip() for line in claimed)


def test_lines_may_be_added_and_only_they_are_audited(given, out):
    batch(given, "--out", out)
    with given.open("a") as file:
        file.write(json.dumps({**ROWS[0], "id": "e"}) + "\n")
    assert "5 answers audited (4 of them before)" in batch(given, "--out", out).stdout
    assert len(rows(out)[0]) == 5


@pytest.mark.parametrize(
    ("options", "input_", "message"),
    [
        (("--max-rounds", "1"), ROWS, "was begun with max_rounds 2, and now it is 1; give the same options"),
        ((), ROWS[1:], "1 answers that were audited before are not in"),
        ((), [{**ROWS[0], "response": "Other."}, *ROWS[1:]], "the answer 'a' was audited before and has changed since"),
        (("--group-by", "modell"), ROWS, "no answer has a column 'modell' to group by; there are 'model'"),
    ],
)
def test_another_way_or_another_input_is_refused_by_name(given, out, options, input_, message):
    batch(given, "--out", out)
    before = rows(out)
    write(given, input_)
    result = batch(given, "--out", out, *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert rows(out) == before


def test_a_calibration_that_came_in_between_is_another_way(given, out, home):
    batch(given, "--out", out)
    curve = Platt(slope=1.0, offset=0.0)
    made = Calibration(curve=curve, confidence_source="calibrated", labels=99, brier_before=0.2, brier_after=0.1)
    store_calibration(home, EmbeddedJudge().info, made)
    refused = batch(given, "--out", out)
    assert refused.exit_code == 2
    assert "was begun with the judge's calibration None" in refused.stderr
    assert (
        batch(given, "--out", out, "--no-calibration").exit_code == batch(given, "--out", out.parent / "new").exit_code
    )


def test_without_the_extra_there_are_rows_and_a_summary_and_it_says_what_is_left_out(given, out, monkeypatch):
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    result = batch(given, "--out", out)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "answers.parquet and claims.parquet are left out" in result.stderr
    assert "probandum[parquet]" in result.stderr
    assert (out / "summary.html").exists()


def test_one_process_at_a_time_writes_into_a_folder(given, out):
    import fcntl

    out.mkdir()
    with (out / ".lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = batch(given, "--out", out)
    assert result.exit_code == 2
    assert "another process is writing" in result.stderr


def test_a_rate_above_the_limit_is_said_by_the_exit_code(tmp_path, out):
    given = write(tmp_path / "two.jsonl", ROWS[:2])
    assert batch(given, "--out", out, "--fail-above", 0.3).exit_code == 1
    assert batch(given, "--out", out, "--fail-above", 0.4).exit_code == 0


# Killed, stopped, killed: real processes over so many answers that each core has its own.


def test_killed_and_stopped_it_goes_on_to_the_same_rows(tmp_path, out):
    given = write(tmp_path / "many.jsonl", answers(120, words=150, claims_=3))
    for stop, status, said in ((signal.SIGKILL, -9, ""), (signal.SIGTERM, 130, f"to go on: probandum batch {given}")):
        floor = len(lines(out))
        # As a script starts what is to run in the background: deaf to Ctrl-C.
        deaf = [
            "sh",
            "-c",
            'trap \'\' INT; exec "$0" "$@"',
            PROBANDUM,
            "batch",
            given,
            "--out",
            out,
            "--concurrency",
            "2",
        ]
        with subprocess.Popen(deaf, stderr=subprocess.PIPE, text=True) as process:
            wait_until(lambda floor=floor: len(lines(out)) > floor)
            process.send_signal(stop)
            assert said in process.communicate(timeout=120)[1]
        assert process.returncode == status
    assert batch(given, "--out", out, "--concurrency", 1).exit_code == 0
    batch(given, "--out", tmp_path / "once", "--concurrency", 1)
    assert rows(out) == rows(tmp_path / "once")


def lines(out):
    path = out / "answers.jsonl"
    return path.read_bytes().splitlines() if path.exists() else []


def wait_until(holds, *, seconds=240):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.02)


# With a language model.


@pytest.fixture
def model(monkeypatch):
    """A model that supports what stands in the context, and the claims it was asked about."""
    with ChatServer(supporting) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


def supporting(request):
    return verdict("supported", quotes=[("any", TRUE)])


ASKED = ("--judge", "openai:scripted", "--granularity", "claim", "--confidence", "stated", "--few-shot", "off")


def claimed(id_, *texts):
    return {"id": id_, "response": " ".join(texts), "claims": list(texts), "context": CONTEXT}


def test_the_same_claim_with_the_same_evidence_is_judged_once_in_the_whole_set(tmp_path, out, model):
    given = write(tmp_path / "same.jsonl", [claimed(str(place), TRUE) for place in range(5)])
    assert batch(given, "--out", out, *ASKED).exit_code == 0
    assert len(model.requests) == 1
    assert sum(row.usage.recalled for row in read_answers(out)) == 4
    assert {claim.label for claim in read_claims(out)} == {Label.SUPPORTED}


def test_a_killed_batch_pays_for_no_claim_twice(tmp_path, out, monkeypatch, home):
    texts = [f"The museum opened in 1901, says guide {place}." for place in range(4)]

    def rule(request):
        return hang() if texts[3] in request.own and not released else supporting(request)

    given = write(tmp_path / "paid.jsonl", [claimed("first", *texts[:2]), claimed("second", *texts[2:])])
    released = []
    with ChatServer(rule) as server:
        environment = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none", "PROBANDUM_HOME": str(home), "PATH": ""}
        command = [PROBANDUM, "batch", given, "--out", out, *ASKED]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: len(server.requests) == 4 and len(lines(out)) == 1)
        process.kill()
        process.wait()
        released.append(True)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert batch(given, "--out", out, *ASKED).exit_code == 0
        asked = [text for text in texts for request in server.requests if text in request.own]
    assert sorted(asked) == sorted([*texts, texts[3]])  # but for the one that was never answered
    assert {row.answer_id: row.judged for row in read_answers(out)} == {"first": 2, "second": 2}


def test_a_judge_that_is_gone_ends_the_batch_and_what_failed_is_tried_again(tmp_path, out, monkeypatch, model):
    monkeypatch.setattr(run, "_FAILED_IN_A_ROW", 4)
    given = write(tmp_path / "many.jsonl", [{**ROWS[0], "id": str(place)} for place in range(6)])
    monkeypatch.setattr(model, "_rule", lambda _: content("no claims at all"))
    result = batch(given, "--out", out, *ASKED)
    assert result.exit_code == 4
    assert "4 answers failed one after another" in result.stderr
    assert "to go on: " in result.stderr
    assert {(row.outcome, row.reason) for row in read_answers(out)} == {(AnswerOutcome.FAILED, Reason.JUDGE_OUTPUT)}
    monkeypatch.setattr(
        model, "_rule", lambda request: claims([TRUE], [FALSE]) if extracts(request) else supporting(request)
    )
    assert batch(given, "--out", out, *ASKED).exit_code == 0
    assert {row.outcome for row in read_answers(out)} == {AnswerOutcome.COMPLETE}
    assert len(rows(out)[0]) == 6


def extracts(request):
    return request.extracts


def test_a_claim_that_takes_too_long_is_named_and_the_batch_may_go_on_with_more_time(tmp_path, out, monkeypatch, model):
    slow, other = claimed("slow", TRUE), claimed("other", TRUE)
    monkeypatch.setattr(model, "_rule", lambda _: hang())
    given = write(tmp_path / "slow.jsonl", [slow])
    assert batch(given, "--out", out, *ASKED, "--claim-seconds", "1").exit_code == 3
    monkeypatch.setattr(model, "_rule", supporting)
    write(given, [slow, other])
    assert batch(given, "--out", out, *ASKED, "--claim-seconds", "60").exit_code == 3
    late, supported = read_claims(out)
    assert (late.reason, supported.label) == (Reason.TIMEOUT, Label.SUPPORTED)
    assert "--claim-seconds" in (late.message or "")
