"""The stop for a person: which claims wait, what decisions do, and that nothing of it is lost between processes."""

import asyncio

import pytest

from probandum import AuditRequest, Report
from probandum.agent.options import Options
from probandum.agent.review import ReviewDecision, ReviewRequest, ReviewResponse, apply_decision, reason_to_review
from probandum.agent.taxonomy import ErrorType, Label, Outcome, Why
from probandum.graphs import run as runs
from probandum.graphs.context import AuditContext
from probandum.graphs.persistence.checkpoints import sqlite_checkpoints
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.tools.errors import ConfigError, InputError, JudgeOutputError, ReviewPending

FACT = "The bridge opened on 19 March 1932."
VAGUE, HALF, BROKEN = (
    "The bridge is widely admired.",
    "The bridge opened in 1932 at night.",
    "The bridge has six lanes.",
)
REQUEST = AuditRequest(response=f"{FACT} {VAGUE} {HALF} {BROKEN}", context=(FACT,), audit_id="a1")


def rule(case):
    how = {"quotes": [FACT], "evidence": case.evidence}
    return {
        FACT: judgement(Label.SUPPORTED, **how),
        VAGUE: judgement(Label.UNEVALUATABLE),
        HALF: judgement(Label.PARTIALLY_SUPPORTED, confidence=0.5, **how),
        BROKEN: JudgeOutputError("no usable answer"),
    }[case.claim.text]


def waits(path, request=REQUEST, **options):
    async def go():
        context = AuditContext(judge=ScriptedJudge(rule), options=Options(max_rounds=1, review=True, **options))
        async with sqlite_checkpoints(path) as checkpointer:
            return [event async for event in runs.run(request, context, checkpointer=checkpointer)]

    with pytest.raises(ReviewPending) as pending:
        asyncio.run(go())
    return pending.value


def hand_in(path, given=None, audit_id="a1"):
    async def go():
        async with sqlite_checkpoints(path) as checkpointer:
            return await runs.review(audit_id, given, checkpointer=checkpointer)

    return asyncio.run(go())


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "checkpoints.sqlite"
    waits(path)
    return path


def claims(asked):
    return {each.claim.text: each for each in asked.claims}


def decision(waiting, label, **how):
    return ReviewDecision(claim=waiting.claim.id, label=label, **how)


def test_an_audit_waits_with_what_the_judge_left_open(tmp_path):
    pending = waits(tmp_path / "c.sqlite")
    assert (pending.audit_id, pending.claims) == ("a1", 3)
    asked = hand_in(tmp_path / "c.sqlite")
    assert [each.claim.text for each in asked.claims] == [VAGUE, HALF, BROKEN]
    assert all(each.evidence for each in asked.claims)
    assert "no usable answer" in asked.claims[2].reason


def test_what_waits_is_plain_json(kept):
    asked = hand_in(kept)
    assert ReviewRequest.model_validate_json(asked.model_dump_json()) == asked


def test_decisions_are_kept_one_by_one_and_the_last_one_brings_the_report(kept):
    open_ = claims(hand_in(kept))
    first = hand_in(kept, ReviewResponse(decisions=(decision(open_[VAGUE], Label.ABSENT, note="Nobody says so."),)))
    assert [each.claim.text for each in first.claims] == [HALF, BROKEN]
    rest = (
        decision(open_[HALF], Label.CONTRADICTED, quotes=(FACT,), error_types=(ErrorType.TEMPORAL,)),
        decision(open_[BROKEN], Label.UNEVALUATABLE, why=Why.VAGUE),
    )
    report = hand_in(kept, ReviewResponse(decisions=rest))
    assert isinstance(report, Report)
    by_text = {claim.text: claim for claim in report.claims}
    assert by_text[VAGUE].verdict.note == "Nobody says so."
    assert [by_text[text].verdict.decided_by for text in (FACT, VAGUE, HALF, BROKEN)] == ["judge"] + 3 * ["person"]
    assert by_text[HALF].history[-1].verdict.label is Label.PARTIALLY_SUPPORTED
    assert by_text[HALF].history[-1].reason == "reviewed"
    assert by_text[BROKEN].outcome is Outcome.JUDGED
    assert report.scores.coverage == 1
    assert report.judge.kind == "scripted"
    assert report.settings["review"] is True
    assert hand_in(kept) == report


def test_finishing_leaves_the_rest_as_the_machine_left_it(kept):
    report = hand_in(kept, ReviewResponse(finish=True))
    assert isinstance(report, Report)
    assert {claim.text: claim.outcome for claim in report.claims}[BROKEN] is Outcome.ERROR


def test_running_the_audit_again_waits_again_and_judges_nothing_anew(kept):
    judge = ScriptedJudge({})

    async def go():
        context = AuditContext(judge=judge, options=Options(max_rounds=1, review=True))
        async with sqlite_checkpoints(kept) as checkpointer:
            return [event async for event in runs.run(REQUEST, context, checkpointer=checkpointer)]

    with pytest.raises(ReviewPending):
        asyncio.run(go())
    assert judge.cases == []


@pytest.mark.parametrize(
    ("label", "how", "problem"),
    [
        (Label.SUPPORTED, {}, "quotes"),
        (Label.SUPPORTED, {"quotes": ("words that nobody wrote",)}, "is not in the evidence"),
        (Label.CONTRADICTED, {"quotes": (FACT,)}, "error type"),
        (Label.UNEVALUATABLE, {}, "'why' belongs"),
    ],
)
def test_a_decision_that_does_not_hold_is_refused_by_claim_and_field_and_nothing_is_taken(kept, label, how, problem):
    before = hand_in(kept)
    wrong = decision(before.claims[0], label, **how)
    right = decision(before.claims[1], Label.ABSENT)
    with pytest.raises(InputError, match=problem) as raised:
        hand_in(kept, ReviewResponse(decisions=(right, wrong)))
    assert wrong.claim in str(raised.value)
    assert hand_in(kept) == before


def test_a_claim_that_does_not_wait_cannot_be_decided(kept):
    with pytest.raises(InputError, match="'c-1' does not wait"):
        hand_in(kept, ReviewResponse(decisions=(ReviewDecision(claim="c-1", label=Label.ABSENT),)))


def test_an_audit_that_is_not_kept_is_named(kept):
    with pytest.raises(InputError, match="'other' is not kept here"):
        hand_in(kept, audit_id="other")


def test_without_anything_open_nobody_is_waited_for(tmp_path):
    async def go():
        context = AuditContext(judge=ScriptedJudge(rule), options=Options(max_rounds=1, review=True))
        request = AuditRequest(response=FACT, context=(FACT,), audit_id="a2")
        async with sqlite_checkpoints(tmp_path / "c.sqlite") as checkpointer:
            return [event async for event in runs.run(request, context, checkpointer=checkpointer)][-1]

    assert isinstance(asyncio.run(go()), Report)


def test_a_review_needs_the_audit_to_be_kept():
    async def go():
        context = AuditContext(judge=ScriptedJudge(rule), options=Options(review=True))
        return [event async for event in runs.run(REQUEST, context)]

    with pytest.raises(ConfigError, match="checkpointer"):
        asyncio.run(go())


def test_confident_partial_support_does_not_wait(kept):
    half = claims(hand_in(kept))[HALF].claim
    assert reason_to_review(half, below=0.7)
    assert reason_to_review(half, below=0.5) is None
    settled = apply_decision(decision(claims(hand_in(kept))[HALF], Label.ABSENT), claims(hand_in(kept))[HALF])
    assert reason_to_review(settled, below=1.0) is None
