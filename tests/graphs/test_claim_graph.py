import asyncio

import pytest

from probandum.agent.judges.protocol import Declined
from probandum.agent.options import Limits, Options
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label, Outcome, Reason, Why
from probandum.graphs import claim as claim_graph
from probandum.graphs.context import AuditContext
from probandum.graphs.run import run
from probandum.testing.judge import ScriptedJudge, judgement, wanted
from probandum.testing.source import ScriptedSource
from probandum.tools.errors import JudgeOutputError, JudgeRefused, JudgeUnavailable, ToolError, ToolUnavailable
from probandum.tools.evidence import Origin

CLAIM = "The bridge opened in 1932."
FACT = "The bridge opened on 19 March 1932."


def checked(judge, *, context=(), sources=(), options=None, response=CLAIM):
    request = AuditRequest(response=response, context=context)

    async def last():
        audit = AuditContext(judge=judge, sources=sources, options=options or Options())
        return [event async for event in run(request, audit)][-1]

    return asyncio.run(last())


def says(label, **how):
    return lambda case: judgement(label, evidence=case.evidence, **how)


def supported(case):
    return judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence)


def corpus(answer=(FACT,), **how):
    return ScriptedSource(lambda _: answer, **how)


def test_unevaluatable_claim_is_settled_by_the_evidence_that_the_judge_asks_for():
    def rule(case):
        if case.previous is None:
            return judgement(Label.UNEVALUATABLE, why=Why.VAGUE)
        if not any(search.query == "bridge opening" for search in case.trail):
            return wanted("search_script", "bridge opening")
        return supported(case)

    source = ScriptedSource(lambda query: [FACT] if query == "bridge opening" else [])
    judge = ScriptedJudge(rule)
    (claim,) = checked(judge, context=["Nothing of use."], sources=[source]).claims
    assert claim.verdict.label is Label.SUPPORTED
    assert claim.verdict.basis is Origin.CORPUS
    assert [past.verdict.label for past in claim.history] == [Label.UNEVALUATABLE]
    assert claim.rounds == 2
    assert [(s.round, s.query, s.outcome) for s in claim.trail] == [
        (2, CLAIM, "nothing_found"),
        (2, "bridge opening", "found"),
    ]
    assert claim.first_verdict.label is Label.UNEVALUATABLE


def test_partially_supported_claim_becomes_contradicted_by_a_source_asked_later():
    def rule(case):
        if any(item.origin is Origin.CORPUS for item in case.evidence):
            return judgement(Label.CONTRADICTED, quotes=["It opened in 1935."], evidence=case.evidence)
        return judgement(Label.PARTIALLY_SUPPORTED, quotes=["bridge opened"], evidence=case.evidence)

    report = checked(
        ScriptedJudge(rule), context=["The bridge opened at last."], sources=[corpus(["It opened in 1935."])]
    )
    (claim,) = report.claims
    assert claim.verdict.label is Label.CONTRADICTED
    assert report.scores.ungrounded_rate == 1
    assert {item.origin for item in report.evidence} == {Origin.CONTEXT, Origin.CORPUS}


def test_first_round_asks_the_context_alone_so_that_ungrounded_and_untrue_stay_apart():
    def rule(case):
        return supported(case) if len(case.evidence) > 1 else judgement(Label.ABSENT)

    report = checked(ScriptedJudge(rule), context=["Nothing of use."], sources=[corpus()])
    assert report.scores.hallucination_rate == 0
    assert report.scores.ungrounded_rate == 1


@pytest.mark.parametrize("label", [Label.SUPPORTED, Label.CONTRADICTED])
def test_a_proven_verdict_is_not_reopened(label):
    judge = ScriptedJudge(says(label, quotes=["bridge opened"]))
    (claim,) = checked(judge, context=[FACT], sources=[corpus()]).claims
    assert claim.rounds == 1
    assert len(judge.cases) == 1


def test_absent_is_reopened_only_while_a_source_has_not_been_asked():
    judge = ScriptedJudge(says(Label.ABSENT))
    (claim,) = checked(judge, context=["Nothing."], sources=[corpus(["Else."])], options=Options(max_rounds=4)).claims
    assert claim.verdict.label is Label.ABSENT
    assert claim.rounds == 2


def test_rounds_are_bounded():
    texts = iter(f"Passage {number}." for number in range(100))
    source = ScriptedSource(lambda _: [next(texts)])
    judge = ScriptedJudge(says(Label.UNEVALUATABLE))
    (claim,) = checked(judge, sources=[source], options=Options(max_rounds=3)).claims
    assert claim.rounds <= 3
    assert claim.verdict.label is Label.UNEVALUATABLE


def test_without_new_evidence_the_judge_looks_once_more_with_its_first_reasoning_and_then_it_is_done():
    judge = ScriptedJudge(says(Label.UNEVALUATABLE))
    (claim,) = checked(judge, context=["Nothing."], options=Options(max_rounds=9)).claims
    first, second = judge.cases
    assert first.previous is None
    assert second.previous.label is Label.UNEVALUATABLE
    assert claim.rounds == 2


