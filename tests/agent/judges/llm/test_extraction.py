import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probandum.agent.judges.llm import extraction
from probandum.agent.judges.llm.capabilities import EndpointCapabilities as Known
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.sentence_windows import number_sentences
from probandum.agent.models import AuditRequest, Extraction
from probandum.agent.taxonomy import NoClaim
from probandum.agent.usage import Usage
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatRequest, ChatServer, Rule
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import JudgeOutputError

RESPONSE = "Marta Voss founded the clinic in 1988 and still leads it. I like her. It has two sites."
BOTH = [("Marta Voss founded the clinic in 1988.", "Marta Voss founded the clinic in 1988"), "leads"]
WHOLE = replies.claims(
    [BOTH[0], ("Marta Voss leads the clinic.", "still leads it")], NoClaim.FIRST_PERSON, ["The clinic has two sites."]
)


def extracted(
    script: Iterable[Reply] | Rule, response: str = RESPONSE, *, all_checkable: bool = False
) -> tuple[Extraction, list[ChatRequest]]:
    with ChatServer(script) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url, max_retries=0), secret=b"of this test")
        extraction = asyncio.run(judge.extract(AuditRequest(response=response), all_checkable=all_checkable))
    return extraction, server.requests


def words(extraction: Extraction, response: str = RESPONSE) -> list[str]:
    return [response[claim.span.start : claim.span.end] for claim in extraction.claims if claim.span]


def test_claims_know_their_sentence_and_the_words_they_stand_on() -> None:
    extraction, _ = extracted([WHOLE])
    assert [claim.text for claim in extraction.claims] == [
        "Marta Voss founded the clinic in 1988.",
        "Marta Voss leads the clinic.",
        "The clinic has two sites.",
    ]
    assert words(extraction) == ["Marta Voss founded the clinic in 1988", "still leads it", "It has two sites."]
    assert [sentence.reason for sentence in extraction.sentences] == [None, NoClaim.FIRST_PERSON, None]
    known = {sentence.id: sentence.claims for sentence in extraction.sentences}
    assert all(claim.id in known[claim.sentence or ""] for claim in extraction.claims)
    assert extraction.usage.by_stage["extract"].llm_calls == 1


def test_the_form_has_no_more_sentences_than_were_shown() -> None:
    with ChatServer([WHOLE], endpoint=ScriptedCapabilities(structured="json_schema")) as server:
        chat = ChatModel("any", base_url=server.url)
        judge = LLMJudge(chat, secret=b"s", endpoint=Known(structured="json_schema", logprobs=False))
        asyncio.run(judge.extract(AuditRequest(response=RESPONSE)))
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert schema["$defs"]["SentenceWritten"]["properties"]["id"]["enum"] == ["s1", "s2", "s3"]
    assert schema["properties"]["sentences"]["maxItems"] == 3


def test_a_form_with_bounds_lets_a_sentence_make_no_more_claims_than_its_length_can_hold():
    long = f"The clinic treats {', '.join(f'illness {number}' for number in range(30))}."
    assert (bounds("It rains."), bounds(long)) == ((5, 250), (10, 500))


def bounds(response):
    with ChatServer([replies.claims([response])], endpoint=ScriptedCapabilities(structured="json_schema")) as server:
        chat = ChatModel("any", base_url=server.url)
        judge = LLMJudge(chat, secret=b"s", endpoint=Known(structured="json_schema", logprobs=False))
        asyncio.run(judge.extract(AuditRequest(response=response)))
    fields = server.requests[0].body["response_format"]["json_schema"]["schema"]["$defs"]
    words = fields["ClaimWritten"]["properties"]["words"]
    return fields["SentenceWritten"]["properties"]["claims"]["maxItems"], words["maxLength"]


def test_a_sentence_that_was_left_out_is_asked_for_once_more() -> None:
    first = replies.claims(["Marta Voss founded the clinic."])
    second = replies.content(
        {
            "sentences": [
                {"id": "s2", "claims": [], "reason": "opinion"},
                {"id": "s3", "claims": [], "reason": "heading"},
            ]
        }
    )
    extraction, requests = extracted([first, second])
    assert [sentence.reason for sentence in extraction.sentences] == [None, NoClaim.OPINION, NoClaim.HEADING]
    assert "s2: I like her." in requests[1].texts[-1]
    assert "s1: " not in requests[1].texts[-1]


