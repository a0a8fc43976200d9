"""What faults of an endpoint become in whole audits: through the real client, against a real server."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import replace

import pytest

from probandum import AuditRequest, Document, aaudit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label, Outcome, Reason
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities as Scripted
from probandum.testing.servers.chat import ChatServer

SCRIPTED = Scripted()
WRONG = 5
"""Every fifth claim is not in the context."""


def texts(number):
    return [f"Gate {place} was painted by crew {place + 40}." for place in range(number)]


def request(claims):
    context = " ".join(claim for place, claim in enumerate(claims) if place % WRONG)
    return AuditRequest(
        response=" ".join(claims), context=(Document(text=context, source="gates"),), claims=tuple(claims)
    )


def honest(asked):
    """The answer of a model that makes no mistake."""
    shown = "\n".join(asked.sentences.values())
    if asked.claims:
        return replies.verdicts({id_: decided(claim, shown) for id_, claim in asked.claims.items()})
    return decided(asked.claim, shown)


def decided(claim, shown):
    return replies.verdict("supported", quotes=[("any", claim)]) if claim in shown else replies.verdict("absent")


def audited(claims, rule, *, options, retries=1, timeout=0.5, endpoint=SCRIPTED):
    with ChatServer(rule, endpoint=endpoint) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=retries, timeout=timeout)
        method = Method(confidence=options.confidence)
        judge = LLMJudge(
            chat,
            secret=b"of this test",
            method=method,
        )
        return asyncio.run(aaudit(request(claims), judge=judge, options=options)), server


STATED = Options(max_rounds=1, granularity="claim", confidence="stated", few_shot="off")
JUDGED, OUTPUT, UNAVAILABLE, REFUSED = None, Reason.JUDGE_OUTPUT, Reason.JUDGE_UNAVAILABLE, Reason.JUDGE_REFUSED
BROKEN = replies.content({"label": "supported"})
FAULTS = {
    "429 with Retry-After": (replies.fault(429, retry_after=0.01), UNAVAILABLE, JUDGED),
    "500": (replies.fault(500, retry_after=0.01), UNAVAILABLE, JUDGED),
    "503": (replies.fault(503, retry_after=0.01), UNAVAILABLE, JUDGED),
    "connection reset": (replies.reset(), UNAVAILABLE, JUDGED),
    "hang": (replies.hang(), UNAVAILABLE, JUDGED),
    "slow stream": (replies.dripping(replies.verdict("supported")), UNAVAILABLE, JUDGED),
    "invalid JSON of the protocol": (replies.invalid_json(), OUTPUT, OUTPUT),
    "invalid JSON of the model": (replies.content('{"label": "supp'), OUTPUT, JUDGED),
    "schema break": (BROKEN, OUTPUT, JUDGED),
    "truncation": (replies.truncated(), OUTPUT, JUDGED),
    "refusal": (replies.refusal(), REFUSED, REFUSED),
    "content filter": (replies.filtered(), REFUSED, REFUSED),
    "empty answer": (replies.empty(), OUTPUT, JUDGED),
    "wrong enum": (replies.verdict("mostly harmless"), OUTPUT, JUDGED),
    "a tool that is none": (replies.wants("crystal ball", "truth"), OUTPUT, JUDGED),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("passing", [False, True], ids=["stays", "passes"])
def test_a_fault_ends_one_claim_by_its_name_or_not_at_all(name, passing):
    reply, stays, passes = FAULTS[name]
    claims = texts(4)
    struck = []

    def rule(asked):
        if claims[2] not in asked.own or (passing and struck):
            return honest(asked)
        struck.append(asked)
        return reply

    report, _ = audited(claims, rule, options=STATED)
    others = [claim for claim in report.claims if claim.text != claims[2]]
    (claim,) = [claim for claim in report.claims if claim.text == claims[2]]
    assert [other.outcome for other in others] == [Outcome.JUDGED] * 3
    expected = passes if passing else stays
    if expected is JUDGED:
        assert claim.verdict is not None
        assert claim.verdict.label is Label.SUPPORTED
    else:
        assert (claim.outcome, claim.reason, claim.verdict) == (Outcome.ERROR, expected, None)
        assert claim.message
        assert report.scores.coverage == 3 / 4


def test_members_that_a_batch_misses_or_spoils_are_asked_for_alone():
    claims = texts(6)

    def rule(asked):
        if not asked.claims:
            return honest(asked)
        whole = json.loads(honest(asked).content)
        return replace(replies.content({**whole, "c2": {"label": "sure"}, "c3": None}), fitted=True)

    report, server = audited(claims, rule, options=STATED.model_copy(update={"granularity": "batch"}))
    assert [claim.verdict.label for claim in report.claims] == [
        Label.SUPPORTED if place % WRONG else Label.ABSENT for place in range(6)
    ]
    alone = {claim for claim in claims for asked in server.requests if not asked.claims and claim in asked.own}
    assert alone == {claims[1], claims[2]}


@pytest.mark.parametrize("told", [True, False])
def test_confidence_is_read_from_log_probabilities_where_they_come_and_else_from_what_the_model_says(told):
    options = STATED.model_copy(update={"confidence": "auto"})
    report, _ = audited(
        texts(2), lambda asked: replace(honest(asked), p_yes=0.73), options=options, endpoint=Scripted(silent=not told)
    )
    (_, claim) = report.claims
    assert claim.verdict.confidence == pytest.approx(0.73 if told else 0.9)


def test_cached_tokens_are_counted():
    report, _ = audited(
        texts(2), lambda asked: honest(asked).costing(prompt=900, cached=700, completion=40), options=STATED
    )
    assert (report.usage.prompt_tokens, report.usage.cached_tokens, report.usage.completion_tokens) == (1800, 1400, 80)


AT_RANDOM = [reply for name, (reply, *_) in FAULTS.items() if name not in ("hang", "slow stream")]
SLOW = [replies.hang(), FAULTS["slow stream"][0]]


def words(verdict):
    """What is quoted, whichever of two passages that overlap was shown with it."""
    return [(quote.text, quote.match) for quote in verdict.quotes]


@pytest.mark.parametrize("granularity", ["claim", "adaptive"])
def test_with_random_faults_every_verdict_there_is_equals_that_of_a_run_without(granularity):
    claims, faults = texts(500), Counter()
    options = STATED.model_copy(update={"granularity": granularity, "evidence_chars": 1_000})
    asked_before = Counter()

    def rule(asked):
        # By content, so that the faults do not depend on which thread comes first.
        key = json.dumps(asked.body, sort_keys=True)
        draw = random.Random(f"{asked_before[key]} {key}")  # noqa: S311 - no secret
        asked_before[key] += 1
        if draw.random() >= 0.2:
            return honest(asked)
        reply = draw.choice(SLOW if draw.random() < 0.02 else AT_RANDOM)
        faults[id(reply)] += 1
        return reply

    calm, _ = audited(claims, honest, options=options, timeout=30)
    stormy, server = audited(claims, rule, options=options, timeout=2)
    assert [claim.id for claim in stormy.claims] == [claim.id for claim in calm.claims]
    assert {(claim.outcome, claim.message) for claim in calm.claims} == {(Outcome.JUDGED, None)}
    for wanted, got in zip(calm.claims, stormy.claims, strict=True):
        if got.outcome is Outcome.JUDGED:
            assert (got.verdict.label, words(got.verdict)) == (wanted.verdict.label, words(wanted.verdict))
        else:
            assert got.outcome is Outcome.ERROR
            assert got.reason in (OUTPUT, UNAVAILABLE, REFUSED)
            assert got.verdict is None
    judged = sum(claim.outcome is Outcome.JUDGED for claim in stormy.claims)
    assert 0 < 500 - judged < 100
    assert stormy.scores.coverage == pytest.approx(judged / 500)
    assert len(faults) > len(AT_RANDOM) / 2
    assert 0.1 < sum(faults.values()) / len(server.requests) < 0.3
