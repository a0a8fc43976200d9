"""What sentences do with a statement, one row a frame: those that do not assert it, and those that do."""

import pytest

from probandum.agent.language.analysis import analyze_sentence, analyze_text
from probandum.agent.language.assertion import Status, governing, scopes

CLAIM = "The museum opened a second wing in 1987."
WORDS = {"whole": CLAIM, "C": CLAIM.rstrip("."), "c": "the museum opened a second wing in 1987"}
KEYS = frozenset(word.key for word in analyze_sentence(CLAIM).words if word.content)


def frame(evidence, claim=CLAIM):
    """What governs the sentence that has most of the claim."""
    text = evidence.format(**WORDS)
    sentence = max(analyze_text(text).sentences, key=lambda each: len(each.keys & KEYS))
    return governing(claim, KEYS, sentence, text)


FRAMED = [
    "It is not true that {c}.",
    "It isn't the case that {c}.",
    "There is no evidence that {c}.",
    "No study has shown that {c}.",
    "The mayor denied that {c}.",
    "The director rejected claims that {c}.",
    "Contrary to popular belief, {c}.",
    "It is a myth that {c}.",
    "The idea that {c} is false.",
    "It is unclear whether {c}.",
    "Whether {c} is still debated.",
    "We do not know if {c}.",
    "Historians disagree about whether {c}.",
    "Some people believe that {c}.",
    "Rumour has it that {c}.",
    "It is said that {c}.",
    "Locals claim that {c}.",
    "Allegedly, {c}.",
    "It has been alleged that {c}.",
    "Suppose that {c}.",
    "If {c}, then the plans must exist.",
    "Assuming {c}, the budget was too small.",
    "In the film, {c}.",
    "In a short story by Ames, {c}.",
    "Imagine {c}.",
    "Perhaps {c}.",
    "It seems likely that {c}.",
    "It is conceivable that {c}.",
    "They hope that {c}.",
    "The board had expected that {c}.",
    "There is a chance that {c}.",
    "{C}? No, it did not.",
    "Did it? {C}? False.",
    "{C}. This is false.",
    "{C}. That was a mistake.",
    "{C}. Erratum: the statement above is incorrect.",
    "<del>{whole}</del> Removed by the editor.",
    "<s>{whole}</s>",
    "Q: Is it true that {c}? A: No.",
    "An earlier version of this page said that {c}; that was wrong.",
    "The newspaper wrongly reported that {c}.",
    "One common error is that {c}.",
    "It was once thought that {c}.",
    "It remains to be seen whether {c}.",
    "Nobody has proved that {c}.",
    "It cannot be said that {c}.",
    "It was proposed that {c}.",
    "The plan was that {c}.",
    "Opponents argue that {c}.",
    "An anonymous letter claims that {c}.",
    "It would be wrong to say that {c}.",
    "It is doubtful that {c}.",
    "Few believe that {c}.",
    "The claim that {c} has been debunked.",
    "The story that {c} turned out to be a hoax.",
    "According to legend, {c}.",
    "The witness retracted her statement that {c}.",
    "People wonder whether {c}.",
    "{C}, critics say.",
]
ASSERTED = [
    "It is a fact that {c}.",
    "There is no doubt that {c}.",
    "It is well known that {c}.",
    "Nobody disputes that {c}.",
    "Records show that {c}.",
    "The report confirms that {c}.",
    "As everyone knows, {c}.",
    "In fact, {c}.",
    "{C}, according to the annual report.",
    "{C}, the director confirmed.",
    "Yes, {c}.",
    "Is it so that {c}? Yes, it is.",
    "{C}. It is still open today.",
    "After long planning, {c}.",
    "The archive proves that {c}.",
    "It is undisputed that {c}.",
    "**{whole}** More follows.",
    "> {whole}",
    "1. {whole}",
    "Although money was short, {c}.",
    "{C}. If it rains, the garden closes.",
    "{C}; another followed in 2001.",
    "It is true, as the minutes show, that {c}.",
    "Researchers found that {c}.",
    "{C}. Was it a success? Yes.",
    "In 1988, a year after {c}, the town grew.",
    '"{whole}"',
    "Remember that {c}.",
    "We can confirm that {c}.",
    "It turned out that {c}.",
    "It cannot be denied that {c}.",
    "Everyone agrees that {c}.",
    "Not only that: {c}.",
    "{whole} This is well documented.",
]


@pytest.mark.parametrize("evidence", FRAMED)
def test_a_frame_does_not_assert_what_stands_in_it(evidence):
    assert frame(evidence) is not None


@pytest.mark.parametrize("evidence", ASSERTED)
def test_what_only_looks_like_a_frame_asserts(evidence):
    assert frame(evidence) is None


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ("It is false that {c}.", Status.NEGATED),
        ("It is unclear whether {c}.", Status.QUESTIONED),
        ("Critics say that {c}.", Status.REPORTED),
        ("If {c}, the plans exist.", Status.HYPOTHETICAL),
        ("It is possible that {c}.", Status.POSSIBLE),
        ("~~{C}~~ is what stood here.", Status.RETRACTED),
        ("Is it true that {c}? No.", Status.NEGATED),
    ],
)
def test_a_frame_has_its_status(evidence, status):
    assert frame(evidence).status is status


def test_a_claim_in_the_same_frame_is_stated_by_it():
    assert frame("Critics say that {c}.", claim="Critics say that the museum opened a second wing in 1987.") is None


def test_a_condition_is_over_at_its_comma_and_governs_no_later_sentence_of_a_run():
    assert frame("If it rains, {c}.") is None
    assert frame("Ask at the desk if it rains; {c}.") is None
    assert frame("They wanted to stay at the old site by the river, near the mill and the old town walls; {c}") is None


def test_the_span_of_a_scope_is_what_the_trigger_governs():
    text = "Nobody has shown that it works, but it sells."
    (scope,) = scopes(text)
    assert (scope.trigger, text[scope.start : scope.end].strip()) == ("Nobody has shown that", "it works,")


def test_a_long_sentence_of_triggers_is_read_in_one_go():
    assert len(scopes("if that were so and they say that perhaps " * 5_000)) < 2_000
