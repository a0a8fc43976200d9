"""The assertion for other people's tests: what passes, what fails, and what the failure shows."""

import pytest

from probandum import AuditRequest
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.testing import assert_grounded
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.tools.errors import JudgeUnavailable

FACT = "The bridge opened on 19 March 1932. It has four lanes."


def test_a_grounded_response_passes_and_gives_its_report(tmp_path):
    file = tmp_path / "fact.md"
    file.write_text(FACT)
    for context in (FACT, [FACT], file):
        assert assert_grounded("The bridge opened on 19 March 1932.", context).scores.hallucination_rate == 0
    request = AuditRequest(response="It has four lanes.", context=[FACT])
    assert assert_grounded(request).scores.judged == 1


def test_the_failure_shows_claims_labels_and_quotes():
    with pytest.raises(AssertionError) as failed:
        assert_grounded("The bridge opened on 19 March 1932. The bridge has six lanes.", FACT)
    said = str(failed.value)
    assert "not grounded, 50% where 0% is allowed: 1 of 2 claims are not supported" in said
    assert "contradicted (number): The bridge has six lanes." in said
    assert "“It has four lanes.” (context 1)" in said or "“It has four lanes.”" in said
    assert "19 March" not in said


def test_a_rate_may_be_allowed():
    assert_grounded("The bridge opened on 19 March 1932. The bridge has six lanes.", context=FACT, max_rate=0.5)


def test_what_is_not_checked_is_not_grounded():
    with pytest.raises(AssertionError, match="not checked, 0% of its claims where 100% must be"):
        assert_grounded("The bridge opened in 1932.")
    judge = ScriptedJudge(lambda case: JudgeUnavailable("no answer"))
    with pytest.raises(AssertionError, match="judge_unavailable: no answer"):
        assert_grounded("The bridge opened in 1932.", FACT, judge=judge, options=Options(max_rounds=1))


def test_a_response_that_claims_nothing_passes_only_where_it_may():
    with pytest.raises(AssertionError, match="claims nothing"):
        assert_grounded("What is it?", FACT)
    assert_grounded("What is it?", FACT, may_say_nothing=True)


def test_the_judge_can_be_chosen():
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    with pytest.raises(AssertionError, match=r"absent: It has four lanes\.\n +no words of the evidence say so"):
        assert_grounded("It has four lanes.", FACT, judge=judge, options=Options(max_rounds=1))
