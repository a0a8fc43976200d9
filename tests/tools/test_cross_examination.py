import asyncio

import pytest

from probandum.tools.cross_examination import CrossExamination, agreeing
from probandum.tools.errors import ConfigError, ToolUnavailable
from probandum.tools.evidence import Origin
from probandum.tools.source import SearchArguments, Source

CLAIM = "The bridge was built in 1907."


class Witness:
    model = "witness"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def question(self, claim):
        assert claim == CLAIM
        return "When was the bridge built?"

    async def answer(self, question, *, again):
        self.asked.append((question, again))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def examined(*answers):
    witness = Witness(*answers)
    source = CrossExamination(witness, times=len(answers))
    assert isinstance(source, Source)
    return asyncio.run(source(SearchArguments(query=CLAIM))), witness


def test_answers_are_evidence_of_the_models_with_how_many_agree():
    found, witness = examined("It was built in 1907.", "It was built in 1931.", "It was built in 1907, it was.")
    assert [item.text for item in found] == [
        "It was built in 1907.",
        "It was built in 1931.",
        "It was built in 1907, it was.",
    ]
    assert [item.locator for item in found] == [f"{n} of 3 answers agree" for n in (2, 1, 2)]
    assert {(item.origin, item.source, item.title) for item in found} == {
        (Origin.MODEL, "model witness", "When was the bridge built?")
    }
    assert witness.asked == [("When was the bridge built?", turn > 0) for turn in range(3)]


def test_who_does_not_know_gives_no_evidence():
    assert examined("I do not know.", "I don’t know.")[0] == ()
    found, _ = examined("I do not know.", "In 1907.", "I'm not sure.")
    assert [item.locator for item in found] == ["1 of 3 answers agree"]


def test_the_examiners_failure_is_the_sources():
    with pytest.raises(ToolUnavailable):
        examined("In 1907.", ToolUnavailable("down"))


def test_to_ask_once_shows_nothing():
    with pytest.raises(ConfigError, match="twice"):
        CrossExamination(Witness(), times=1)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["It is 5 km long.", "It is 5 km long", "it is 6 km long"], [2, 2, 1]),
        (["Paris", "London", "Rome"], [1, 1, 1]),
        (["I do not know.", "I do not know", "Rome"], [2, 2, 1]),
    ],
)
def test_answers_agree_when_words_are_alike_and_numbers_equal(answers, expected):
    assert agreeing(answers) == expected
