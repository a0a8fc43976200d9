"""Many claims in one call: which share one, what is made of the answer, and what happens to a claim it leaves out."""

import asyncio
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.judges.llm.batching import TOKENS_PER_VERDICT, make_batches
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.judges.protocol import BatchJudge
from probandum.agent.models import Case, Claim, Search
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import JudgeOutputError
from probandum.tools.evidence import Evidence, Origin

REQUEST = AuditRequest(response="The mill is old. The mill is red. The mill is tall.")
ITEM = Evidence.of("The mill is old and red.", origin=Origin.CONTEXT, source="guide", document_sha256="0" * 64)
CASES = tuple(
    Case(request=REQUEST, claim=Claim.of(text), evidence=(ITEM,))
    for text in ("The mill is old.", "The mill is red.", "The mill is tall.")
)
OLD, RED, TALL = "c1", "c2", "c3"  # as the model is to call them
CALLED = {case.claim.id: name for case, name in zip(CASES, (OLD, RED, TALL), strict=True)}
QUOTED = replies.verdict("supported", quotes=[(ITEM.id, "The mill is old and red")])
ABSENT = replies.verdict("absent")


def batch(script, *, cases=CASES, method=None):
    with ChatServer(script) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0, timeout=5)
        judge = LLMJudge(chat, secret=b"of this test", method=method)
        found = asyncio.run(judge.classify_batch(cases))
    return found, server.requests


def labels(found):
    return {CALLED[id_]: judgement.verdict.label for id_, judgement in found.decisions.items()}


def test_it_is_a_judge_of_batches():
    with ChatServer([]) as server:
        assert isinstance(LLMJudge(ChatModel("any", base_url=server.url), secret=b"s"), BatchJudge)


@pytest.mark.parametrize("first_look", [True, False])
def test_one_call_gives_a_verdict_with_quotes_for_every_claim(*, first_look):
    answer = replies.verdicts({OLD: QUOTED, RED: QUOTED, TALL: ABSENT})
    found, requests = batch([answer], method=Method(first_look=first_look))
    assert labels(found) == {OLD: Label.SUPPORTED, RED: Label.SUPPORTED, TALL: Label.ABSENT}
    assert found.decisions[CASES[0].claim.id].verdict.quotes[0].text == ITEM.text
    assert (len(requests), found.usage.llm_calls) == (1, 1)
    assert list(requests[0].claims) == [OLD, RED, TALL]


def test_the_form_has_an_entry_for_every_claim_and_no_other():
    _, requests = batch([replies.verdicts({OLD: QUOTED, RED: QUOTED})], cases=CASES[:2])
    schema = requests[0].body["response_format"]["json_schema"]["schema"]
    assert (schema["required"], schema["additionalProperties"]) == ([OLD, RED], False)


def test_how_sure_each_verdict_is_is_read_out_of_the_same_reply():
    entries = {OLD: replace(QUOTED, p_yes=0.8), RED: QUOTED, TALL: ABSENT}
    answer = replace(replies.verdicts(entries), p_yes=0.8)
    found, requests = batch([answer])
    assert {CALLED[id_]: each.verdict.confidence_source for id_, each in found.decisions.items()} == dict.fromkeys(
        (OLD, RED, TALL), "logprob"
    )
    assert found.decisions[CASES[0].claim.id].verdict.probabilities[Label.SUPPORTED] == pytest.approx(0.8)
    assert len(requests) == 1


def test_a_lone_claim_is_shown_as_one_alone_without_what_it_might_search():
    found, requests = batch([QUOTED], cases=CASES[:1])
    assert labels(found) == {OLD: Label.SUPPORTED}
    assert (requests[0].claim, requests[0].claims, requests[0].searches) == (CASES[0].claim.text, {}, [])


