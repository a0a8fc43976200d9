"""How many calls an audit of twenty claims takes, and what its prompts share; counted on what the server received."""

import asyncio
from itertools import pairwise, takewhile

import pytest

from probandum import aaudit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.few_shot.bank import shipped_bank
from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.options import Limits, Options
from probandum.agent.taxonomy import Label, Outcome, Reason
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities as Scripted
from probandum.testing.servers.chat import ChatServer

CLAIMS = [f"Gate {place} was painted by crew {place + 40}." for place in range(20)]
WRONG = frozenset(CLAIMS[3::5])
CONTEXT = " ".join(claim for claim in CLAIMS if claim not in WRONG)
ALONE = Options(max_rounds=1, granularity="claim", confidence="stated")


def verdict_on(claim, shown):
    if claim in WRONG:
        return replies.verdict("absent")
    marker = "any"
    return replies.verdict("supported", quotes=[(marker, claim)])


def rule(request, *, forgets=frozenset()):
    shown = "\n".join(request.texts)
    if request.extracts:
        return replies.claims(*[[claim] for claim in CLAIMS])
    if batch := request.claims:
        return replies.verdicts({id_: verdict_on(c, shown) for id_, c in batch.items() if c not in forgets})
    return verdict_on(next(claim for claim in CLAIMS if claim in request.own), shown)


def audited(options, *, rule=rule, scripted=None, few_shot=None):
    scripted = scripted or Scripted()
    method = Method(confidence=options.confidence)
    with ChatServer(rule, endpoint=scripted) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0, timeout=10)
        judge = LLMJudge(chat, secret=b"of this test", method=method, few_shot=few_shot)
        report = asyncio.run(aaudit(" ".join(CLAIMS), context=[CONTEXT], judge=judge, options=options))
    return report, server.requests


def by_stage(report):
    return {stage: spent.llm_calls for stage, spent in report.usage.by_stage.items()}


@pytest.mark.parametrize(
    ("granularity", "stages"),
    [
        ("claim", {"extract": 1, "classify": 20}),
        ("batch", {"extract": 1, "classify": 3}),
        ("adaptive", {"extract": 1, "classify": 3 + 4}),
    ],
)
def test_twenty_claims_of_which_four_are_not_supported(granularity, stages):
    report, requests = audited(ALONE.model_copy(update={"granularity": granularity}))
    assert by_stage(report) == stages
    assert len(requests) == report.usage.llm_calls == sum(stages.values())
    assert [claim.text in WRONG for claim in report.claims] == [
        claim.verdict.label is Label.ABSENT for claim in report.claims
    ]


def test_confidence_costs_no_call_of_its_own():
    options = Options(max_rounds=1, confidence="logprob")
    report, _ = audited(options, scripted=Scripted(logprobs=True))
    assert by_stage(report) == {"extract": 1, "classify": 3 + 4}
    assert {claim.verdict.confidence_source for claim in report.claims} == {"logprob"}


def test_what_a_batch_forgets_is_asked_about_alone():
    forgotten = frozenset(CLAIMS[:2])
    options = ALONE.model_copy(update={"granularity": "batch"})
    report, _ = audited(options, rule=lambda request: rule(request, forgets=forgotten))
    assert by_stage(report) == {"extract": 1, "classify": 3 + 2}
    assert {claim.outcome for claim in report.claims} == {Outcome.JUDGED}


def test_a_batch_that_fails_is_taken_apart_and_its_cost_is_counted():
    def broken(request):
        return replies.content("no") if request.claims else rule(request)

    report, requests = audited(ALONE.model_copy(update={"granularity": "batch"}), rule=broken)
    assert {claim.outcome for claim in report.claims} == {Outcome.JUDGED}
    assert by_stage(report)["classify"] == 3 * 2 + 20  # the same again ends it
    assert len(requests) == report.usage.llm_calls


def test_a_doubtful_verdict_of_a_batch_stands_in_the_claims_history():
    report, _ = audited(ALONE.model_copy(update={"granularity": "adaptive"}))
    doubted = [claim for claim in report.claims if claim.text in WRONG]
    assert [[each.reason for each in claim.history] for claim in doubted] == [
        ["absent in a batch: looked at alone"]
    ] * 4
    assert {(claim.rounds, claim.first_verdict == claim.verdict) for claim in doubted} == {(1, True)}


def test_a_limit_on_calls_holds_for_batches_too():
    limits = Limits(calls=2)
    report, requests = audited(ALONE.model_copy(update={"granularity": "batch", "limits": limits}))
    assert len(requests) == 2
    reasons = [claim.reason for claim in report.claims if claim.outcome is Outcome.NOT_CHECKED]
    assert set(reasons) == {Reason.LIMIT_CALLS}
    assert 0 < len(reasons) < 20


@pytest.mark.parametrize("granularity", ["claim", "batch", "adaptive"])
def test_from_the_second_look_on_nine_tenths_of_what_stands_before_the_claim_are_as_before(granularity):
    options = ALONE.model_copy(update={"granularity": granularity, "confidence": "logprob"})
    _, requests = audited(options, scripted=Scripted(logprobs=True), few_shot=FewShotSelector(shipped_bank()))
    prompts = ["\n".join(request.texts) for request in requests if not request.extracts]
    by_rules = [[prompt for prompt in prompts if prompt.startswith(rules)] for rules in {p[:200] for p in prompts}]
    for before, after in (pair for same in by_rules for pair in pairwise(same)):
        ahead = after[: after.index("<<<begin claim")]
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(before, ahead, strict=False))
        assert sum(1 for _ in shared) >= 0.9 * len(ahead)
