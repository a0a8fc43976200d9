import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from probandum.agent.judges.llm.capabilities import EndpointCapabilities
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import StructuredMode
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.prompting.json_schema import json_schema
from probandum.agent.judges.llm.replies.schema import DirectWritten
from probandum.agent.judges.protocol import EvidenceRequest, Judge, Judgement
from probandum.agent.models import AuditRequest, Case, Claim, Search, Tool, Verdict
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.agent.usage import Usage
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer, Rule
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import JudgeError, JudgeOutputError
from probandum.tools.evidence import Evidence, Origin

REQUEST = AuditRequest(response="The bridge was built in 1907.", question="When was the bridge built?")
ITEM = Evidence.of("The old bridge was built in 1907.", origin=Origin.CONTEXT, source="guide", document_sha256="0" * 64)
FOUND = Evidence.of("It has two lanes today.", origin=Origin.CORPUS, source="map.txt", document_sha256="1" * 64)
CORPUS = Tool(name="search_corpus", description="Searches the folder.")
TRAIL = (Search(round=1, source="search_corpus", query="lanes", outcome="found", evidence=(FOUND.id,)),)
MODES: tuple[StructuredMode, ...] = ("tools", "json_schema")


def judge(server: ChatServer, *, structured: StructuredMode = "tools", retries: int = 0, tokens: int = 64) -> LLMJudge:
    chat = ChatModel("any", base_url=server.url, max_retries=retries, timeout=5, max_output_tokens=tokens)
    return LLMJudge(chat, secret=b"of this test", endpoint=EndpointCapabilities(structured=structured, logprobs=False))


def case(
    text: str = "The bridge was built in 1907.",
    *,
    tools: tuple[Tool, ...] = (),
    evidence: tuple[Evidence, ...] = (ITEM,),
    trail: tuple[Search, ...] = (),
    previous: Verdict | None = None,
) -> Case:
    return Case(request=REQUEST, claim=Claim.of(text), evidence=evidence, tools=tools, trail=trail, previous=previous)


def spent(error: JudgeError) -> Usage:
    assert isinstance(error.usage, Usage)
    return error.usage


def classified(
    script: Iterable[Reply] | Rule, look: Case | None = None, structured: StructuredMode = "tools"
) -> Judgement:
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
    assert [step.name for step in verdict.steps] == ["restate", "find", "compare", "decide", "explain"]
    assert verdict.basis is Origin.CONTEXT
    assert (verdict.confidence, verdict.confidence_source) == (0.9, "stated")
    assert sum(verdict.probabilities.values()) == pytest.approx(1)


def test_a_quote_that_is_not_in_the_evidence_is_dropped_and_said_to_be() -> None:
    written = [(ITEM.id, "the bridge was built by giants in 1907"), (ITEM.id, "bridge was built in 1907")]
    verdict = classified([replies.verdict("supported", quotes=written)]).verdict
    assert [quote.text for quote in verdict.quotes] == ["bridge was built in 1907"]
    assert any("1 more that the evidence does not have, left out" in step.text for step in verdict.steps)


def test_a_label_whose_quotes_are_nowhere_is_asked_about_once_more_with_the_reason() -> None:
    invented = replies.verdict("supported", quotes=[(ITEM.id, "the bridge was built by giants in 1907")])
    with ChatServer([invented, supported()]) as server:
        decision = asyncio.run(judge(server).classify(case()))
    assert isinstance(decision, Judgement)
    assert decision.verdict.quotes
    assert "no entry of `quotes` is in the evidence word for word" in server.requests[-1].texts[-1]
    assert "n1: The old bridge was built in 1907." in server.requests[-1].texts[-1]
    assert (decision.usage.llm_calls, decision.usage.repairs) == (2, 1)


@pytest.mark.parametrize("then", [None, replies.content("I cannot")], ids=["the same again", "nothing usable"])
def test_a_label_without_quotes_is_told_once_only_and_then_left_to_the_loop(then: Reply | None) -> None:
    invented = replies.verdict("contradicted", error_types=["number"], quotes=[(ITEM.id, "giants built it")])
    decision = classified([invented, then or invented])
    assert decision.verdict.quotes == ()
    assert decision.usage.llm_calls == 2


def test_of_a_quote_that_goes_on_and_on_the_first_words_count() -> None:
    long = Evidence.of("So it went on. " * 99, origin=Origin.CONTEXT, source="guide", document_sha256="0" * 64)
    reply = replies.verdict("supported", quotes=[(long.id, long.text.strip())])
    (quote,) = classified([reply], case(evidence=(long,))).verdict.quotes
    assert (quote.start, quote.match) == (0, "exact")
    assert 580 < len(quote.text) <= 600


