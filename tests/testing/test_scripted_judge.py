import asyncio

import pytest

from probandum.agent.judges.protocol import EvidenceRequest, Judge, Judgement
from probandum.agent.models import Case, Claim
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.testing.judge import ScriptedJudge, judgement, wanted
from probandum.tools.errors import JudgeUnavailable
from probandum.tools.evidence import Evidence, Origin

RESPONSE = "The bridge was built in 1907. It is red."
ITEM = Evidence.of("The bridge was built in 1907.", origin=Origin.CORPUS, source="n", document_sha256="0" * 64)


def case(text: str) -> Case:
    return Case(request=AuditRequest(response=RESPONSE), claim=Claim.of(text))


def test_it_is_a_judge() -> None:
    assert isinstance(ScriptedJudge({}), Judge)


def test_answers_come_in_order_and_the_cases_are_kept() -> None:
    judge = ScriptedJudge({"a": [wanted("corpus", "bridge"), judgement(Label.SUPPORTED)]})
    first, second = (asyncio.run(judge.classify(case("a"))) for _ in range(2))
    assert isinstance(first, EvidenceRequest)
    assert isinstance(second, Judgement)
    assert second.usage.llm_calls == 1
    assert len(judge.looks("a")) == 2


def test_an_exception_in_the_script_is_raised() -> None:
    judge = ScriptedJudge({"a": [JudgeUnavailable("down")]})
    with pytest.raises(JudgeUnavailable, match="down"):
        asyncio.run(judge.classify(case("a")))


@pytest.mark.parametrize("text", ["a", "b"])
def test_a_claim_without_an_answer_is_a_mistake_of_the_test(text: str) -> None:
    with pytest.raises(LookupError, match=repr(text)):
        asyncio.run(ScriptedJudge({"a": []}).classify(case(text)))


def test_a_rule_may_stand_for_the_script() -> None:
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT if case.previous is None else Label.SUPPORTED))
    decision = asyncio.run(judge.classify(case("anything")))
    assert isinstance(decision, Judgement)
    assert decision.verdict.label is Label.ABSENT


def test_every_sentence_is_one_claim_at_its_place() -> None:
    extraction = asyncio.run(ScriptedJudge({}).extract(AuditRequest(response=RESPONSE)))
    assert [claim.text for claim in extraction.claims] == ["The bridge was built in 1907.", "It is red."]
    assert all(RESPONSE[c.span.start : c.span.end] == c.text for c in extraction.claims if c.span)
    assert [sentence.claims for sentence in extraction.sentences] == [(claim.id,) for claim in extraction.claims]


def test_a_scripted_quote_is_found_in_the_evidence_and_gives_the_basis() -> None:
    verdict = judgement(Label.SUPPORTED, quotes=["built in 1907", "not in there at all"], evidence=[ITEM]).verdict
    assert [quote.text for quote in verdict.quotes] == ["built in 1907"]
    assert verdict.basis is Origin.CORPUS
    assert sum(verdict.probabilities.values()) == pytest.approx(1)
