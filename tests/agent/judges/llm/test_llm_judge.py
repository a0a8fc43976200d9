import asyncio
import json
from collections.abc import Iterable

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.judges.protocol import EvidenceRequest, Judge, Judgement
from probandum.agent.models import Case, Claim, Search, Tool, Verdict
from probandum.agent.request import AuditRequest
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


def judge(server: ChatServer, *, retries: int = 0, tokens: int = 64, method: Method | None = None) -> LLMJudge:
    chat = ChatModel("any", base_url=server.url, max_retries=retries, timeout=5, max_output_tokens=tokens)
    return LLMJudge(chat, secret=b"of this test", method=method or Method(confidence="stated"))


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


def classified(script: Iterable[Reply] | Rule, look: Case | None = None, *, method: Method | None = None) -> Judgement:
    with ChatServer(script) as server:
        decision = asyncio.run(judge(server, method=method).classify(look or case()))
    assert isinstance(decision, Judgement)
    return decision


def supported() -> Reply:
    return replies.verdict("supported", quotes=[(ITEM.id, "bridge was built in 1907")])


def test_it_is_a_judge() -> None:
    with ChatServer([]) as server:
        assert isinstance(judge(server), Judge)


def test_a_verdict_comes_with_whole_sentences_as_quotes_steps_and_probabilities() -> None:
    verdict = classified([supported()]).verdict
    assert verdict.label is Label.SUPPORTED
    assert [(quote.evidence_id, quote.start, quote.end) for quote in verdict.quotes] == [(ITEM.id, 0, 33)]
    assert [step.name for step in verdict.steps] == ["restate", "find", "compare", "decide", "explain"]
    assert verdict.basis is Origin.CONTEXT
    assert (verdict.confidence, verdict.confidence_source) == (0.9, "stated")
    assert sum(verdict.probabilities.values()) == pytest.approx(1)


def test_a_number_that_no_sentence_has_is_dropped_and_said_to_be() -> None:
    written = [(ITEM.id, "the bridge was built by giants in 1907"), (ITEM.id, "bridge was built in 1907")]
    verdict = classified([replies.verdict("supported", quotes=written)]).verdict
    assert [quote.text for quote in verdict.quotes] == [ITEM.text]
    assert any("1 more that no sentence has the number of, left out" in step.text for step in verdict.steps)


def test_a_label_that_cites_nothing_is_asked_about_once_more_with_the_reason() -> None:
    invented = replies.verdict("supported", quotes=[(ITEM.id, "the bridge was built by giants in 1907")])
    with ChatServer([invented, supported()]) as server:
        decision = asyncio.run(judge(server).classify(case()))
    assert isinstance(decision, Judgement)
    assert decision.verdict.quotes
    assert "`cites` names no sentence that is shown" in server.requests[-1].texts[-1]
    assert (decision.usage.llm_calls, decision.usage.repairs) == (2, 1)


@pytest.mark.parametrize("then", [None, replies.content("I cannot")], ids=["the same again", "nothing usable"])
def test_a_label_that_cites_nothing_is_told_once_only_and_then_left_to_the_loop(then: Reply | None) -> None:
    invented = replies.verdict("contradicted", error_types=["number"], quotes=[(ITEM.id, "giants built it")])
    decision = classified([invented, then or invented])
    assert decision.verdict.quotes == ()
    assert decision.usage.llm_calls == 2


@pytest.mark.parametrize("cites", [[1], ["1"], "[1]", 1, ["[1]", 1], [1, 77, -3]])
def test_numbers_are_read_however_they_are_written(cites: object) -> None:
    written = replies.json_of(supported())
    assert isinstance(written, dict)
    whole = {**written, "cites": cites, "fully_stated": "Yes"}
    assert [quote.text for quote in classified([replies.content(whole)]).verdict.quotes] == [ITEM.text]  # type: ignore[arg-type]


