"""The sums of a batch, worked out by hand; groups by words and numbers; the page with hostile text in it."""

import json
import shutil

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from probandum.agent.consolidation.intervals import bootstrap, bootstrap_ratio
from probandum.agent.report import JudgeInfo
from probandum.agent.taxonomy import ErrorType, Label, Reason
from probandum.batch.output.folder import BatchManifest
from probandum.batch.output.rows import AnswerRow, ClaimRow
from probandum.batch.summary.grouping import NONE, OTHERS, Columns
from probandum.batch.summary.page import as_html, as_markdown
from probandum.batch.summary.summarize import summarize
from probandum.cli import app
from probandum.testing.samples.report import HOSTILE

sync_api = pytest.importorskip("playwright.sync_api", reason="the extra 'dev' brings it")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WRONG = (0, 1, 2, 3, 4, 4, 0, 0, 1, 5)
"""Of five claims each, those that are not supported."""


def answer(place, *, wrong, counted=5, **more):
    labels = {Label.SUPPORTED: counted - wrong, Label.CONTRADICTED: wrong}
    fields = {
        "answer_id": f"a{place}",
        "key": f"{place:064x}",
        "line": place + 1,
        "response": f"Answer {place}: {HOSTILE}",
        "outcome": "complete",
        "hallucination_rate": wrong / counted if counted else None,
        "claims": counted,
        "judged": counted,
        "counted": counted,
        "unsupported": wrong,
        "labels": {label: count for label, count in labels.items() if count},
        "error_types": {ErrorType.NUMBER: wrong} if wrong else {},
        "judge": "scripted x",
    }
    return AnswerRow.model_validate({**fields, **more})


def claim(answer_id, place, label=Label.CONTRADICTED, **more):
    fields = {"answer_id": answer_id, "claim_id": f"c{place}", "place": place, "text": f"Claim {place}. {HOSTILE}"}
    judged = {"outcome": "judged", "label": label, "error_types": [ErrorType.NUMBER], "basis": "context"}
    return ClaimRow.model_validate({**fields, **judged, **more})


@pytest.fixture
def folder(tmp_path):
    answers = [
        answer(n, wrong=w, turns=n % 3, columns={"model": HOSTILE if n % 2 else "m"}) for n, w in enumerate(WRONG)
    ]
    failed = {"outcome": "failed", "reason": Reason.JUDGE_UNAVAILABLE, "message": f"gone {HOSTILE}"}
    answers.append(answer(10, wrong=0, counted=0, **failed))
    claims = [claim(row.answer_id, place) for row in answers for place in range(1, row.unsupported + 1)]
    claims.append(claim("a1", 9, repeats=True))
    begun = BatchManifest(
        probandum="0", input=HOSTILE, judge=JudgeInfo(kind="scripted", model=HOSTILE), how={"x": HOSTILE}
    )
    (tmp_path / "batch.json").write_text(begun.model_dump_json())
    for name, rows in (("answers", answers), ("claims", claims)):
        (tmp_path / f"{name}.jsonl").write_text("".join(row.model_dump_json() + "\n" for row in rows))
    (tmp_path / "bad_lines.jsonl").write_text("{}\n{}\n")
    return tmp_path


def test_the_sums_are_those_worked_out_by_hand(folder):
    summed = summarize(folder)
    figures = summed.figures
    assert (figures.answers, figures.claims, figures.counted, summed.bad_lines) == (11, 50, 50, 2)
    assert figures.micro.value == 20 / 50
    assert figures.macro.value == pytest.approx(0.4)
    assert figures.with_error.value == 0.7
    assert figures.micro.interval.low < 0.4 < figures.micro.interval.high
    assert figures.labels[Label.CONTRADICTED] == 20
    assert figures.outcomes == {"complete": 10, "failed": 1}
    assert summed.histogram == (3, 0, 2, 0, 1, 0, 1, 0, 2, 0, 1)
    assert [(worst.answer_id, worst.unsupported) for worst in summed.worst[:2]] == [("a9", 5), ("a5", 4)]
    assert [(failure.reason, failure.count) for failure in summed.failures] == [(Reason.JUDGE_UNAVAILABLE, 1)]
    (pattern,) = summed.patterns
    assert (pattern.error_type, pattern.claims, pattern.answers) == (ErrorType.NUMBER, 20, 7)
    assert [example.answer_id for example in pattern.examples] == ["a1", "a2", "a3"]


