"""Where the confidence in a verdict comes from: one token's probability, votes, or the model's own word."""

import asyncio
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import TokenCandidates
from probandum.agent.judges.llm.confidence import p_fully_stated, p_yes, with_measured_support
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.judges.llm.voting import majority
from probandum.agent.judges.protocol import EvidenceRequest, Judgement
from probandum.agent.models import Case, Claim, Tool, Verdict
from probandum.agent.options import Options
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities as Scripted
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Evidence, Origin

REQUEST = AuditRequest(response="The mill is old.")
ITEM = Evidence.of("The mill is old.", origin=Origin.CONTEXT, source="guide", document_sha256="0" * 64)
CASE = Case(request=REQUEST, claim=Claim.of("The mill is old."), evidence=(ITEM,))
SUPPORTED = replies.verdict("supported", quotes=[(ITEM.id, "The mill is old")], confidence=0.6)
ABSENT = replies.verdict("absent", confidence=0.9)
TELLS = Scripted(logprobs=True)


def look(script, *, method, scripted=TELLS, case=CASE):
    with ChatServer(script, endpoint=scripted) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0, timeout=5)
        decision = asyncio.run(LLMJudge(chat, secret=b"of this test", method=method).classify(case))
    return decision, server.requests


def written(*tokens):
    return [TokenCandidates(token, candidates or {token: 0.0}) for token, candidates in tokens]


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ({"yes": math.log(0.6), "no": math.log(0.2)}, 0.75),
        ({" Yes": math.log(0.3), "YES": math.log(0.3), "▁no": math.log(0.2)}, 0.75),
        ({"yes": -1.0}, 1.0),
        ({"No.": -1.0, "maybe": -0.1}, 0.0),
        ({"maybe": -0.1}, None),
        ({}, None),
    ],
)
def test_the_probability_of_yes_is_renormalised_over_yes_and_no(candidates, expected):
    assert p_yes(candidates) == (None if expected is None else pytest.approx(expected))


@given(st.sampled_from(Label), st.floats(0, 1), st.floats(0, 1))
def test_probabilities_sum_to_one_and_the_label_stays(label, stated, p_supported):
    rest = (1 - stated) / (len(Label) - 1)
    given_ = Verdict.model_construct(
        label=label, confidence=stated, probabilities={each: stated if each is label else rest for each in Label}
    )
    verdict = with_measured_support(given_, p_supported)
    assert verdict.label is label
    assert sum(verdict.probabilities.values()) == pytest.approx(1)
    assert verdict.probabilities[Label.SUPPORTED] == p_supported
    assert (verdict.confidence, verdict.confidence_source) == (verdict.probabilities[label], "logprob")


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([('{"', None), ("fully", None), ("_stated", None), ('":"', None), ("no", {"no": 0.0, "yes": -1e9})], (0.0,)),
        ([('{"fully_stated": ', None), ('"', None), ("yes", {"yes": -0.5, "no": -0.5}), ('"}', None)], (0.5,)),
        ([('{"fully_stated":"', None), (" Yes", {" Yes": -1.0})], (1.0,)),
        ([('{"label":"', None), ("yes", None)], ()),
        ([('"fully_stated":"', None), ("per", {"per": 0.0}), ("haps", None)], ()),
        ([], ()),
    ],
)
def test_the_word_that_is_weighed_is_found_wherever_the_reply_is_cut_into_tokens(tokens, expected):
    assert p_fully_stated(written(*tokens)) == pytest.approx(expected)


def test_each_entry_of_a_reply_has_its_own_probability_in_order():
    entry = [('"fully_stated":"', None), ("yes", {"yes": 0.0, "no": -1e9}), ('","cites":[]},', None)]
    other = [('"fully_stated":"', None), ("no", {"yes": -1e9, "no": 0.0}), ('"}', None)]
    assert p_fully_stated(written(*entry, *other, *entry)) == (1.0, 0.0, 1.0)


def test_where_the_endpoint_tells_probabilities_confidence_is_read_out_of_the_same_reply():
    decision, requests = look([replace(SUPPORTED, p_yes=0.97)], method=Method(confidence="auto"))
    verdict = decision.verdict
    assert (verdict.confidence_source, verdict.confidence) == ("logprob", pytest.approx(0.97))
    assert len(requests) == 1


def test_where_it_tells_none_the_models_own_word_counts():
    decision, _ = look(lambda _: SUPPORTED, method=Method(confidence="auto"), scripted=Scripted(silent=True))
    assert (decision.verdict.confidence_source, decision.verdict.confidence) == ("stated", 0.6)


def test_probabilities_are_not_asked_for_where_the_models_own_word_is_wanted():
    decision, requests = look([SUPPORTED], method=Method(confidence="stated"))
    assert decision.verdict.confidence_source == "stated"
    assert "logprobs" not in requests[0].body


def test_to_ask_for_probabilities_where_there_are_none_is_an_error_that_says_so():
    with pytest.raises(ConfigError, match="--confidence"):
        look([SUPPORTED], method=Method(confidence="logprob"), scripted=Scripted(silent=True))


def test_most_votes_win_and_their_mean_is_the_confidence():
    decision, requests = look([ABSENT, SUPPORTED, SUPPORTED], method=Method(votes=3, confidence="votes"))
    verdict = decision.verdict
    assert (verdict.label, verdict.confidence_source) == (Label.SUPPORTED, "votes")
    assert verdict.confidence == pytest.approx((0.6 + 0.6 + 0.1 / 4) / 3)
    assert verdict.quotes
    assert [request.body["temperature"] for request in requests] == [0.0, 0.7, 0.7]


def test_of_equally_many_votes_the_first_counts():
    absent, supported = (look([reply], method=Method())[0].verdict for reply in (ABSENT, SUPPORTED))
    assert majority([absent, supported]).label is Label.ABSENT
    assert majority([supported, absent]).label is Label.SUPPORTED


def test_a_vote_that_fails_is_one_vote_fewer_and_the_first_that_fails_is_a_failure():
    decision, _ = look([SUPPORTED, replies.fault(500), ABSENT], method=Method(votes=3))
    assert isinstance(decision, Judgement)
    assert decision.usage.llm_calls == 3


def test_a_model_that_asks_for_evidence_is_not_asked_for_votes():
    case = CASE.model_copy(update={"tools": (Tool(name="search_corpus", description="Searches."),)})
    decision, requests = look([replies.wants("search_corpus", "mill")], method=Method(votes=3), case=case)
    assert isinstance(decision, EvidenceRequest)
    assert len(requests) == 1


def test_confidence_from_votes_needs_votes():
    with pytest.raises(ValueError, match="more than one vote"):
        Options(confidence="votes")