def test_evidence_that_was_searched_for_is_numbered_after_what_all_claims_share() -> None:
    with ChatServer([supported()]) as server:
        asyncio.run(judge(server).classify(case(evidence=(FOUND, ITEM), trail=TRAIL)))
    assert server.requests[0].sentences == {1: ITEM.text, 2: FOUND.text}
    assert FOUND.text not in server.requests[0].texts[1]


def test_the_basis_is_the_origin_furthest_from_the_request_among_the_quotes() -> None:
    quotes = [(ITEM.id, "bridge was built in 1907"), (FOUND.id, "It has two lanes today")]
    look = case(evidence=(ITEM, FOUND), trail=TRAIL)
    assert classified([replies.verdict("supported", quotes=quotes)], look).verdict.basis is Origin.CORPUS


def test_the_judge_asks_for_evidence_with_a_tool_it_was_given() -> None:
    with ChatServer([replies.wants("search_corpus", "bridge 1907")]) as server:
        decision = asyncio.run(judge(server).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, EvidenceRequest)
    assert [(call.tool, call.arguments.query) for call in decision.calls] == [("search_corpus", "bridge 1907")]
    assert server.requests[0].searches == ["search_corpus"]


def test_to_read_on_around_a_sentence_the_model_gives_its_number() -> None:
    with ChatServer([replies.wants("search_corpus", "[1]"), replies.wants("search_corpus", "[9]")]) as server:
        decisions = [asyncio.run(judge(server).classify(case(tools=(CORPUS,)))) for _ in range(2)]
    queries = [each.calls[0].arguments.query for each in decisions if isinstance(each, EvidenceRequest)]
    assert queries == [ITEM.id, "[9]"]


def test_the_judge_may_decide_at_once_although_it_could_search() -> None:
    assert classified([supported()], case(tools=(CORPUS,))).verdict.label is Label.SUPPORTED


def test_a_search_by_another_name_is_repaired() -> None:
    with ChatServer([replies.wants("the_internet", "x"), supported()]) as server:
        decision = asyncio.run(judge(server).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, Judgement)
    assert "search_corpus" in server.requests[1].texts[-1]


@pytest.mark.parametrize("arguments", [{"query": ""}, {}, {"query": "x", "limit": 5000}, "not json", ["x"]])
def test_a_search_with_arguments_that_do_not_fit_is_repaired(arguments: object) -> None:
    given = arguments if isinstance(arguments, dict) else {"query": arguments}
    call = {"tool": "search_corpus", **given} if isinstance(arguments, dict) else arguments
    broken = replies.content({"decision": {"reasoning": "More.", "calls": [call]}})  # type: ignore[dict-item]
    with ChatServer([broken, replies.wants("search_corpus", "bridge")]) as server:
        decision = asyncio.run(judge(server).classify(case(tools=(CORPUS,))))
    assert isinstance(decision, EvidenceRequest)
    assert decision.usage.llm_calls == 2


def test_a_search_when_it_has_to_decide_is_repaired() -> None:
    asks = replies.wants("search_corpus", "bridge")
    assert classified([asks, supported()]).verdict.label is Label.SUPPORTED


def test_at_first_sight_a_verdict_has_its_sentences_and_no_reasoning() -> None:
    decision = classified([supported()], method=Method(reasoning="direct", confidence="stated"))
    assert [step.name for step in decision.verdict.steps] == ["find", "decide"]
    assert decision.verdict.label is Label.SUPPORTED
    assert decision.verdict.probabilities[Label.SUPPORTED] == pytest.approx(0.9)


def test_an_error_at_first_sight_that_has_no_type_is_of_none_that_is_named() -> None:
    reply = replies.verdict("contradicted", quotes=[(ITEM.id, "built in 1907")])
    verdict = classified([reply], method=Method(reasoning="direct")).verdict
    assert (verdict.error_types, verdict.detail) == ((ErrorType.OTHER,), None)


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
    written = replies.json_of(supported())
    assert isinstance(written, dict)
    inner = json.dumps({**written, "cites": [1], "fully_stated": "yes"})
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
