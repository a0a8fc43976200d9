"""Decided once, not asked again: what a cache of decisions serves, what it never keeps, and what it counts."""

import asyncio
import stat

import pytest

from probandum import aaudit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.few_shot.bank import shipped_bank
from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.options import Limits, Options
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label, Outcome, Reason
from probandum.graphs.persistence.checkpoints import in_memory_decisions, stored_decisions
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import InputError, JudgeUnavailable

CLAIMS = [f"Gate {place} was painted by crew {place + 40}." for place in range(8)]
WRONG = frozenset(CLAIMS[3::4])
CONTEXT = " ".join(claim for claim in CLAIMS if claim not in WRONG)
ANSWER = " ".join(CLAIMS)
FACT = "The bridge opened on 19 March 1932."
ALONE = Options(max_rounds=1, granularity="claim", confidence="stated")


def verdict_on(claim, shown):
    if claim in WRONG:
        return replies.verdict("absent")
    marker = "any"
    return replies.verdict("supported", quotes=[(marker, claim)])


def rule(request):
    shown = "\n".join(request.texts)
    if request.extracts:
        return replies.claims(*[[claim] for claim in CLAIMS if claim in shown])
    if batch := request.claims:
        return replies.verdicts({id_: verdict_on(claim, shown) for id_, claim in batch.items()})
    return verdict_on(next(claim for claim in CLAIMS if claim in request.own), shown)


def judge_at(server, *, model="any", few_shot=None, secret=b"of this test", address="", **method):
    chat = ChatModel(model, base_url=server.url, max_retries=0, timeout=10)
    return LLMJudge(chat, secret=secret, few_shot=few_shot, method=Method(**method), address=address)


def audits(*hows, options=ALONE, cache=None, rule=rule, judges=({},), response=ANSWER):
    """The reports of audits one after the other, and how many questions about claims each of them put."""
    cache = cache or in_memory_decisions()
    reports, asked = [], []
    with ChatServer(rule) as server:
        for place, how in enumerate(hows):
            judge = judge_at(server, **judges[place % len(judges)])
            before = len(server.requests)
            given = {"response": response, "context": [CONTEXT], "options": options, **how}
            reports.append(asyncio.run(aaudit(given.pop("response"), judge=judge, cache=cache, **given)))
            asked.append(sum(not each.extracts for each in server.requests[before:]))
    return reports, asked


def said(report):
    return [(claim.text, claim.verdict and claim.verdict.label, claim.verdict.quotes) for claim in report.claims]


@pytest.mark.parametrize(("granularity", "looks"), [("claim", 8), ("batch", 1), ("adaptive", 1 + 2)])
def test_a_second_audit_of_the_same_claims_asks_nothing_and_says_the_same(granularity, looks):
    options = ALONE.model_copy(update={"granularity": granularity})
    (first, second), asked = audits({}, {}, options=options)
    assert asked == [looks, 0]
    assert said(second) == said(first)
    assert second.evidence == first.evidence


def test_what_is_recalled_is_counted_and_costs_nothing():
    (_, second), _ = audits({}, {})
    assert second.usage.recalled == 8
    assert second.usage.by_stage["classify"].recalled == 8
    assert second.usage.by_stage["classify"].llm_calls == 0
    assert second.usage.llm_calls == second.usage.by_stage["extract"].llm_calls == 1


def test_what_is_recalled_is_not_held_against_the_limits():
    limited = ALONE.model_copy(update={"limits": Limits(calls=1)})
    (_, second), _ = audits({}, {"options": limited})
    assert second.scores.judged == 8
    assert second.limits_hit == ()


def test_claims_shared_by_different_answers_are_asked_about_once_in_batches_too():
    options = ALONE.model_copy(update={"granularity": "batch"})
    halves = [" ".join(CLAIMS[:5]), " ".join(CLAIMS[2:])]
    examples = [{"few_shot": FewShotSelector(shipped_bank())}]
    (first, second), asked = audits(*({"response": half} for half in halves), options=options, judges=examples)
    assert asked == [1, 1]
    assert (first.usage.recalled, second.usage.recalled) == (0, 3)
    assert second.scores.judged == 6


def test_answers_audited_at_once_ask_about_a_shared_claim_once():
    async def at_once(judge):
        cache = in_memory_decisions()
        return await asyncio.gather(
            *(aaudit(ANSWER, context=[CONTEXT], judge=judge, options=ALONE, cache=cache) for _ in range(5))
        )

    with ChatServer(rule) as server:
        reports = asyncio.run(at_once(judge_at(server)))
        assert sum(not each.extracts for each in server.requests) == 8
    assert all(said(report) == said(reports[0]) for report in reports)


def test_a_claim_that_stands_twice_in_an_answer_is_judged_once():
    judge = ScriptedJudge(lambda case: judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence))
    report = asyncio.run(
        aaudit(f"{FACT} {FACT}", context=[FACT], judge=judge, options=ALONE, cache=in_memory_decisions())
    )
    assert len(judge.cases) == 1
    assert [claim.verdict.label for claim in report.claims] == [Label.SUPPORTED] * 2