def test_steps_in_a_round_are_bounded_and_then_the_judge_must_decide():
    def rule(case):
        return wanted("search_script", f"query {len(case.trail)}") if case.tools else judgement(Label.ABSENT)

    judge = ScriptedJudge(rule)
    options = Options(max_rounds=1, steps_per_round=2)
    (claim,) = checked(judge, sources=[corpus(())], options=options).claims
    assert [bool(case.tools) for case in judge.cases] == [True, True, False]
    assert claim.verdict.label is Label.ABSENT


def test_a_judge_that_names_an_unknown_tool_is_told_so_in_the_trail():
    def rule(case):
        asked = any(search.source == "search_moon" for search in case.trail)
        return judgement(Label.ABSENT) if asked else wanted("search_moon", "bridge")

    (claim,) = checked(ScriptedJudge(rule), context=["Nothing."], options=Options(max_rounds=1)).claims
    failed = [search for search in claim.trail if search.outcome == "failed"]
    assert "no source is called 'search_moon'" in failed[0].message


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (JudgeUnavailable("down"), Reason.JUDGE_UNAVAILABLE),
        (JudgeOutputError("not json"), Reason.JUDGE_OUTPUT),
        (JudgeRefused("no"), Reason.JUDGE_REFUSED),
    ],
)
def test_a_failing_judge_is_an_error_of_that_claim_and_the_others_finish(error, reason):
    judge = ScriptedJudge(lambda case: error if case.claim.text == CLAIM else supported(case))
    report = checked(judge, context=[FACT], response=f"{CLAIM} It is a bridge.")
    failed, fine = report.claims
    assert (failed.outcome, failed.reason, failed.message) == (Outcome.ERROR, reason, str(error))
    assert failed.verdict is None
    assert fine.verdict.label is Label.SUPPORTED
    assert report.scores.coverage == 0.5
    assert report.scores.hallucination_rate == 0


def test_an_unforeseen_error_is_caught_at_the_last_resort_and_named():
    judge = ScriptedJudge(lambda case: ZeroDivisionError("oops") if case.claim.text == CLAIM else supported(case))
    failed, fine = checked(judge, context=[FACT], response=f"{CLAIM} It is a bridge.").claims
    assert (failed.outcome, failed.reason) == (Outcome.ERROR, Reason.INTERNAL)
    assert "ZeroDivisionError: oops" in failed.message
    assert fine.outcome is Outcome.JUDGED


def test_an_audit_whose_only_claim_fails_still_gives_its_report():
    report = checked(ScriptedJudge(lambda _: ZeroDivisionError("oops")), context=[FACT])
    assert [claim.reason for claim in report.claims] == [Reason.INTERNAL]


def test_a_hanging_judge_times_out_for_its_claim_alone():
    class Hanging(ScriptedJudge):
        async def classify(self, case):
            if case.claim.text == CLAIM:
                await asyncio.Event().wait()
            return await super().classify(case)

    options = Options(claim_seconds=0.2)
    failed, fine = checked(
        Hanging(supported), context=[FACT], response=f"{CLAIM} It is a bridge.", options=options
    ).claims
    assert (failed.outcome, failed.reason) == (Outcome.ERROR, Reason.TIMEOUT)
    assert "--claim-seconds" in (failed.message or "")
    assert fine.outcome is Outcome.JUDGED


def test_a_search_that_hangs_is_given_up_and_a_model_that_takes_its_time_is_not(monkeypatch):
    class Hanging(ScriptedSource):
        async def __call__(self, arguments):
            await asyncio.Event().wait()

    class Slow(ScriptedSource):
        async def __call__(self, arguments):
            await asyncio.sleep(0.2)
            return await super().__call__(arguments)

    monkeypatch.setattr(claim_graph, "SEARCH_SECONDS", 0.01)
    sources = [
        Hanging(lambda _: (), name="web", origin=Origin.WEB),
        Slow(lambda _: [FACT], name="memory", origin=Origin.MODEL),
    ]
    options = Options(max_rounds=1, sources=tuple(Origin))
    (claim,) = checked(ScriptedJudge(says(Label.ABSENT)), sources=sources, options=options).claims
    assert {(entry.source, entry.outcome) for entry in claim.trail} == {("web", "failed"), ("memory", "found")}
    (given_up,) = [entry for entry in claim.trail if entry.outcome == "failed"]
    assert given_up.message == "web: no answer within 0.01 s; ask again later"


def test_a_later_look_that_fails_leaves_the_verdict_standing_and_says_so():
    def rule(case):
        partial = judgement(Label.PARTIALLY_SUPPORTED, quotes=["bridge opened"], evidence=case.evidence)
        return partial if case.previous is None else JudgeUnavailable("down")

    (claim,) = checked(ScriptedJudge(rule), context=[FACT]).claims
    assert claim.verdict.label is Label.PARTIALLY_SUPPORTED
    assert "down" in claim.message


