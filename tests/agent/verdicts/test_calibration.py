"""What a calibration does to a verdict, and which supported verdicts it lets stand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from probandum.agent.models import Claim, ClaimResult
from probandum.agent.report import Acceptance, JudgeInfo, Report
from probandum.agent.review import reason_to_review
from probandum.agent.taxonomy import FindingKind, Label, Outcome
from probandum.agent.verdicts.calibration import (
    Calibration,
    Isotonic,
    Platt,
    acceptance_findings,
    calibrate_results,
    calibrate_verdict,
    with_calibration,
)
from probandum.report.files import as_text
from probandum.report.schema import schema
from probandum.testing.judge import judgement
from probandum.testing.samples.report import rich_report

SHARES = st.floats(0, 1)
ACCEPTANCE = Acceptance(threshold=0.8, max_false_support=0.05, sure=0.95, labels=412, wrong=9)


def calibration(curve, **more):
    return Calibration(curve=curve, confidence_source="stated", labels=100, brier_before=0.2, brier_after=0.1, **more)


def verdict(label=Label.SUPPORTED, supported=0.9):
    rest = (1 - supported) / (len(Label) - 1)
    chances = {each: supported if each is Label.SUPPORTED else rest for each in Label}
    made = judgement(label).verdict
    return made.model_copy(update={"probabilities": chances, "confidence": chances[label]})


def result(verdict):
    claim = Claim.of("The dam is tall.")
    return ClaimResult(**claim.model_dump(), outcome=Outcome.JUDGED, verdict=verdict, rounds=1)


@st.composite
def curves(draw):
    if draw(st.booleans()):
        return Platt(slope=draw(st.floats(0, 10)), offset=draw(st.floats(-10, 10)))
    stated = sorted(draw(st.sets(SHARES, min_size=1, max_size=6)))
    true = sorted(draw(st.lists(SHARES, min_size=len(stated), max_size=len(stated))))
    return Isotonic(stated=tuple(stated), true=tuple(true))


@given(curves(), SHARES, SHARES)
def test_a_curve_gives_probabilities_and_never_turns_two_around(curve, one, other):
    low, high = sorted((curve(one), curve(other)))
    assert 0 <= low <= high <= 1
    assert (curve(one) <= curve(other) + 1e-9) if one <= other else (curve(other) <= curve(one) + 1e-9)


def test_a_table_is_read_between_its_points_and_level_beyond_them():
    curve = Isotonic(stated=(0.2, 0.6), true=(0.1, 0.5))
    assert [curve(p) for p in (0.0, 0.2, 0.4, 0.6, 1.0)] == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.5])


@pytest.mark.parametrize(("stated", "true"), [((0.5, 0.2), (0, 1)), ((0.2, 0.5), (1, 0)), ((0.2,), (0, 1))])
def test_a_table_that_is_none_is_refused(stated, true):
    with pytest.raises(ValidationError, match="rises"):
        Isotonic(stated=stated, true=true)


@given(curves(), st.sampled_from([Label.SUPPORTED, Label.ABSENT]), SHARES)
def test_probabilities_still_sum_to_one_and_the_label_stays(curve, label, supported):
    before = verdict(label, supported)
    after = calibrate_verdict(before, calibration(curve))
    assert sum(after.probabilities.values()) == pytest.approx(1)
    assert after.probabilities[Label.SUPPORTED] == pytest.approx(curve(supported))
    assert (after.label, after.confidence) == (label, after.probabilities[label])
    assert (after.uncalibrated, after.confidence_source) == (supported, "calibrated")


def test_a_verdict_is_calibrated_once_and_only_where_its_confidence_comes_from_the_same_place():
    found = calibration(Platt(slope=1, offset=-2))
    once = calibrate_verdict(verdict(), found)
    assert calibrate_verdict(once, found.model_copy(update={"confidence_source": "calibrated"})) == once
    other = verdict().model_copy(update={"confidence_source": "votes"})
    assert calibrate_verdict(other, found) == other


def test_only_judged_claims_are_calibrated_and_the_judge_is_named_with_it():
    found = calibration(Platt(slope=1, offset=0), acceptance=ACCEPTANCE)
    unjudged = ClaimResult(**Claim.of("x").model_dump(), outcome=Outcome.ERROR, reason="internal", message="m")
    assert calibrate_results({"a": unjudged}, found) == {}
    assert calibrate_results({"a": result(verdict())}, None) == {}
    info = with_calibration(JudgeInfo(kind="llm", model="m"), found)
    assert (info.calibration.method, info.calibration.labels, info.calibration.acceptance) == ("platt", 100, ACCEPTANCE)


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"uncalibrated": 0.79}, "with a probability of 0.79, below 0.8"),
        ({"uncalibrated": 0.8}, None),
        ({"uncalibrated": None}, "of another kind"),
        ({"uncalibrated": 0.1, "decided_by": "person"}, None),
        ({"uncalibrated": 0.1, "label": Label.ABSENT}, None),
    ],
)
def test_a_supported_verdict_below_the_threshold_goes_to_a_person(update, said):
    claim = result(verdict().model_copy(update=update))
    reason = reason_to_review(claim, below=0.5, acceptance=ACCEPTANCE)
    assert (said in reason) if said else reason is None
    found = acceptance_findings([claim], ACCEPTANCE)
    assert [(each.kind, each.claims) for each in found] == ([(FindingKind.NOT_ACCEPTED, (claim.id,))] if said else [])
    assert reason_to_review(claim, below=0.5) is None
    assert acceptance_findings([claim], None) == ()


def test_the_promise_says_share_confidence_and_labels():
    said = "of the supported verdicts with a probability of 0.8 or more at most 5% are wrong (95%, n = 412)"
    assert ACCEPTANCE.promise == said


def test_every_form_of_the_report_names_the_calibration_and_its_promise():
    import jsonschema

    found = calibration(Platt(slope=1, offset=0), acceptance=ACCEPTANCE, fitted_on=("my_labels",))
    whole = rich_report()
    told = whole.model_copy(update={"judge": with_calibration(whole.judge, found)})
    for format_ in ("md", "html"):
        text = as_text(told, format_).replace("\\", "")
        assert "my_labels" in text
        assert "at most 5% are wrong (95%, n = 412)" in text
    jsonschema.validate(told.model_dump(mode="json"), json.loads(schema()))
    assert Report.model_validate_json(as_text(told, "json")) == told
