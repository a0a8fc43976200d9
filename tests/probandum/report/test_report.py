import io

import pytest
from rich.console import Console

from probandum import audit
from probandum.agent.options import Options
from probandum.agent.report import CalibrationInfo
from probandum.agent.taxonomy import Label
from probandum.report.files import as_text, write
from probandum.report.markdown import plain
from probandum.report.summary import print_summary
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.tools.errors import InputError, JudgeUnavailable

FACT = "The bridge opened on 19 March 1932."
HOSTILE = "<script>alert(1)</script> | [click](http://evil.example) `code` **bold** # The bridge is old."


def report_on(response, judge=None, **how):
    return audit(response, context=[FACT], judge=judge or "embedded", **how)


def summary(report):
    console = Console(file=io.StringIO(), width=100)
    print_summary(report, console=console)
    return console.file.getvalue()


def test_markdown_shows_scores_quotes_steps_and_where_the_words_stand():
    text = as_text(report_on(FACT), "md")
    assert "| 0% | 0% | 100% (1 of 1) |" in text
    assert f"> {FACT}" in text
    assert "characters 0–35" in text
    assert "1. *" in text


@pytest.mark.parametrize("setting", ["strict", "balanced", "lenient"])
def test_beside_the_judge_stands_how_right_it_was_under_the_setting_of_the_audit(setting):
    report = report_on(FACT, options=Options(decide=setting))
    [measured] = report.judge.measured
    assert measured.setting == setting
    assert measured.words in as_text(report, "md")
    assert f"{measured.decided:.0%} decided" in measured.words
    assert as_text(report, "html").count("marked stretches") == 1


def test_a_judge_that_was_not_measured_or_was_calibrated_promises_nothing():
    scripted = ScriptedJudge(lambda case: judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence))
    assert not report_on(FACT, scripted).judge.measured
    info = report_on(FACT).judge
    calibrated = CalibrationInfo(method="platt", sha256="0", labels=200, fitted_on=("mine.jsonl",))
    assert not info.model_copy(update={"calibration": calibrated}).under("balanced").measured
    assert info.under("auto").measured


def test_markdown_shows_what_was_not_checked_and_why():
    judge = ScriptedJudge(lambda _: JudgeUnavailable("the line is dead"))
    text = as_text(report_on(FACT, judge), "md")
    assert "**No score: none of 1 claims could be judged.**" in text
    assert "**error** (judge_unavailable): the line is dead" in text


def test_markdown_shows_rounds_and_searches():
    def rule(case):
        if case.previous is None:
            return judgement(Label.UNEVALUATABLE)
        return judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence)

    text = as_text(report_on(FACT, ScriptedJudge(rule)), "md")
    assert "Round 1 said **unevaluatable**, reopened: unevaluatable: a second look." in text


@pytest.mark.parametrize("response", ["Is it so?", "I'm sorry, but I can't help with that."])
def test_without_a_claim_there_is_no_number(response):
    report = report_on(response)
    assert "No score" in as_text(report, "md")
    assert "no score" in summary(report)
    assert "%" not in summary(report)


def test_hostile_text_is_shown_as_the_text_it_is():
    judge = ScriptedJudge(lambda _: judgement(Label.ABSENT))
    text = as_text(report_on(HOSTILE, judge, question=HOSTILE), "md")
    for live in ("<script>", "[click](", "`code`", "**bold**"):
        assert live not in text


def test_plain_text_stays_on_one_line():
    assert plain("a\n\n# b\r\n| c |") == "a \\# b \\| c \\|"


def test_rich_markup_in_a_response_is_text_too():
    judge = ScriptedJudge(lambda _: judgement(Label.ABSENT))
    assert "[red]alarm[/red]" in summary(report_on("The [red]alarm[/red] is on.", judge))


def test_the_worst_claims_come_first_in_the_summary():
    def rule(case):
        if "bridge" in case.claim.text:
            return judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence)
        return judgement(Label.ABSENT)

    text = summary(report_on(f"{FACT} Cats are dogs.", ScriptedJudge(rule)))
    assert text.index("Cats are dogs.") < text.index("The bridge opened")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="--out"):
        write(report_on(FACT), tmp_path / "file")
