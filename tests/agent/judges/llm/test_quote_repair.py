import asyncio

from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.quote_repair import nearest_sentences
from probandum.agent.models import AuditRequest, Case, Claim
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.evidence import Evidence, Origin


def item(text):
    return Evidence.of(text, origin=Origin.CONTEXT, source="a", document_sha256="0" * 64)


GIRL = item("Children copy their parents. The 15 - month - old girl arches her back while strutting around the room.")
MOTHER = item("The mother writes a blog. She has two children.")


def test_the_sentence_that_shares_most_with_what_was_written_is_shown_as_it_stands():
    near = nearest_sentences("The youngster arches her back while strutting around the room", [MOTHER, GIRL])
    assert near[0] == (GIRL.id, "The 15 - month - old girl arches her back while strutting around the room.")


def test_where_nothing_is_like_it_nothing_is_shown():
    assert nearest_sentences("Quarterly revenue rose by 12 per cent", [MOTHER, GIRL]) == ()
    assert nearest_sentences("anything", []) == ()


@given(st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_what_is_shown_stands_in_the_evidence(words, text):
    assert all(near in text for _, near in nearest_sentences(words, [item(text)]))


def test_numbers_are_answered_with_the_words_they_stand_for():
    claim = "The girl arches her back."
    asked = Case(request=AuditRequest(response=claim), claim=Claim.of(claim), evidence=(MOTHER, GIRL))
    paraphrased = replies.verdict("supported", quotes=[(MOTHER.id, "the youngster arches her back at home")])
    chosen = replies.verdict("supported", quotes=[("any", "n1"), (MOTHER.id, "n9")])
    with ChatServer([paraphrased, chosen]) as server:
        chat = ChatModel("any", base_url=server.url)
        decision = asyncio.run(LLMJudge(chat, secret=b"s").classify(asked))
    (quote,) = decision.verdict.quotes
    assert (quote.evidence_id, quote.match) == (GIRL.id, "exact")
    assert quote.text.startswith("The 15 - month - old girl arches her back")
    first, second = (request.body["response_format"]["json_schema"]["schema"] for request in server.requests)
    assert second["$defs"]["QuoteWritten"]["properties"]["text"]["enum"] == ["n1"]
    assert "enum" not in first["$defs"]["QuoteWritten"]["properties"]["text"]


def test_a_model_that_names_none_and_calls_it_supported_is_not_believed():
    asked = Case(request=AuditRequest(response="A."), claim=Claim.of("The girl arches her back."), evidence=(GIRL,))
    with ChatServer([replies.verdict("supported"), replies.verdict("supported")]) as server:
        decision = asyncio.run(LLMJudge(ChatModel("any", base_url=server.url), secret=b"s").classify(asked))
    assert len(server.requests) == 2  # the very same again is not asked a third time
    assert decision.verdict.lacks_quotes


def test_a_number_before_anything_was_offered_is_no_quote():
    asked = Case(request=AuditRequest(response="A."), claim=Claim.of("A."), evidence=(GIRL,))
    with ChatServer(lambda _: replies.verdict("supported", quotes=[(GIRL.id, "n1")])) as server:
        decision = asyncio.run(LLMJudge(ChatModel("any", base_url=server.url), secret=b"s").classify(asked))
    assert decision.verdict.quotes == ()


def test_a_long_sentence_that_says_it_comes_before_a_short_one_that_does_not():
    long = item(
        "After most of the second season, which ended this month on Lifetime in the U.S. and on both Yes and Cellcom "
        "TV in Israel, he wrote of it. In the show the drama airs live. The show airs on and on."
    )
    near = nearest_sentences("In Israel the show airs on yes Drama channel and on Cellcom TV.", [MOTHER, long])
    assert near[0][1].startswith("After most of the second season")
