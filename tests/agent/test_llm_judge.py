import asyncio
from collections.abc import Iterable

import pytest

from probandum.agent.judge import Case, EvidenceWanted, Judge, Judgement, Tool
from probandum.agent.llm.classify import Structured
from probandum.agent.llm.client import ChatModel
from probandum.agent.llm.judge import LLMJudge
from probandum.agent.models import AuditRequest, Claim, Search, Verdict
from probandum.agent.taxonomy import Label
from probandum.testing import replies
from probandum.testing.replies import Reply
from probandum.testing.server import ChatServer, Rule
from probandum.tools.evidence import Evidence, Origin

REQUEST = AuditRequest(response="The bridge was built in 1907.", question="When was the bridge built?")
ITEM = Evidence.of("The old bridge was built in 1907.", origin=Origin.CONTEXT, source="guide", document_sha256="0" * 64)
FOUND = Evidence.of("It has two lanes today.", origin=Origin.CORPUS, source="map.txt", document_sha256="1" * 64)
CORPUS = Tool(name="search_corpus", description="Searches the folder.")
TRAIL = (Search(round=1, source="search_corpus", query="lanes", outcome="found", evidence=(FOUND.id,)),)
MODES: tuple[Structured, ...] = ("tools", "json_schema")


def judge(server: ChatServer, *, structured: Structured = "tools", retries: int = 0, tokens: int = 64) -> LLMJudge:
    chat = ChatModel("any", base_url=server.url, max_retries=retries, timeout=5, max_output_tokens=tokens)
    return LLMJudge(chat, secret=b"of this test", structured=structured)


def case(
    text: str = "The bridge was built in 1907.",
    *,
    tools: tuple[Tool, ...] = (),
    evidence: tuple[Evidence, ...] = (ITEM,),
    trail: tuple[Search, ...] = (),
    previous: Verdict | None = None,
) -> Case:
    return Case(
        request=REQUEST, claim=Claim.of(text), evidence=evidence, tools=tools, trail=trail, previous=previous
    )


def classified(script: Iterable[Reply] | Rule, look: Case | None = None, structured: Structured = "tools") -> Judgement:
    with ChatServer(script) as server:
        decision = asyncio.run(judge(server, structured=structured).classify(look or case()))
    assert isinstance(decision, Judgement)
    return decision


def supported() -> Reply:
    return replies.verdict("supported", quotes=[(ITEM.id, "bridge was built in 1907")])


def test_it_is_a_judge() -> None:
    with ChatServer([]) as server:
        assert isinstance(judge(server), Judge)


def test_a_verdict_comes_with_verified_quotes_steps_and_probabilities() -> None:
    verdict = classified([supported()]).verdict
    assert verdict.label is Label.SUPPORTED
    assert [(quote.evidence_id, quote.start, quote.end) for quote in verdict.quotes] == [(ITEM.id, 8, 32)]
    assert [step.name for step in verdict.steps] == ["restate", "quote", "compare", "decide", "explain"]
    assert verdict.basis is Origin.CONTEXT
    assert (verdict.confidence, verdict.confidence_source) == (0.9, "stated")
    assert sum(verdict.probabilities.values()) == pytest.approx(1)


def test_a_quote_that_is_not_in_the_evidence_is_dropped_and_said_to_be() -> None:
    reply = replies.verdict("supported", quotes=[(ITEM.id, "the bridge was built by giants in 1907")])
    verdict = classified([reply]).verdict
    assert verdict.quotes == ()
    assert any("left out" in step.text for step in verdict.steps)


def test_the_basis_is_the_origin_furthest_from_the_request_among_the_quotes() -> None:
    quotes = [(ITEM.id, "bridge was built in 1907"), (FOUND.id, "It has two lanes today")]
    look = case(evidence=(ITEM, FOUND), trail=TRAIL)
    assert classified([replies.verdict("supported", quotes=quotes)], look).verdict.basis is Origin.CORPUS


@pytest.mark.parametrize("structured", MODES)
def test_the_judge_asks_for_evidence_with_a_tool_it_was_given(structured: Structured) -> None:
    asks = replies.wants("search_corpus", "bridge 1907", native=structured == "tools")
    with ChatServer([asks]) as server:
        decision = asyncio.run(judge(server, structured=structured).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, EvidenceWanted)
    assert [(call.tool, call.arguments.query) for call in decision.calls] == [("search_corpus", "bridge 1907")]
    assert server.requests[0].tools == (["search_corpus"] if structured == "tools" else [])


@pytest.mark.parametrize("structured", MODES)
def test_the_judge_may_decide_at_once_although_it_could_search(structured: Structured) -> None:
    assert classified([supported()], case(tools=(CORPUS,)), structured).verdict.label is Label.SUPPORTED


def test_looks_are_counted_by_stage_with_their_tokens() -> None:
    first = classified([supported().costing(prompt=90, completion=9, cached=80)])
    again = classified([supported()], case(previous=first.verdict))
    stage = first.usage.by_stage["classify"]
    assert (stage.llm_calls, stage.prompt_tokens, stage.cached_tokens, stage.completion_tokens) == (1, 90, 80, 9)
    assert list(again.usage.by_stage) == ["recheck"]