@pytest.mark.parametrize(
    "second",
    [
        None,
        replies.verdict("certainly"),
        replies.content({"verdict": "supported"}),
        replies.verdict("supported", quotes=[("any", "words that stand nowhere in the evidence")]),
    ],
    ids=["no entry", "no such label", "no verdict", "no such sentence"],
)
def test_a_claim_without_a_usable_entry_is_left_out_and_spoils_no_other(second):
    entries = {OLD: QUOTED, TALL: ABSENT} | ({RED: second} if second else {})
    found, requests = batch([replies.verdicts(entries)])
    assert labels(found) == {OLD: Label.SUPPORTED, TALL: Label.ABSENT}
    assert len(requests) == 1


def test_the_form_of_an_answer_is_the_same_for_other_claims_so_that_an_endpoint_knows_it_and_what_follows_it():
    others = tuple(case.model_copy(update={"claim": Claim.of(f"Not: {case.claim.text}")}) for case in CASES)
    (_, [one]), (_, [other]) = (batch([replies.verdicts({OLD: ABSENT})], cases=cases) for cases in (CASES, others))
    assert one.body["response_format"] == other.body["response_format"]


@pytest.mark.parametrize("outer", [lambda it: {"verdicts": it}, lambda it: [{"id": k, **v} for k, v in it.items()]])
def test_entries_in_an_envelope_or_a_list_are_read(outer):
    entry = {"fully_stated": "yes", "cites": [1], "label": "supported", "error_types": []}
    found, _ = batch([replies.content({"verdicts": outer({OLD: entry, RED: entry})})])
    assert labels(found) == {OLD: Label.SUPPORTED, RED: Label.SUPPORTED}


def test_an_entry_for_a_claim_that_was_not_asked_about_counts_for_nothing():
    found, _ = batch([replies.verdicts({"c-000000000000": QUOTED, OLD: QUOTED})])
    assert labels(found) == {OLD: Label.SUPPORTED}


def test_an_answer_without_one_usable_entry_is_repaired_and_then_an_error():
    found, requests = batch([replies.content({"verdicts": {}}), replies.verdicts({OLD: QUOTED})])
    assert labels(found) == {OLD: Label.SUPPORTED}
    assert OLD in requests[1].texts[-1]
    with pytest.raises(JudgeOutputError, match=r"after 1 repair\(s\)"):
        batch([replies.content("no")] * 2)


def test_an_answer_that_is_cut_off_is_left_at_once_for_a_smaller_question():
    with ChatServer([replies.truncated()]) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url, max_retries=0, timeout=5), secret=b"s")
        with pytest.raises(JudgeOutputError, match="cut off at 4096 tokens"):
            asyncio.run(judge.classify_batch(CASES))
    assert len(server.requests) == 1


def test_a_verdict_may_quote_what_was_found_for_another_claim_of_the_batch():
    found_for_red = Evidence.of("It was built in 1702.", origin=Origin.CONTEXT, source="map", document_sha256="1" * 64)
    trail = (Search(round=1, source="search_context", query="red", outcome="found", evidence=(found_for_red.id,)),)
    red = CASES[1].model_copy(update={"evidence": (ITEM, found_for_red), "trail": trail})
    old = replies.verdict("supported", quotes=[(found_for_red.id, "built in 1702")])
    found, requests = batch([replies.verdicts({OLD: old, RED: QUOTED})], cases=(CASES[0], red))
    assert found.decisions[CASES[0].claim.id].verdict.quotes[0].evidence_id == found_for_red.id
    assert found_for_red.text in requests[0].own
    assert found_for_red.text not in "".join(requests[0].texts[:2])


@given(st.integers(0, 90), st.integers(1, 9_000), st.integers(1, 20), st.sampled_from(["cot", "direct"]))
def test_batches_hold_every_claim_once_in_order_and_their_answers_fit(count, room, most, reasoning):
    cases = [Case(request=REQUEST, claim=Claim.of(f"Claim {place}."), evidence=(ITEM,)) for place in range(count)]
    made = list(make_batches(cases, most=most, room=room, reasoning=reasoning))
    assert [case for group in made for case in group] == cases
    fit = max(1, min(most, room // TOKENS_PER_VERDICT[reasoning]))
    assert all(len(group) <= fit for group in made)
    assert len(made) == math.ceil(count / fit)
    assert max(map(len, made), default=0) - min(map(len, made), default=0) < max(2, len(made))