def test_a_sentence_that_is_left_out_twice_is_kept_in_its_own_words() -> None:
    extraction, _ = extracted([replies.claims(["Marta Voss founded the clinic."])] * 2)
    assert [claim.text for claim in extraction.claims][1:] == ["I like her.", "It has two sites."]


def test_an_entry_with_neither_claims_nor_reason_does_not_account_for_its_sentence() -> None:
    extraction, requests = extracted([replies.claims([], [], []), WHOLE])
    assert len(requests) == 2
    assert len(extraction.claims) == 3


def test_what_the_model_says_of_sentences_that_do_not_exist_is_left_out_of_account() -> None:
    extraction, _ = extracted([replies.claims(["A."], ["B."], ["C."], ["D."])])
    assert [claim.text for claim in extraction.claims] == ["A.", "B.", "C."]


def test_a_claim_put_under_the_wrong_sentence_is_moved_to_the_one_whose_words_it_stands_on() -> None:
    strayed = replies.claims(
        ["Marta Voss founded the clinic.", ("The clinic has two sites.", "It has two sites")],
        NoClaim.OPINION,
        NoClaim.BOILERPLATE,
    )
    extraction, _ = extracted([strayed])
    assert [sentence.reason for sentence in extraction.sentences] == [None, NoClaim.OPINION, None]
    assert extraction.claims[1].sentence == extraction.sentences[2].id
    assert words(extraction)[1] == "It has two sites"


def test_with_everything_checkable_an_opinion_is_a_claim() -> None:
    extraction, requests = extracted([WHOLE, WHOLE], all_checkable=True)
    assert "I like her." in [claim.text for claim in extraction.claims]
    assert requests[0].texts[0] != extracted([WHOLE])[1][0].texts[0]


def test_the_same_claim_twice_in_one_place_is_one_claim() -> None:
    extraction, _ = extracted([replies.claims(["A."], ["B.", "B."], NoClaim.HEADING)])
    assert [claim.text for claim in extraction.claims] == ["A.", "B."]


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
        return replies.content(
            {"sentences": [{"id": i, "claims": [{"words": t, "text": t}], "reason": None} for i, t in entries]}
        )

    extraction, requests = extracted(rule, response)
    assert [claim.text for claim in extraction.claims] == [
        f"Fact number {n} stands in this long answer." for n in range(600)
    ]
    assert words(extraction, response) == [claim.text for claim in extraction.claims]
    assert len(requests) == 10  # of 60 sentences each


def test_claims_that_lean_on_other_sentences_are_asked_for_once_more() -> None:
    leaning = replies.claims(BOTH[:1], NoClaim.FIRST_PERSON, ["It has two sites."])
    extraction, requests = extracted([leaning, WHOLE])
    assert [claim.text for claim in extraction.claims] == [BOTH[0][0], "The clinic has two sites."]
    assert "s3: It has two sites." in requests[1].texts[-1]
    assert "s1: " not in requests[1].texts[-1]


def test_a_second_answer_that_says_less_or_leans_as_much_does_not_replace_the_first() -> None:
    first = replies.claims(["It opened.", "It closed."], ["A."], ["B."])
    for second in (["The clinic opened."], ["It opened then.", "It closed then."]):
        extraction, requests = extracted([first, replies.claims(second, ["A."], ["B."])])
        assert [claim.text for claim in extraction.claims][:2] == ["It opened.", "It closed."]
        assert len(requests) == 2


@pytest.mark.parametrize("fault", [replies.truncated(), replies.refusal(), replies.content("no JSON")])
def test_a_second_answer_that_cannot_be_used_leaves_the_first(fault: Reply) -> None:
    first = replies.claims(BOTH[:1])
    extraction, _ = extracted([first, *[fault] * 3])
    assert [claim.text for claim in extraction.claims] == [BOTH[0][0], "I like her.", "It has two sites."]


def test_windows_are_asked_about_at_once_a_few_at_a_time() -> None:
    response = " ".join(f"Fact number {n} stands in this long answer." for n in range(600))
    with ChatServer(lambda _: replies.claims(*[["A."]] * 60), endpoint=ScriptedCapabilities(seconds=0.1)) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url, max_retries=0), secret=b"of this test")
        asyncio.run(judge.extract(AuditRequest(response=response)))
    assert server.most_at_once == 4


def test_a_window_that_fails_ends_the_extraction_with_all_that_was_spent() -> None:
    response = " ".join(f"Fact number {n} stands in this long answer." for n in range(120))

    def rule(request: ChatRequest) -> Reply:
        if "s1: Fact" in request.texts[1]:
            return replies.claims(*[["A."]] * 60)
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