def test_every_group_has_its_own_sums_and_together_they_are_all(folder):
    by_model, by_turns = summarize(folder, group_by=["model", "turns"]).breakdowns
    assert {group.name: group.figures.micro.value for group in by_model.groups} == {
        "m": 7 / 25,
        HOSTILE: 13 / 25,
        NONE: None,
    }
    assert [group.name for group in by_turns.groups] == ["0", "1", "2"]
    assert sum(group.figures.answers for group in by_turns.groups) == 11


def test_without_a_word_columns_of_few_values_group_and_the_turns(folder):
    assert [breakdown.column for breakdown in summarize(folder).breakdowns] == ["model", "turns"]


def names(*values, column="x"):
    rows = [answer(place, wrong=0, columns={column: value}) for place, value in enumerate(values)]
    grouping = Columns(rows).chosen([column])[column]
    return grouping.names, [grouping.of(row) for row in rows]


def test_many_numbers_are_grouped_in_ranges_of_about_as_many_answers():
    ranges, given = names(*range(100), None)
    assert ranges == ("0 to 20", "21 to 40", "41 to 60", "61 to 80", "81 to 99", NONE)
    assert (given[20], given[21], given[99], given[100]) == ("0 to 20", "21 to 40", "81 to 99", NONE)


def test_numbers_of_a_table_are_numbers_though_they_are_written_as_text():
    assert names("10", "9", "9")[0] == ("9", "10")


def test_words_beyond_the_most_frequent_go_together():
    words, given = names(*["often"] * 3, *[f"w{place:02}" for place in range(30)])
    assert (len(words), words[0], words[-1], given[-1]) == (20, "often", OTHERS, OTHERS)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), min_size=1))
@example([False, 0, 0.0])
def test_every_answer_is_in_one_of_the_groups_that_are_shown(values):
    shown, given = names(*values)
    assert set(given) <= set(shown)
    assert len(set(shown)) == len(shown)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(5, 9)), min_size=10, max_size=30))
def test_the_interval_of_a_ratio_lies_between_the_least_and_the_greatest(pairs):
    parts, wholes = zip(*pairs, strict=True)
    ratios = [part / whole for part, whole in pairs]
    within = bootstrap_ratio(parts, wholes)
    assert min(ratios) - 1e-9 <= within.low <= within.high <= max(ratios) + 1e-9
    assert within == bootstrap_ratio(parts, wholes)


def test_below_ten_answers_an_interval_would_say_nothing():
    assert bootstrap_ratio([1] * 9, [2] * 9) is None
    assert bootstrap([1.0] * 9) is None


def test_the_command_adds_up_again_by_other_columns(folder):
    result = CliRunner().invoke(app, ["summary", str(folder), "--group-by", "context_words"])
    assert result.exit_code == 0
    assert "By context\\_words" in result.stdout
    assert json.loads((folder / "summary.json").read_text())["breakdowns"][0]["column"] == "context_words"


def test_a_folder_without_a_batch_is_bad_input(tmp_path):
    result = CliRunner().invoke(app, ["summary", str(tmp_path)])
    assert result.exit_code == 2
    assert "give the folder that 'probandum batch … --out' wrote" in result.stderr


def test_hostile_text_is_shown_and_does_nothing(folder):
    summed = summarize(folder)
    assert "<script" not in as_html(summed)
    assert "<script" not in as_markdown(summed)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; apt-get install chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_without_a_network_and_has_nothing_to_complain_about(folder, scheme):
    (folder / "summary.html").write_text(as_html(summarize(folder)), encoding="utf-8")
    problems = []
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, offline=True, color_scheme=scheme)
        page.on("console", lambda message: problems.append(message.text))
        page.goto((folder / "summary.html").as_uri())
        assert page.title().startswith("Batch ")  # the script in the input's name did not run
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator("figure svg").is_visible()
        browser.close()
    assert problems == []
