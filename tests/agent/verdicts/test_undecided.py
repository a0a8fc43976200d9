"""What a judge cannot tell is no verdict: it is counted apart, ranked, first in review, and decided by a setting."""

import pytest

from probandum import audit
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label, Outcome, Reason
from probandum.report.html import as_html
from probandum.report.markdown import as_markdown
from probandum.testing.judge import ScriptedJudge, judgement

FACTS = "The dam is 80 metres high. Fish of many kinds live in the long lake behind it."
ANSWER = "The dam is 80 metres high. Trout are common in the water above it."


def test_it_is_told_apart_and_in_no_rate():
    report = audit(ANSWER, context=FACTS)
    sure, open_ = report.claims
    assert (sure.outcome, open_.outcome, open_.reason) == (Outcome.JUDGED, Outcome.UNDECIDED, Reason.UNCLEAR)
    assert open_.verdict is None
    assert 0 < open_.p_supported < 1
    assert open_.history[-1].verdict.quotes is not None
    scores = report.scores
    assert (scores.judged, scores.undecided, scores.coverage, scores.hallucination_rate) == (1, 1, 0.5, 0)
    assert 0 < scores.risk < 1
    assert "undecided" in as_html(report)
    assert "**undecided**" in as_markdown(report)


def test_the_setting_says_how_sure_the_judge_must_be():
    counts = [
        audit(ANSWER, context=FACTS, options=Options(decide=setting)).scores.undecided
        for setting in ("strict", "balanced", "lenient")
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0


@pytest.mark.parametrize(("setting", "outcome"), [("lenient", Outcome.JUDGED), ("balanced", Outcome.UNDECIDED)])
def test_a_judge_that_tells_by_its_probabilities_is_held_to_the_same_setting(setting, outcome):
    def supported(case):
        return judgement(Label.SUPPORTED, confidence=0.6, quotes=["The dam is 80 metres high."], evidence=case.evidence)

    how = Options(decide=setting, max_rounds=1)
    (claim,) = audit("The dam is 80 metres high.", context=FACTS, judge=ScriptedJudge(supported), options=how).claims
    assert claim.outcome is outcome
