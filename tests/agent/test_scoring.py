import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.models import ClaimResult, Verdict
from probandum.agent.scoring import risk, scores
from probandum.agent.taxonomy import ErrorType, Label, Outcome, Reason
from probandum.tools.evidence import Origin

PROBABILITY = st.floats(0, 1)


def verdict(label, *, basis=Origin.CONTEXT, p=0.9):
    types = (ErrorType.NUMBER,) if label is Label.CONTRADICTED else ()
    rest = {other: (1 - p) / 4 for other in Label if other is not label}
    return Verdict(
        label=label,
        error_types=types,
        basis=basis,
        confidence=p,
        confidence_source="stated",
        probabilities={label: p, **rest},
    )


def judged(name, label, **how):
    first = how.pop("first", None)
    said = verdict(label, **how)
    return ClaimResult(id=name, text=name, outcome=Outcome.JUDGED, verdict=said, first_verdict=first or said, rounds=1)


FAILED = ClaimResult(id="f", text="f", outcome=Outcome.ERROR, reason=Reason.JUDGE_OUTPUT, message="no")


def test_rates_are_over_judged_claims_and_coverage_over_all():
    sums = scores([judged("a", Label.SUPPORTED), judged("b", Label.CONTRADICTED), FAILED], has_context=True)
    assert (sums.hallucination_rate, sums.ungrounded_rate) == (0.5, 0.5)
    assert sums.coverage == pytest.approx(2 / 3)
    assert (sums.claims, sums.judged) == (3, 2)
    assert sums.labels[Label.CONTRADICTED] == 1
    assert sums.error_types == {ErrorType.NUMBER: 1}


def test_what_other_sources_support_is_ungrounded_all_the_same():
    first = verdict(Label.ABSENT)
    sums = scores([judged("a", Label.SUPPORTED, basis=Origin.CORPUS, first=first)], has_context=True)
    assert (sums.hallucination_rate, sums.ungrounded_rate) == (0, 1)


def test_without_a_context_there_is_no_ungrounded_rate():
    assert scores([judged("a", Label.SUPPORTED, basis=Origin.CORPUS)], has_context=False).ungrounded_rate is None


@pytest.mark.parametrize("claims", [[], [FAILED]])
def test_nothing_judged_gives_no_number(claims):
    sums = scores(claims, has_context=True)
    assert (sums.hallucination_rate, sums.ungrounded_rate, sums.risk, sums.mean_confidence) == (None,) * 4


def test_repeated_claims_count_once():
    claims = [judged("a", Label.SUPPORTED), judged("b", Label.CONTRADICTED), judged("c", Label.CONTRADICTED)]
    sums = scores(claims, repeated={"c"}, has_context=True)
    assert sums.hallucination_rate == 0.5
    assert sums.judged == 3


@given(st.lists(PROBABILITY, min_size=1, max_size=30))
def test_risk_lies_between_0_and_1_whatever_the_order(values):
    assert 0 <= risk(values) <= 1
    assert risk(values) == pytest.approx(risk(sorted(values)))


@given(st.lists(PROBABILITY, min_size=1, max_size=30), st.integers(0, 29), PROBABILITY)
def test_risk_never_falls_when_one_claim_gets_worse(values, place, worse):
    place %= len(values)
    raised = [*values[:place], max(worse, values[place]), *values[place + 1 :]]
    assert risk(raised) >= risk(values) - 1e-9


def test_risk_of_nothing_is_nothing():
    assert risk([]) is None
