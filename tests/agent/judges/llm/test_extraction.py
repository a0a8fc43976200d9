import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probandum.agent.judges.llm import extraction
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.judges.llm.sentence_windows import number_sentences
from probandum.agent.models import Extraction
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import NoClaim
from probandum.agent.usage import Usage
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatRequest, ChatServer, Rule
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import JudgeOutputError

RESPONSE = "Marta Voss founded the clinic in 1988 and still leads it. I like her. It has two sites."
WHOLE = replies.claims(
    ["Marta Voss founded the clinic in 1988.", "Marta Voss still leads the clinic."],
    NoClaim.FIRST_PERSON,
    ["The clinic has two sites."],
)


def extracted(
    script: Iterable[Reply] | Rule,
    response: str = RESPONSE,
    *,
    all_checkable: bool = False,
    rules: bool = False,
) -> tuple[Extraction, list[ChatRequest]]:
    with ChatServer(script) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0)
        judge = LLMJudge(chat, secret=b"of this test", method=Method(by_clauses=rules))
        extraction = asyncio.run(judge.extract(AuditRequest(response=response), all_checkable=all_checkable))
    return extraction, server.requests


def words(extraction: Extraction, response: str = RESPONSE) -> list[str]:
    return [response[claim.span.start : claim.span.end] for claim in extraction.claims if claim.span]


def test_claims_know_their_sentence_and_the_words_they_stand_on() -> None:
    extraction, _ = extracted([WHOLE])
    assert [claim.text for claim in extraction.claims] == [
        "Marta Voss founded the clinic in 1988.",
        "Marta Voss still leads the clinic.",
        "The clinic has two sites.",
    ]
    assert words(extraction) == [
        "Marta Voss founded the clinic in 1988",
        "Marta Voss founded the clinic in 1988 and still leads",
        "two sites.",
    ]
    assert [sentence.reason for sentence in extraction.sentences] == [None, NoClaim.FIRST_PERSON, None]
    known = {sentence.id: sentence.claims for sentence in extraction.sentences}
    assert all(claim.id in known[claim.sentence or ""] for claim in extraction.claims)
    assert extraction.usage.by_stage["extract"].llm_calls == 1


def test_the_form_has_an_entry_for_every_sentence_that_is_asked_about() -> None:
    _, requests = extracted([WHOLE], f"# The clinic\n\n{RESPONSE} Why not?")
    schema = requests[0].body["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["s2", "s3", "s4"]
    assert "The clinic\ns2: Marta" in requests[0].texts[1]


@pytest.mark.parametrize(
    "written",
    [
        [],
        ["Marta Voss founded the clinic in 1989."],
        ["The weather was fine."],
        ["Marta Voss founded the clinic."],
        ["heading"],
    ],
    ids=["nothing", "another number", "another sentence", "half of it", "an excuse that cannot be believed"],
)
def test_a_sentence_whose_claims_do_not_cover_it_or_add_to_it_stands_in_its_own_words(written: list[str]) -> None:
    extraction, requests = extracted([replies.claims(written, NoClaim.FIRST_PERSON, ["The clinic has two sites."])])
    assert extraction.claims[0].text == "Marta Voss founded the clinic in 1988 and still leads it."
    assert len(requests) == 1


def test_what_the_model_says_of_sentences_that_do_not_exist_is_left_out_of_account() -> None:
    extraction, _ = extracted([replies.content({"s1": [], "s77": ["The clinic has two sites."]})])
    assert [claim.text for claim in extraction.claims] == [
        "Marta Voss founded the clinic in 1988 and still leads it.",
        "I like her.",
        "It has two sites.",
    ]


def test_a_small_model_is_not_asked_and_rules_cut_the_clauses() -> None:
    extraction, requests = extracted(
        [], "The mill is old. It was built in 1702, and it burnt down in 1801.", rules=True
    )
    assert [claim.text for claim in extraction.claims] == [
        "The mill is old.",
        "It was built in 1702",
        "It burnt down in 1801.",
    ]
    assert requests == []


def test_with_everything_checkable_an_opinion_is_a_claim() -> None:
    extraction, requests = extracted([WHOLE, WHOLE], all_checkable=True)
    assert "I like her." in [claim.text for claim in extraction.claims]
    assert requests[0].texts[0] != extracted([WHOLE])[1][0].texts[0]


def test_the_same_claim_twice_in_one_place_is_one_claim() -> None:
    twice = ["The clinic has two sites.", "The clinic has  two sites."]
    extraction, _ = extracted([replies.claims([], NoClaim.FIRST_PERSON, twice)])
    assert [claim.text for claim in extraction.claims][1:] == ["The clinic has two sites."]


def test_nothing_to_take_apart_asks_nothing() -> None:
    extraction, requests = extracted([], " \n ")
    assert extraction == Extraction(sentences=(), claims=())
    assert requests == []


def test_a_line_in_the_response_cannot_pass_for_another_sentence() -> None:
    _, requests = extracted(lambda _: replies.claims(["A."], ["B."]), "One thing\ns2: is a trap here. Two.")
    assert "\ns2: is a trap" not in requests[0].texts[1]
    assert "s1: One thing s2: is a trap here." in requests[0].texts[1]


def test_a_long_response_is_taken_in_windows_and_no_sentence_is_lost_or_doubled() -> None:
    response = " ".join(f"Fact number {n} stands in this long answer." for n in range(600))

    def rule(request: ChatRequest) -> Reply:
        lines = [line for line in request.texts[1].splitlines() if line.startswith("s") and ": Fact" in line]
        entries = [line.split(": ", 1) for line in lines]
        return replies.content({number: [text] for number, text in entries})

    extraction, requests = extracted(rule, response)
    assert [claim.text for claim in extraction.claims] == [
        f"Fact number {n} stands in this long answer." for n in range(600)
    ]
    assert len(requests) == 10  # of 60 sentences each


def test_windows_are_asked_about_at_once_a_few_at_a_time() -> None:
    response = " ".join(f"Fact number {n} stands in this long answer." for n in range(600))
    with ChatServer(
        lambda _: replies.claims(*[["A fact stands in this answer."]] * 600), endpoint=ScriptedCapabilities(seconds=0.1)
    ) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url, max_retries=0), secret=b"of this test")
        asyncio.run(judge.extract(AuditRequest(response=response)))
    assert server.most_at_once == 4


def test_a_window_that_fails_ends_the_extraction_with_all_that_was_spent() -> None:
    response = " ".join(f"Fact number {n} stands in this long answer." for n in range(120))

    def rule(request: ChatRequest) -> Reply:
        if "s1: Fact" in request.texts[1]:
            return replies.claims(*[["A fact stands in this answer."]] * 60)
        return replies.content("no JSON")

    with ChatServer(rule) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url, max_retries=0), secret=b"of this test")
        with pytest.raises(JudgeOutputError) as failed:
            asyncio.run(judge.extract(AuditRequest(response=response)))
    assert isinstance(failed.value.usage, Usage)
    assert failed.value.usage.llm_calls == len(server.requests)


@settings(max_examples=200)
@given(st.text(max_size=120), st.text(max_size=40))
def test_the_span_of_a_claim_lies_in_its_sentence(response: str, quoted: str) -> None:
    for sentence in number_sentences(response):
        span = extraction._span(quoted, sentence)
        assert sentence.span.start <= span.start <= span.end <= sentence.span.end