def test_a_quote_that_the_form_cut_within_a_word_counts_without_that_word() -> None:
    words = " ".join(f"stone{place:03}" for place in range(60))
    long = Evidence.of(words, origin=Origin.CONTEXT, source="guide", document_sha256="0" * 64)
    quotes: Any = json_schema(DirectWritten, bounded=True)
    cut = words[: quotes["$defs"]["QuoteWritten"]["properties"]["text"]["maxLength"]]
    assert not cut.endswith("stone033")
    (quote,) = classified(
        [replies.verdict("supported", quotes=[(long.id, cut)])], case(evidence=(long,))
    ).verdict.quotes
    assert quote.text == cut.rsplit(" ", 1)[0]


def test_the_basis_is_the_origin_furthest_from_the_request_among_the_quotes() -> None:
    quotes = [(ITEM.id, "bridge was built in 1907"), (FOUND.id, "It has two lanes today")]
    look = case(evidence=(ITEM, FOUND), trail=TRAIL)
    assert classified([replies.verdict("supported", quotes=quotes)], look).verdict.basis is Origin.CORPUS


@pytest.mark.parametrize("structured", MODES)
def test_the_judge_asks_for_evidence_with_a_tool_it_was_given(structured: StructuredMode) -> None:
    asks = replies.wants("search_corpus", "bridge 1907", native=structured == "tools")
    with ChatServer([asks]) as server:
        decision = asyncio.run(judge(server, structured=structured).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, EvidenceRequest)
    assert [(call.tool, call.arguments.query) for call in decision.calls] == [("search_corpus", "bridge 1907")]
    assert server.requests[0].tools == (["search_corpus"] if structured == "tools" else [])


@pytest.mark.parametrize("structured", MODES)
def test_the_judge_may_decide_at_once_although_it_could_search(structured: StructuredMode) -> None:
    assert classified([supported()], case(tools=(CORPUS,)), structured).verdict.label is Label.SUPPORTED


def test_a_search_by_another_name_is_repaired() -> None:
    with ChatServer([replies.wants("the_internet", "x"), supported()]) as server:
        decision = asyncio.run(judge(server).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, Judgement)
    assert "search_corpus" in server.requests[1].texts[-1]


@pytest.mark.parametrize(
    "arguments",
    ['{"query": ""}', "{}", '{"query": "x", "limit": 5000}', "not json", '["x"]', '{"query": "x", "of": 1}'],
)
def test_a_search_with_arguments_that_do_not_fit_is_repaired(arguments: str) -> None:
    broken = Reply(calls=(("search_corpus", arguments),))
    with ChatServer([broken, replies.wants("search_corpus", "bridge")]) as server:
        decision = asyncio.run(judge(server).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, EvidenceRequest)
    assert decision.usage.llm_calls == 2


@pytest.mark.parametrize("structured", MODES)
def test_a_search_when_it_has_to_decide_is_repaired(structured: StructuredMode) -> None:
    asks = replies.wants("search_corpus", "bridge", native=structured == "tools")
    assert classified([asks, supported()], structured=structured).verdict.label is Label.SUPPORTED


def test_in_json_mode_the_schema_names_the_tools_there_are() -> None:
    with ChatServer([supported()]) as server:
        asyncio.run(judge(server, structured="json_schema").classify(case(tools=(CORPUS,))))
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert schema["$defs"]["CallWritten"]["properties"]["tool"]["enum"] == ["search_corpus"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Supported", Label.SUPPORTED),
        ("SUPPORTED.", Label.SUPPORTED),
        ("Contradicted", Label.CONTRADICTED),
        ("Partially Supported", Label.PARTIALLY_SUPPORTED),
        ("partially-supported", Label.PARTIALLY_SUPPORTED),
        ("PartiallySupported", Label.PARTIALLY_SUPPORTED),
        ("`absent`", Label.ABSENT),
    ],
)
def test_the_spelling_of_a_label_is_forgiven(label: str, expected: Label) -> None:
    parts = {Label.SUPPORTED: [("a", "match")], Label.PARTIALLY_SUPPORTED: [("a", "Match"), ("b", "missing")]}
    types = ["Over-Generalisation"] if expected in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED) else ["none"]
    quotes = [(ITEM.id, "bridge was built in 1907")]
    reply = replies.verdict(label, parts=parts.get(expected, ()), error_types=types, quotes=quotes)
    decision = classified([reply])
    assert decision.verdict.label is expected
    assert decision.usage.llm_calls == 1
    assert decision.verdict.error_types == ((ErrorType.OVERGENERALIZATION,) if types != ["none"] else ())