def test_supported_without_a_verified_quote_is_reopened_and_never_stands():
    judge = ScriptedJudge(says(Label.SUPPORTED, quotes=["words that are nowhere"]))
    report = checked(judge, context=[FACT])
    (claim,) = report.claims
    assert len(judge.cases) == 2
    assert (claim.outcome, claim.reason) == (Outcome.ERROR, Reason.JUDGE_OUTPUT)
    assert report.scores.hallucination_rate is None


def test_support_by_a_quote_that_gives_another_year_is_looked_at_again_and_the_judge_is_told_why():
    def rule(case):
        label = Label.SUPPORTED if case.previous is None else Label.CONTRADICTED
        return judgement(label, quotes=[FACT], evidence=case.evidence)

    judge = ScriptedJudge(rule)
    (claim,) = checked(judge, context=[FACT], response="The bridge opened in 1936.").claims
    assert claim.verdict.label is Label.CONTRADICTED
    assert [past.reason for past in claim.history] == ["unevaluatable, with quotes that say otherwise"]
    told = "Supported by the judge, but there stands '19 March 1932', not '1936'."
    assert judge.cases[1].previous.steps[-1].text == told


def test_a_judge_that_insists_on_such_a_quote_is_not_believed():
    (claim,) = checked(ScriptedJudge(supported), context=[FACT], response="The bridge opened in 1936.").claims
    assert claim.verdict.label is Label.UNEVALUATABLE
    assert claim.verdict.probabilities[Label.SUPPORTED] <= 0.5
    assert claim.verdict.steps[-1].name == "doubt"


def test_search_down_and_nothing_found_and_never_asked_are_three_different_trails():
    judge = ScriptedJudge(says(Label.ABSENT))
    (down,) = checked(judge, sources=[corpus(ToolError("the disk is gone"))]).claims
    (nothing,) = checked(judge, sources=[corpus(())]).claims
    (never,) = checked(judge, context=[FACT], sources=[corpus()], options=Options(sources=(Origin.CONTEXT,))).claims
    assert [s.outcome for s in down.trail] == ["failed"]
    assert (down.outcome, down.reason) == (Outcome.NOT_CHECKED, Reason.SEARCH_FAILED)
    assert "the disk is gone" in down.message
    assert [s.outcome for s in nothing.trail] == ["nothing_found"]
    assert nothing.verdict.label is Label.ABSENT
    assert never.trail == ()


def test_a_source_that_may_recover_is_asked_again():
    answers = iter([ToolUnavailable("busy"), [FACT]])
    (claim,) = checked(ScriptedJudge(supported), sources=[ScriptedSource(lambda _: next(answers))]).claims
    assert claim.verdict.label is Label.SUPPORTED
    assert [s.outcome for s in claim.trail] == ["found"]


def test_the_same_question_is_never_put_to_the_same_source_twice():
    source = corpus(["Something else."])
    checked(ScriptedJudge(says(Label.UNEVALUATABLE)), sources=[source], options=Options(max_rounds=5))
    assert len(source.asked) == len(set(source.asked))


def test_a_limit_on_calls_leaves_the_rest_not_checked_by_name():
    judge = ScriptedJudge(supported)
    options = Options(limits=Limits(calls=3), concurrency=1)
    report = checked(
        judge,
        context=[FACT],
        response=f"{CLAIM} Two holds true. Three holds true. Four holds true.",
        options=options,
    )
    outcomes = [claim.outcome for claim in report.claims]
    assert outcomes.count(Outcome.JUDGED) == 2  # one call went into the extraction
    assert {claim.reason for claim in report.claims} == {None, Reason.LIMIT_CALLS}
    assert report.limits_hit == ("calls",)
    assert report.usage.llm_calls == 3


def test_a_limit_on_claims_takes_the_first():
    options = Options(limits=Limits(claims=1))
    report = checked(ScriptedJudge(supported), context=[FACT], response=f"{CLAIM} It is a bridge.", options=options)
    assert [claim.reason for claim in report.claims] == [None, Reason.LIMIT_CLAIMS]
    assert report.limits_hit == ("claims",)


def test_without_any_source_nothing_is_checked_and_the_message_says_how_to_add_one():
    judge = ScriptedJudge(supported)
    report = checked(judge)
    (claim,) = report.claims
    assert (claim.outcome, claim.reason) == (Outcome.NOT_CHECKED, Reason.NO_EVIDENCE_SOURCE)
    assert "--context" in claim.message
    assert judge.cases == []
    assert report.scores.hallucination_rate is None


def test_a_judge_that_does_not_cover_a_claim_leaves_it_not_checked():
    judge = ScriptedJudge(lambda _: Declined(reason=Reason.LANGUAGE, message="English only"))
    (claim,) = checked(judge, context=[FACT]).claims
    assert (claim.outcome, claim.reason) == (Outcome.NOT_CHECKED, Reason.LANGUAGE)
