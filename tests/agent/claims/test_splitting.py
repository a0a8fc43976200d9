"""Where a sentence is cut into clauses, what each says by itself, and where it is left whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.claims.splitting import split_sentence


def parts(sentence):
    return [clause.text for clause in split_sentence(sentence)]


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("The mill burnt down; the barn was saved.", ["The mill burnt down", "the barn was saved."]),
        ("The mill burnt down in May and was rebuilt.", ["The mill burnt down in May", "The mill was rebuilt."]),
        ("Anna Berg built it, and she also drew it.", ["Anna Berg built it", "Anna Berg also drew it."]),
        (
            "The list, which did not stand before, got eight seats.",
            ["The list did not stand before", "The list got eight seats."],
        ),
        ("Some stayed, but most left early.", ["Some stayed", "most left early."]),
        (
            "The road is shut, so buses take another way.",
            ["The road is shut", "The road is shut, so buses take another way."],
        ),
        (
            "**Rain:** Winters are wetter, while summers have become drier.",
            ["Winters are wetter", "summers have become drier."],
        ),
    ],
)
def test_two_clauses_are_two_claims_each_with_its_subject(sentence, clauses):
    assert parts(sentence) == clauses


@pytest.mark.parametrize(
    "sentence",
    [
        "Breakfast and the tax are included.",
        "He said the dam was old, and the lock was new.",
        "If the dam was old, and the lock was new, both were closed.",
        "She wants to invite Labour and Homes to talks.",
        "They gained two seats and 6.7 percentage points.",
        "The authors conclude that it works and that it is safe.",
        "The sign says “open, and it is free” at the door.",
        "It is beyond doubt that summers are drier.",
    ],
)
def test_what_is_one_statement_stays_one(sentence):
    assert parts(sentence) == [sentence]


@given(
    st.lists(
        st.sampled_from(["The mill", " is old", ", and ", "; ", " it", " which ", "was", " 5", "“", ", "]), max_size=40
    ).map("".join)
)
def test_clauses_lie_in_the_sentence_in_order(sentence):
    found = split_sentence(sentence)
    assert found
    assert all(0 <= clause.start <= clause.end <= len(sentence) for clause in found)
    assert [clause.start for clause in found] == sorted(clause.start for clause in found)


def test_a_sentence_without_end_is_not_looked_into():
    endless = "The mill is old and " * 5_000
    assert parts(endless) == [endless]