def test_the_embedded_judge_recalls_too():
    cache = in_memory_decisions()
    first, second = (asyncio.run(aaudit(ANSWER, context=[CONTEXT], cache=cache)) for _ in range(2))
    assert (first.usage.recalled, second.usage.recalled) == (0, 8)
    assert said(second) == said(first)


@pytest.mark.parametrize(
    "other",
    [
        {"context": [CONTEXT + " Nothing else is known."]},
        {"question": "Who painted the gates?"},
        {"history": [{"role": "user", "text": "Tell me about the gates."}]},
    ],
    ids=str,
)
def test_what_the_judge_is_shown_differently_is_asked_again(other):
    request = AuditRequest.model_validate({"response": ANSWER, "context": [CONTEXT], **other})
    _, asked = audits({}, {"response": request})
    assert asked == [8, 8]


@pytest.mark.parametrize(
    "other",
    [
        {"model": "another"},
        {"address": "http://elsewhere/v1"},
        {"reasoning": "direct"},
        {"votes": 2},
        {"few_shot": FewShotSelector(shipped_bank())},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_judge_is_asked_again(other):
    _, asked = audits({}, {}, judges=[{}, other])
    assert asked == [8, 8 * other.get("votes", 1)]


def test_the_secret_of_the_fence_is_no_part_of_the_key():
    _, asked = audits({}, {}, judges=[{}, {"secret": b"of another installation"}])
    assert asked == [8, 0]


def test_a_failure_is_never_recalled():
    answers = iter([JudgeUnavailable("down"), judgement(Label.ABSENT)])
    judge, cache = ScriptedJudge({FACT: answers}), in_memory_decisions()
    first, second = (
        asyncio.run(aaudit(FACT, context=["Else."], judge=judge, options=ALONE, cache=cache)) for _ in range(2)
    )
    assert first.claims[0].reason is Reason.JUDGE_UNAVAILABLE
    assert second.claims[0].outcome is Outcome.JUDGED


def test_a_limit_reached_is_never_recalled():
    limited = ALONE.model_copy(update={"limits": Limits(calls=4), "concurrency": 1})
    (first, second), asked = audits({"options": limited}, {})
    assert asked == [3, 5]
    assert (first.scores.judged, second.scores.judged) == (3, 8)


def test_a_verdict_without_the_quote_that_it_needs_is_never_recalled():
    judge, cache = ScriptedJudge(lambda _: judgement(Label.SUPPORTED)), in_memory_decisions()
    for _ in range(2):
        asyncio.run(aaudit(FACT, context=["Else."], judge=judge, options=ALONE, cache=cache))
    assert len(judge.cases) == 2


def test_those_who_waited_for_one_that_failed_ask_for_themselves():
    class Failing(ScriptedJudge):
        async def classify(self, case):
            self.cases.append(case)
            await asyncio.sleep(0)
            raise JudgeUnavailable("down")

    judge = Failing({})
    report = asyncio.run(
        aaudit(f"{FACT} {FACT}", context=[FACT], judge=judge, options=ALONE, cache=in_memory_decisions())
    )
    assert len(judge.cases) == 2
    assert {claim.reason for claim in report.claims} == {Reason.JUDGE_UNAVAILABLE}


def test_a_verdict_of_a_batch_that_quotes_anothers_evidence_is_kept_for_nobody():
    # Each claim is shown the one passage that it finds; together the model sees all, and quotes the first for each.
    filler = " ".join(f"Line {number} of the log says nothing of note at all." for number in range(80))
    context = [f"{claim} {filler}" for claim in CLAIMS[:3]]

    def crossed(request):
        if not request.claims:
            return rule(request)
        return replies.verdicts(
            dict.fromkeys(request.claims, replies.verdict("supported", quotes=[("any", CLAIMS[0])]))
        )

    options = ALONE.model_copy(update={"granularity": "batch", "evidence_chars": 700})
    how = {"context": context, "response": " ".join(CLAIMS[:3])}
    (first, second), _ = audits(how, how, options=options, rule=crossed)
    assert len({claim.verdict.quotes[0].evidence_id for claim in first.claims}) == 1
    assert second.usage.recalled == 1


def test_a_file_serves_the_next_process_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "home" / "decisions.sqlite"
    _, asked = audits({}, cache=stored_decisions(path))
    _, again = audits({}, cache=stored_decisions(path))
    assert (asked, again) == ([8], [0])
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_file_that_is_none_of_sqlites_is_named(tmp_path):
    (tmp_path / "decisions.sqlite").write_text("no database at all, but long enough to be looked at" * 9)
    with pytest.raises(InputError, match=r"decisions\.sqlite.*not a database.*move the file away"):
        stored_decisions(tmp_path / "decisions.sqlite")


def test_a_recording_is_whole_and_a_replay_recalls_nothing(tmp_path):
    cache, record = in_memory_decisions(), tmp_path / "recording.jsonl"
    how = {"context": [CONTEXT], "judge": "embedded", "cache": cache}
    asyncio.run(aaudit(ANSWER, **how))
    recorded = asyncio.run(aaudit(ANSWER, record=record, **how))
    replayed = asyncio.run(aaudit(ANSWER, replay=record, context=[CONTEXT], cache=cache))
    assert recorded.usage.recalled == replayed.usage.recalled == 0
