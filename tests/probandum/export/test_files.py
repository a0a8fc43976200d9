"""Files for other programs, read by their own libraries."""

import csv
import json
import subprocess
import sys

import pytest
from junitparser import JUnitXml
from openpyxl import load_workbook
from sarif_pydantic import Sarif

from probandum.agent.taxonomy import Label
from probandum.export.junit import junit_xml
from probandum.export.label_studio import decisions, label_config, tasks
from probandum.export.sarif import sarif
from probandum.tools.errors import InputError

FILE = "# Bridge\n\n{}\n"


def test_junit_tells_what_passed_failed_and_was_left_open(report):
    suites = JUnitXml.fromstring(junit_xml([("answers/bridge.md", report)]).encode())
    (suite,) = suites
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 1, 0, 1)
    passed, failed, open_ = suite
    assert passed.is_passed
    assert failed.result[0].type == "contradicted"
    assert "“It was closed in 1951.”" in failed.result[0].text
    assert "undecided" in open_.result[0].message


def test_junit_holds_whatever_a_claim_says(report):
    claims = (report.claims[1].model_copy(update={"text": "\x1b[31m <b>&amp; \x00 \ufffe"}),)
    told = junit_xml([("<a&b>", report.model_copy(update={"claims": claims}))])
    ((case,),) = JUnitXml.fromstring(told.encode())
    assert (case.classname, case.name) == ("<a&b>", "\ufffd[31m <b>&amp; \ufffd \ufffd")
    assert case.result[0].text.startswith(case.name)


def test_sarif_shows_a_claim_at_its_place_in_the_file(report):
    text = FILE.format(report.response)
    told = sarif([("answers/my bridge.md", text, report)])
    (run,) = Sarif.model_validate(told).runs
    assert [result.rule_id for result in run.results] == ["contradicted", "undecided"]
    assert [result.level.value for result in run.results] == ["error", "note"]
    place = run.results[0].locations[0].physical_location
    assert place.artifact_location.uri == "answers/my%20bridge.md"
    region = place.region
    assert (region.start_line, region.start_column) == (3, 32)
    assert text[region.char_offset : region.char_offset + region.char_length] == "It was closed in 1941."
    assert "1951" in run.results[0].related_locations[0].message.text


def test_a_batch_becomes_a_table_in_which_nothing_is_a_formula(batch):
    with (batch / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["answer_id"])
    assert [row["answer_id"] for row in rows] == ["one", "two"]
    assert rows[0]["columns.model"] == "'=cmd()"
    assert (rows[0]["hallucination_rate"], rows[1]["hallucination_rate"]) == ("0.5", "")
    book = load_workbook(batch / "batch.xlsx")
    assert book.sheetnames == ["answers", "claims"]
    head, *lines = book["answers"].iter_rows(values_only=True)
    cells, other = sorted((dict(zip(head, line, strict=True)) for line in lines), key=lambda row: row["answer_id"])
    assert (cells["answer_id"], cells["columns.model"], cells["hallucination_rate"]) == ("one", "=cmd()", 0.5)
    assert {cell.data_type for cell in book["answers"]["A"]} == {"s"}
    assert other["hallucination_rate"] is None
    assert book["claims"].max_row == 4


def test_tasks_for_label_studio_come_back_as_decisions(report, batch):
    made = json.loads((batch / "label-studio.json").read_text(encoding="utf-8"))
    assert len(made) == 2
    assert (batch / "label-studio.xml").read_text(encoding="utf-8") == label_config()
    (task,) = tasks([report])
    regions = task["predictions"][0]["result"]
    labels = [region["value"]["labels"][0] for region in regions if region["type"] == "labels"]
    assert labels == ["supported", "contradicted", "undecided"]
    assert all(report.response[r["value"]["start"] : r["value"]["end"]] == r["value"]["text"] for r in regions)
    regions[-1]["value"]["labels"] = ["absent"]
    decided = decisions({**task, "annotations": [{"result": regions}]})
    assert [each.label for each in decided] == [Label.SUPPORTED, Label.CONTRADICTED, Label.ABSENT]
    assert [each.quotes for each in decided] == [("The bridge was opened in 1931.",), ("It was closed in 1951.",), ()]
    with pytest.raises(InputError, match="no annotations"):
        decisions(task)
    regions[0]["value"]["labels"] = ["nonsense"]
    with pytest.raises(InputError, match="none of ours"):
        decisions({**task, "annotations": [{"result": regions}]})


@pytest.fixture
def run(tmp_path):
    (tmp_path / "good.md").write_text("The bridge was opened in 1931.\n", encoding="utf-8")
    (tmp_path / "bad.md").write_text(
        "# Bridge\n\nIt was closed in 1941. The bridge was opened in 1932.\n", encoding="utf-8"
    )
    (tmp_path / "source.md").write_text("The bridge was opened in 1931. It was closed in 1951.", encoding="utf-8")

    def run(*arguments):
        command = [sys.executable, "-P", "-m", "probandum", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    return run, tmp_path


def test_a_gate_names_each_faulty_claim_with_its_line_and_fails(run):
    do, folder = run
    files = ("--junit", "ci/j.xml", "--sarif", "ci/s.sarif", "--summary", "summary.md")
    done = do("gate", "good.md", "bad.md", "--context", "source.md", "--judge", "embedded", *files)
    assert done.returncode == 1
    assert "bad.md:3:24: contradicted: “The bridge was opened in 1931.”" in done.stdout
    assert "good.md:" not in done.stdout
    assert len(list(JUnitXml.fromfile(str(folder / "ci/j.xml")))) == 2
    assert Sarif.model_validate_json((folder / "ci/s.sarif").read_text(encoding="utf-8")).runs
    assert "| good.md | 1 | 1 | 0 | 0 |" in (folder / "summary.md").read_text(encoding="utf-8")
    assert do("gate", "good.md", "--context", "source.md", "--judge", "embedded").returncode == 0


def test_a_gate_without_sources_says_what_to_give(run):
    do, _ = run
    done = do("gate", "good.md")
    assert (done.returncode, "--context FILE or --corpus FOLDER" in done.stderr) == (2, True)


def test_an_audit_writes_the_same_files(run):
    do, folder = run
    files = ("--junit", "j.xml", "--sarif", "s.sarif")
    assert do("audit", "bad.md", "--context", "source.md", "--judge", "embedded", "--no-keep", *files).returncode == 0
    region = json.loads((folder / "s.sarif").read_text(encoding="utf-8"))["runs"][0]["results"][0]
    assert region["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad.md"


def test_a_batch_that_cannot_go_there_says_so_before_it_is_paid_for(run):
    do, folder = run
    (folder / "rows.jsonl").write_text('{"response": "A.", "context": "A."}\n', encoding="utf-8")
    nowhere = do("batch", "rows.jsonl", "--out", "o", "--to", "excel")
    assert (nowhere.returncode, "choose among csv, xlsx" in nowhere.stderr) == (2, True)
    whole = do("batch", "rows.jsonl", "--out", "o", "--to", "label-studio")
    assert (whole.returncode, "add --reports FOLDER" in whole.stderr) == (2, True)
    assert not (folder / "o").exists()
