import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum import audit
from probandum.agent.consolidation.intervals import bootstrap, bootstrap_ratio
from probandum.agent.consolidation.scoring import risk, scores, share_of_responses_with_errors
from probandum.agent.models import ClaimResult, Verdict
from probandum.agent.taxonomy import ErrorType, Label, Outcome, Reason, Why
from probandum.bench.metrics import auc_interval
from probandum.tools.evidence import Origin

PROBABILITY = st.floats(0, 1)


def verdict(label, *, basis=Origin.CONTEXT, p=0.9):
    types = (ErrorType.NUMBER,) if label in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED) else ()
    why = Why.VAGUE if label is Label.UNEVALUATABLE else None
    rest = {other: (1 - p) / 4 for other in Label if other is not label}
    return Verdict(
        label=label,
        why=why,
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


CLAIMS = st.lists(st.tuples(st.integers(0, 5), PROBABILITY), min_size=1, max_size=30)


@given(CLAIMS)
def test_risk_lies_between_0_and_1_whatever_the_order(values):
    assert 0 <= risk(values) <= 1
    assert risk(values) == pytest.approx(risk(sorted(values)))


@given(CLAIMS, st.integers(0, 29), PROBABILITY)
def test_risk_never_falls_when_one_claim_gets_worse(values, place, worse):
    place %= len(values)
    sentence, p = values[place]
    raised = [*values[:place], (sentence, max(worse, p)), *values[place + 1 :]]
    assert risk(raised) >= risk(values) - 1e-9


def test_a_sentence_counts_once_however_finely_it_is_cut():
    assert risk([("s1", 0.2), ("s2", 0.8)]) == pytest.approx(0.5)
    assert risk([("s1", 0.2), ("s2", 0.8), ("s2", 0.8), ("s2", 0.8)]) == pytest.approx(0.5)


def test_risk_of_nothing_is_nothing():
    assert risk([]) is None


VERDICTS = st.lists(st.tuples(st.sampled_from(Label), st.floats(0.2, 1)), max_size=40)


@given(VERDICTS, st.integers(0, 3))
def test_for_any_verdicts_the_sums_obey_their_identities(given_, failed):
    claims = [judged(f"c{place}", label, p=p) for place, (label, p) in enumerate(given_)]
    failures = [FAILED.model_copy(update={"id": f"f{place}"}) for place in range(failed)]
    sums = scores([*claims, *failures], has_context=True)
    assert sums.judged == sum(sums.labels.values()) == len(given_)
    assert sums.claims == len(given_) + failed
    if not given_:
        numbers = (sums.hallucination_rate, sums.lenient_rate, sums.risk, sums.mean_confidence, sums.label_rates)
        assert numbers == (None,) * 5
        assert sums.coverage == (0 if failed else None)
        return
    assert sum(sums.label_rates.values()) == pytest.approx(1)
    assert sums.hallucination_rate == pytest.approx(1 - sums.label_rates[Label.SUPPORTED])
    halves = sums.label_rates[Label.PARTIALLY_SUPPORTED] / 2
    assert sums.hallucination_rate == pytest.approx(sums.lenient_rate + halves)
    assert sums.coverage == pytest.approx(sums.judged / sums.claims)
    if sums.error_types:
        assert sum(sums.error_type_shares.values()) == pytest.approx(1)
    if sums.hallucination_interval:
        assert 0 <= sums.hallucination_interval.low <= sums.hallucination_rate + 1e-9
        assert sums.hallucination_rate <= sums.hallucination_interval.high + 1e-9 <= 1 + 1e-9


def test_an_interval_needs_ten_claims_and_is_the_same_for_the_same_claims():
    nine = [judged(f"c{place}", Label.SUPPORTED if place % 3 else Label.CONTRADICTED) for place in range(9)]
    assert scores(nine, has_context=True).hallucination_interval is None
    ten = [*nine, judged("c9", Label.SUPPORTED)]
    first, second = (scores(ten, has_context=True).hallucination_interval for _ in range(2))
    assert first == second
    assert first.low < 0.3 < first.high


def test_responses_are_counted_where_anything_was_judged():
    reports = [
        audit(text, context=["The dam is tall."]) for text in ("The dam is tall.", "The dam is not tall.", "Is it?")
    ]
    assert share_of_responses_with_errors(reports) == 0.5
    assert share_of_responses_with_errors([]) is None


def test_an_interval_does_not_depend_on_the_order_in_which_answers_were_done():
    parts, wholes = [n % 3 for n in range(60)], [3 + n % 2 for n in range(60)]
    assert bootstrap(parts) == bootstrap(parts[::-1])
    assert bootstrap_ratio(parts, wholes) == bootstrap_ratio(parts[::-1], wholes[::-1])
    labels, risks = [n % 3 == 0 for n in range(60)], [n % 7 / 7 for n in range(60)]
    assert auc_interval(labels, risks) == auc_interval(labels[::-1], risks[::-1])
