"""What gives a claim, what gives none and why, and where claims stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.claims.markup import without_marks
from probandum.agent.taxonomy import NoClaim


def claims(text, **options):
    return [claim.text for claim in extract_clauses(text, **options).claims]


def reasons(text, **options):
    return [sentence.reason for sentence in extract_clauses(text, **options).sentences]


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["The dam was built", ", and the ", "; ", "I think ", "?", ". ", "\n", "\r\n", "| a |", "“", "1,000", "é"]
        ),
        max_size=30,
    ).map("".join),
)


@given(TEXTS, st.booleans())
def test_every_claim_is_its_stretch_of_the_response_and_every_sentence_is_accounted_for(text, all_checkable):
    extraction = extract_clauses(text, all_checkable=all_checkable)
    by_id = {claim.id: claim for claim in extraction.claims}
    assert len(by_id) == len(extraction.claims)
    for claim in extraction.claims:
        stretch = text[claim.span.start : claim.span.end]
        assert claim.text.endswith(without_marks(stretch)) or "|" in text
    for sentence in extraction.sentences:
        assert text[sentence.span.start : sentence.span.end] == sentence.text
        assert bool(sentence.claims) == (sentence.reason is None)
        for claim in sentence.claims:
            assert sentence.span.start <= by_id[claim].span.start <= by_id[claim].span.end <= sentence.span.end


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Is the dam old?", NoClaim.QUESTION),
        ("Rinse the glass with hot water.", NoClaim.INSTRUCTION),
        ("Please do not touch the wall.", NoClaim.INSTRUCTION),
        ("In my opinion the dam is too big.", NoClaim.OPINION),
        ("The view was absolutely gorgeous.", NoClaim.OPINION),
        ("I went there last year.", NoClaim.FIRST_PERSON),
        ("## The dam", NoClaim.HEADING),
        ("Sure!", NoClaim.BOILERPLATE),
        ("I hope this helps.", NoClaim.BOILERPLATE),
        ("I'm sorry, but I cannot help with that.", NoClaim.REFUSAL),
        ("As an AI model I have no access to that.", NoClaim.REFUSAL),
        ("***", NoClaim.BOILERPLATE),
    ],
)
def test_a_sentence_that_states_nothing_says_why(text, reason):
    assert reasons(text) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "The dam was built in 1931.",
        "Hi-tech firms grew by 5% that year.",
        "Use of the lock ended in 1950.",
        "Warsaw lies on the Vistula.",
        "A dam in the north",
        "Absolutely no traffic was seen on the bridge.",
    ],
)
def test_a_statement_gives_a_claim(text):
    assert claims(text) == [text]


def test_opinions_and_first_person_count_where_everything_is_checkable_and_questions_do_not():
    text = "I went there. It was gorgeous. Sure! Was it? Rinse the glass."
    expected = [None, None, None, NoClaim.QUESTION, NoClaim.INSTRUCTION]
    assert reasons(text, all_checkable=True) == expected


def test_clauses_that_stand_alone_are_claims_of_their_own():
    text = "The dam was built in 1931, and the lock was added in 1950; Ann Lee designed the gate."
    parts = ["The dam was built in 1931", "the lock was added in 1950; Ann Lee designed the gate."]
    assert claims(text)[0] == parts[0]
    assert "".join(claims(text)).count("lock") == 1


@pytest.mark.parametrize(
    "text",
    [
        "The dam was built in 1931, and it still stands.",
        "He said the dam was old, and the lock was new.",
        "If the dam was old, and the lock was new, both were closed.",
        "The dam, and the lock was of wood.",
        "Ann, Bo and Cy were there.",
    ],
)
def test_what_may_not_stand_alone_is_not_cut(text):
    assert claims(text) == [text]


def test_a_table_gives_claims_for_its_data_only():
    text = "| town | people |\n|---|---|\n| Ulm | 126,000 |\n"
    assert claims(text) == ["Ulm: people 126,000"]
    assert reasons(text) == [NoClaim.HEADING, NoClaim.HEADING, None]