@pytest.mark.parametrize("label", ["not supported", "unsupported", "refuted", "", "supported or absent"])
def test_a_label_that_is_none_is_never_guessed(label: str) -> None:
    decision = classified([replies.verdict(label), supported()])
    assert decision.usage.llm_calls == 2
    assert decision.verdict.label is Label.SUPPORTED


@pytest.mark.parametrize(
    "broken",
    [
        replies.verdict("contradicted"),
        replies.verdict("partially_supported"),
        replies.verdict("partially_supported", parts=[("a", "missing")], error_types=["number"]),
        replies.verdict("unevaluatable"),
        replies.verdict("supported", error_types=["number"]),
        replies.verdict("supported", parts=[("a", "match"), ("b", "missing")]),
        replies.verdict("supported", confidence=-1),
        replies.content({"label": "supported"}),
        replies.content("It is supported."),
        replies.content("[]"),
        replies.empty(),
    ],
)
def test_an_answer_that_does_not_hold_together_is_repaired_with_the_problem_shown(broken: Reply) -> None:
    with ChatServer([broken, supported()]) as server:
        decision = asyncio.run(judge(server).classify(case()))
    assert isinstance(decision, Judgement)
    assert decision.usage.llm_calls == 2
    assert "cannot be used" in server.requests[1].texts[-1]
    assert server.requests[1].texts[:3] == server.requests[0].texts


def test_only_the_last_answer_is_shown_in_a_repair_and_repairs_are_bounded() -> None:
    script = [replies.content(f"no {n}") for n in range(9)]
    with ChatServer(script) as server, pytest.raises(JudgeOutputError, match=r"after 2 repair\(s\)") as caught:
        asyncio.run(judge(server).classify(case()))
    assert [len(request.messages) for request in server.requests] == [3, 5, 5]
    assert spent(caught.value).llm_calls == 3


def test_a_model_that_says_the_very_same_again_is_not_asked_a_third_time() -> None:
    script = [replies.content("no"), replies.content("no"), supported()]
    with ChatServer(script) as server, pytest.raises(JudgeOutputError, match=r"after 1 repair\(s\)") as caught:
        asyncio.run(judge(server).classify(case()))
    assert spent(caught.value).llm_calls == 2


def test_a_model_that_says_nothing_twice_may_still_answer() -> None:
    assert classified([replies.content(""), replies.content(""), supported()]).usage.llm_calls == 3


def test_a_verdict_in_a_code_fence_or_with_words_around_it_is_read() -> None:
    inner = supported().content
    reply = replies.content(f"Here it is:\n```json\n{inner}\n```")
    assert classified([reply]).usage.llm_calls == 1


def test_unevaluatable_says_why_and_other_says_what() -> None:
    verdict = classified([replies.verdict("unevaluatable", why="Unresolved Reference", error_types=["number"])]).verdict
    assert (verdict.why, verdict.error_types) == (Why.UNRESOLVED_REFERENCE, ())
    quotes = [(ITEM.id, "bridge was built in 1907")]
    other = replies.verdict("contradicted", error_types=["other"], detail="negation", quotes=quotes)
    verdict = classified([other]).verdict
    assert (verdict.error_types, verdict.detail) == ((ErrorType.OTHER,), "negation")


def test_looks_are_counted_by_stage_with_their_tokens() -> None:
    first = classified([supported().costing(prompt=90, completion=9, cached=80)])
    again = classified([supported()], case(previous=first.verdict))
    stage = first.usage.by_stage["classify"]
    assert (stage.llm_calls, stage.prompt_tokens, stage.cached_tokens, stage.completion_tokens) == (1, 90, 80, 9)
    assert list(again.usage.by_stage) == ["recheck"]


@pytest.mark.parametrize(
    ("label", "quotes", "offered", "kept"),
    [
        ("contradicted", [(ITEM.id, "bridge was built in 1907")], "The bridge was built in 1907!", True),
        ("contradicted", [(ITEM.id, "words that are not there")], "The bridge was built in 1908.", False),
        ("contradicted", [(ITEM.id, "bridge was built in 1907")], "The bridge was built in 1907.", False),
        ("contradicted", [(ITEM.id, "bridge was built in 1907")], " ", False),
        ("supported", [(ITEM.id, "bridge was built in 1907")], "The bridge was built in 1908.", False),
    ],
    ids=["kept", "no verified quote", "the claim itself", "empty", "nothing to correct"],
)
def test_a_correction_is_kept_for_a_faulty_claim_with_a_verified_quote(
    label: str, quotes: list[tuple[str, str]], offered: str, *, kept: bool
) -> None:
    types = ["number"] if label == "contradicted" else []
    reply = replies.verdict(label, quotes=quotes, error_types=types, correction=offered)
    assert classified([reply, reply]).verdict.correction == (offered if kept else None)
