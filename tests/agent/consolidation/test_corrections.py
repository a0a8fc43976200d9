"""Corrections: what verified quotes put right, where it stands in the response, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum import audit
from probandum.agent.consolidation.corrections import corrected
from probandum.agent.models import Claim, ClaimResult, Quote, Span
from probandum.agent.taxonomy import Label, Outcome
from probandum.testing.judge import judgement

RESPONSE = "The dam is 48 metres tall. It was built in 1931 and raised in 1950."
QUOTE = Quote(evidence_id="e", text="The dam is 50 metres tall", start=0, end=25)


def claim(words, label, *, text=None, correction=None, quotes=(QUOTE,), response=RESPONSE):
    start = response.index(words)
    found = Claim.of(text or words, span=Span(start=start, end=start + len(words)))
    verdict = judgement(label).verdict.model_copy(update={"correction": correction, "quotes": quotes})
    return ClaimResult(**found.model_dump(), outcome=Outcome.JUDGED, verdict=verdict, rounds=1)


def test_only_the_faulty_words_change():
    wrong = claim("The dam is 48 metres tall.", Label.CONTRADICTED, correction="The dam is 50 metres tall.")
    result = corrected(RESPONSE, [wrong])
    assert result.text == RESPONSE.replace("48", "50")
    assert [(c.old, c.new, c.span.start) for c in result.changes] == [("48", "50", RESPONSE.index("48"))]
    assert result.changes[0].quotes == (QUOTE,)


def test_a_claim_in_other_words_changes_the_value_where_it_stands_in_the_response():
    text = "The Harlow dam was built in 1931."
    wrong = claim("It was built in 1931", Label.CONTRADICTED, text=text, correction=text.replace("1931", "1932"))
    assert corrected(RESPONSE, [wrong]).text == RESPONSE.replace("1931", "1932")


def test_an_insertion_takes_the_word_before_it_along():
    wrong = claim(
        "The dam is 48 metres tall.", Label.PARTIALLY_SUPPORTED, correction="The dam is about 48 metres tall."
    )
    assert corrected(RESPONSE, [wrong]).text == RESPONSE.replace("is 48", "is about 48")


def test_a_contradicted_claim_without_a_correction_is_struck():
    wrong = claim("The dam is 48 metres tall.", Label.CONTRADICTED)
    result = corrected(RESPONSE, [wrong])
    assert result.text == "It was built in 1931 and raised in 1950."
    assert result.changes[0].new is None


@pytest.mark.parametrize(
    "claims",
    [
        [claim("The dam is 48 metres tall.", Label.CONTRADICTED, quotes=())],
        [claim("The dam is 48 metres tall.", Label.ABSENT)],
        [claim("The dam is 48 metres tall.", Label.PARTIALLY_SUPPORTED)],
        [claim("The dam is 48 metres tall.", Label.SUPPORTED, correction="The dam is tall.")],
        [claim("It was built in 1931", Label.CONTRADICTED, text="A dam rose.", correction="A dam fell.")],
        [],
    ],
    ids=["no verified quote", "absent", "partly right", "supported", "words not in the response", "no claims"],
)
def test_nothing_is_offered_that_no_verified_quote_supports(claims):
    assert corrected(RESPONSE, claims) is None


def test_words_that_serve_a_standing_claim_are_not_struck():
    whole = "It was built in 1931 and raised in 1950."
    wrong, right = (
        claim(whole, Label.CONTRADICTED, text="Built in 1931."),
        claim(whole, Label.SUPPORTED, text="Raised."),
    )
    assert corrected(RESPONSE, [wrong, right]) is None


def test_changes_that_overlap_do_not_both_happen():
    one = claim("The dam is 48 metres tall.", Label.CONTRADICTED, correction="The dam is 50 metres tall.")
    other = claim(
        "The dam is 48 metres tall.",
        Label.CONTRADICTED,
        correction="The dam is 60 metres tall.",
        text="The dam is 48 metres tall",
    )
    assert corrected(RESPONSE, [one, other]).text == RESPONSE.replace("48", "50")


def test_a_value_that_stands_twice_is_left_alone():
    response = "Of 10 dams 10 are tall."
    wrong = claim(
        response,
        Label.CONTRADICTED,
        text="There are 10 tall dams.",
        correction="There are 9 tall dams.",
        response=response,
    )
    assert corrected(response, [wrong]) is None


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=30))
def test_outside_the_changes_the_response_stays_as_it_is(before, after, words):
    response = f"{before}{words}{after}"
    span = Span(start=len(before), end=len(before) + len(words))
    verdict = judgement(Label.CONTRADICTED).verdict.model_copy(update={"quotes": (QUOTE,)})
    wrong = ClaimResult(**Claim.of("x", span=span).model_dump(), outcome=Outcome.JUDGED, verdict=verdict, rounds=1)
    result = corrected(response, [wrong])
    assert result.text.replace(" ", "").replace("\n", "") == f"{before}{after}".replace(" ", "").replace("\n", "")


def test_the_embedded_judge_corrects_numbers_dates_and_names_by_rule():
    report = audit(
        "The Harlow dam was raised to 48 metres in 1931.",
        context=["The Harlow dam was raised to 52 metres in 1931."],
    )
    assert report.claims[0].verdict.correction == "The Harlow dam was raised to 52 metres in 1931."
    assert report.corrected.text == "The Harlow dam was raised to 52 metres in 1931."
