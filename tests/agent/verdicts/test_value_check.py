"""Quotes that are there, and give another number or date than the claim that they are to support."""

import pytest

from probandum.agent.models import Quote, Verdict
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.reopening import clearly_supported, reason_to_reopen
from probandum.agent.verdicts.value_check import check_values, value_conflict
from probandum.tools.evidence import Origin

NOTHING_ELSE = {"new_questions": False, "source_unasked": False, "may_reconsider": True}


def supported(*quotes, label=Label.SUPPORTED):
    return Verdict(
        label=label,
        basis=Origin.CONTEXT,
        quotes=tuple(Quote(evidence_id="e", text=text, start=0, end=len(text)) for text in quotes),
        confidence=0.9,
        confidence_source="stated",
        probabilities={Label.SUPPORTED: 0.9, Label.CONTRADICTED: 0.05, Label.ABSENT: 0.05},
    )


@pytest.mark.parametrize(
    ("claim", "quotes", "said"),
    [
        ("The bridge opened in 1936.", ["The bridge opened on 19 March 1932."], "'19 March 1932'"),
        ("Adults take 50 mg twice daily.", ["Adults take 15 mg twice daily."], "'15'"),
        ("The tower is 90 metres high.", ["It was painted red.", "The tower is 60 metres high."], "'60'"),
    ],
)
def test_another_number_or_date_halves_what_spoke_for_support_and_says_which(claim, quotes, said):
    given = supported(*quotes)
    after = check_values(given, claim)
    assert after.label is Label.SUPPORTED
    assert (after.confidence, after.probabilities[Label.CONTRADICTED]) == pytest.approx((0.45, 0.5))
    assert sum(after.probabilities.values()) == pytest.approx(1.0)
    assert said in value_conflict(after)
    assert not clearly_supported(after)
    assert reason_to_reopen(after, **NOTHING_ELSE) == "supported, with quotes that say otherwise"
    assert reason_to_reopen(given, **NOTHING_ELSE) is None


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        ("The bridge opened in 1932.", ["The bridge opened on 19 March 1932."]),
        ("The bridge opened in 1932.", ["The bridge opened on a sunny day."]),
        ("The bridge opened in 1932 and cost 6 million.", ["The bridge opened in 1932.", "It cost 6 million."]),
        ("It rained for at least 10 days.", ["It rained for 12 days."]),
        ("Adults take 1 g a day.", ["Adults take 1000 mg a day."]),
        ("The bridge opened in 1936.", []),
    ],
)
def test_quotes_that_say_the_same_or_nothing_of_it_leave_the_verdict_as_it_is(claim, quotes):
    given = supported(*quotes)
    assert check_values(given, claim) is given
    assert value_conflict(given) is None


def test_only_support_is_doubted():
    absent = supported(label=Label.ABSENT)
    assert check_values(absent, "The bridge opened in 1936.") is absent
