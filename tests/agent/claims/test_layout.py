"""Answers that are no prose: each thing said with what it stands under, and no marks of Markdown in a claim."""

import pytest

from probandum import audit
from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.claims.markup import without_marks
from probandum.agent.taxonomy import Label, NoClaim, ReportOutcome


def said(response, **how):
    return [claim.text for claim in extract_clauses(response, fine=True, **how).claims]


@pytest.mark.parametrize(
    ("response", "claims"),
    [
        ("The kit contains:\n- a lamp\n- two batteries", ["The kit contains a lamp", "The kit contains two batteries"]),
        ("Side effects include the following:\n\n* nausea\n", ["Side effects include nausea"]),
        ("**Ingredients:**\n1. flour\n2. salt", ["Ingredients: flour", "Ingredients: salt"]),
        ("The plans differ:\n- The first costs £4.\n", ["The first costs £4."]),
        ("## Premium plan\nCosts 12 pounds a month.", ["Premium plan costs 12 pounds a month."]),
        ("- **Emails:** kept for 36 months", ["Emails kept for 36 months"]),
        ("- Weight: 3 kg", ["Weight: 3 kg"]),
        ("| Party | Seats |\n|---|---|\n| Greens | 7 |\n| **Reds** | – |", ["Greens: Seats 7"]),
        ("| Town | 1990 | 2020 |\n|---|:-:|---|\n| Ulm | 4 | 5 |", ["Ulm: 1990 4", "Ulm: 2020 5"]),
        ("| Ulm | 4 |\n| Bern | 5 |", ["Ulm: 4", "Bern: 5"]),
        ("| Party | Seats |\n|---|---|\n| Greens | 7 | 9 |", ["Greens: 7, 9"]),
        ("```\nThe dam is high.\n```\nThe loop runs 3 times.", ["The loop runs 3 times."]),
        ("The fee is **40 EUR** or `50 EUR` for *late* guests.", ["The fee is 40 EUR or 50 EUR for late guests."]),
    ],
)
def test_what_is_said_stands_alone(response, claims):
    assert said(response) == claims


def test_a_cell_is_found_where_it_stands():
    response = "| Party | Seats |\n|---|---|\n| Greens | 7 |"
    (claim,) = extract_clauses(response).claims
    assert response[claim.span.start : claim.span.end] == "7"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The fee is **40 EUR**.", "The fee is 40 EUR."),
        ("_Late_ guests pay ***more***.", "Late guests pay more."),
        ("`max_rounds` is 2 * 3 * 4.", "max_rounds is 2 * 3 * 4."),
        ("> - [x] Done.", "Done."),
        ("snake_case_name and __init__", "snake_case_name and init"),
        ("**", "**"),
    ],
)
def test_marks_say_nothing(text, plain):
    assert without_marks(text) == plain


@pytest.mark.parametrize(
    "answer",
    [
        "IDK",
        "No idea, sorry.",
        "I don't know.",
        "The context does not say when the cafe opens.",
        "The provided documents don't mention a price.",
        "This is not specified in the provided context.",
        "There is no information about that in the document.",
    ],
)
def test_an_answer_that_only_says_that_it_does_not_know_is_abstained(answer):
    assert audit(answer, context="The cafe serves soup.").outcome is ReportOutcome.ABSTAINED


def test_what_a_document_of_the_subject_does_not_say_is_a_claim():
    assert said("The study does not say that the drug works.") == ["The study does not say that the drug works."]


RESULT = '{"tool": "book_table", "result": {"booked": false, "reason": "no table left on Friday"}}'


def test_acts_are_claims_where_the_evidence_holds_results_of_tools():
    (claim,) = audit("I booked the table for Friday.", context=RESULT).claims
    assert claim.verdict.label is Label.CONTRADICTED
    assert not audit("I booked the table for Friday.", context="The inn has ten tables.").claims


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("I think the table is nice.", NoClaim.OPINION),
        ("I will book it.", NoClaim.FIRST_PERSON),
        ("Ingredients:", NoClaim.HEADING),
    ],
)
def test_what_was_not_done_is_none(sentence, reason):
    (told,) = extract_clauses(sentence, acts=True).sentences
    assert told.reason is reason
