import asyncio

import pytest

from probandum.agent.claims.plausibility import is_plausible
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import NoClaim
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import claims
from probandum.tools.segmentation.sentences import BlockKind

FACT = "The highest daily dose is 80 mg."


@pytest.mark.parametrize("reason", [NoClaim.BOILERPLATE, NoClaim.HEADING, NoClaim.QUESTION, NoClaim.REFUSAL])
def test_a_statement_is_not_excused_as_a_formula(reason):
    assert not is_plausible(reason, FACT, kind=BlockKind.PROSE)


@pytest.mark.parametrize(
    "sentence",
    [
        "The paragraph explains that mushrooms seem to appear and grow very quickly.",
        "Late Devonian extinction - Around 364 million years ago (Passage 6)",
        "Thanks to you, the harbour handled 400 ships last year.",
        "Based on the provided passages, there were at least 5 storms that year:",
    ],
)
@pytest.mark.parametrize("reason", [NoClaim.BOILERPLATE, NoClaim.REFUSAL])
def test_a_formula_turns_to_its_reader_and_has_no_numbers(reason, sentence):
    assert not is_plausible(reason, sentence, kind=BlockKind.PROSE)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (NoClaim.BOILERPLATE, "Please ask your own doctor before you rely on any of it."),
        (NoClaim.REFUSAL, "Sorry, that is something on which I stay silent."),
        (NoClaim.OPINION, "The coast is the most beautiful of all."),
        (NoClaim.FIRST_PERSON, "The writer was there in 1990."),
        (NoClaim.BOILERPLATE, "I hope this helps!"),
        (NoClaim.BOILERPLATE, "Great news!"),
        (NoClaim.HEADING, "Here are the most important points:"),
        (NoClaim.QUESTION, "Is the highest dose 80 mg?"),
        (NoClaim.BOILERPLATE, "Ich hoffe, dass das für den Anfang hilft und wünsche alles Gute."),
    ],
)
def test_what_code_sees_too_or_cannot_know_is_believed(reason, sentence):
    assert is_plausible(reason, sentence, kind=BlockKind.PROSE)


def test_a_statement_that_the_model_excuses_is_kept_in_its_own_words():
    with ChatServer([claims(NoClaim.BOILERPLATE)]) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s")
        extraction = asyncio.run(judge.extract(AuditRequest(response=FACT)))
    assert [claim.text for claim in extraction.claims] == [FACT]
    assert extraction.sentences[0].reason is None
