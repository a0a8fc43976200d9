"""Quotes that are there, and do not assert the claim that they are to support, or give another number or date."""

import pytest

from probandum.agent.models import Quote, Verdict
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.quote_check import check_quotes, quote_conflict
from probandum.agent.verdicts.reopening import clearly_supported, reason_to_reopen
from probandum.tools.evidence import Evidence, Origin

NOTHING_ELSE = {"new_questions": False, "source_unasked": False, "may_reconsider": True}


def supported(*quotes, label=Label.SUPPORTED):
    return Verdict(
        label=label,
        basis=Origin.CONTEXT,
        quotes=tuple(Quote(evidence_id="e", text=text, start=0, end=len(text)) for text in quotes),
        confidence=0.9,
        confidence_source="stated",
        probabilities={Label.SUPPORTED: 0.9, Label.CONTRADICTED: 0.05, Label.ABSENT: 0.05},
    )


@pytest.mark.parametrize(
    ("claim", "quotes", "said"),
    [
        ("The bridge opened in 1936.", ["The bridge opened on 19 March 1932."], "'19 March 1932'"),
        ("Adults take 50 mg twice daily.", ["Adults take 15 mg twice daily."], "'15'"),
        ("The tower is 90 metres high.", ["It was painted red.", "The tower is 60 metres high."], "'60'"),
    ],
)
def test_another_number_or_date_halves_what_spoke_for_support_and_says_which(claim, quotes, said):
    given = supported(*quotes)
    after = check_quotes(given, claim, {})
    assert after.label is Label.SUPPORTED
    assert (after.confidence, after.probabilities[Label.CONTRADICTED]) == pytest.approx((0.45, 0.5))
    assert sum(after.probabilities.values()) == pytest.approx(1.0)
    assert said in quote_conflict(after)
    assert not clearly_supported(after)
    assert reason_to_reopen(after, **NOTHING_ELSE) == "supported, with quotes that say otherwise"
    assert reason_to_reopen(given, **NOTHING_ELSE) is None


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        ("The bridge opened in 1932.", ["The bridge opened on 19 March 1932."]),
        ("The bridge opened in 1932.", ["The bridge opened on a sunny day."]),
        ("The bridge opened in 1932 and cost 6 million.", ["The bridge opened in 1932.", "It cost 6 million."]),
        ("It rained for at least 10 days.", ["It rained for 12 days."]),
        ("Adults take 1 g a day.", ["Adults take 1000 mg a day."]),
        ("The bridge opened in 1936.", []),
    ],
)
def test_quotes_that_say_the_same_or_nothing_of_it_leave_the_verdict_as_it_is(claim, quotes):
    given = supported(*quotes)
    assert check_quotes(given, claim, {}) is given
    assert quote_conflict(given) is None


def test_only_support_is_doubted():
    absent = supported(label=Label.ABSENT)
    assert check_quotes(absent, "The bridge opened in 1936.", {}) is absent


CLAIM = "The museum opened a second wing in 1987."


def on(passage, words):
    """A verdict that quotes words of a passage, and the passage."""
    item = Evidence.of(passage, origin=Origin.CONTEXT, source="notes", document_sha256="")
    start = passage.index(words)
    quote = Quote(evidence_id=item.id, text=words, start=start, end=start + len(words))
    return supported().model_copy(update={"quotes": (quote,)}), {item.id: item}


@pytest.mark.parametrize(
    ("passage", "words", "status"),
    [
        (
            "It is a myth that the museum opened a second wing in 1987.",
            "the museum opened a second wing in 1987",
            "negated",
        ),
        ("Did it grow? Has the museum opened a second wing in 1987? No.", "the museum opened a second wing", "negated"),
        ("Locals claim that the museum opened a second wing in 1987.", "opened a second wing in 1987", "reported"),
        ("Perhaps the museum opened a second wing in 1987.", "the museum opened a second wing in 1987", "possible"),
        ("The museum opened a second wing in 1987. This is false.", "museum opened a second wing in 1987", "retracted"),
    ],
)
def test_a_quote_out_of_a_frame_does_not_support_and_the_step_says_which(passage, words, status):
    verdict, evidence = on(passage, words)
    after = check_quotes(verdict, CLAIM, evidence)
    assert (after.label, after.why) == (Label.UNEVALUATABLE, "undecidable")
    assert status in quote_conflict(after)
    assert sum(after.probabilities.values()) == pytest.approx(1.0)
    assert reason_to_reopen(after, **NOTHING_ELSE) == "unevaluatable, with quotes that say otherwise"


def test_a_quote_that_asserts_it_is_left_alone_and_so_is_one_beside_a_frame():
    for passage in (
        "It is true that the museum opened a second wing in 1987.",
        "Some say that the museum opened a second wing in 1987. The museum opened a second wing in 1987.",
    ):
        verdict, evidence = on(passage, passage)
        assert check_quotes(verdict, CLAIM, evidence) is verdict


def test_a_claim_that_reports_is_supported_by_a_report():
    verdict, evidence = on("Locals claim that the museum opened a second wing in 1987.", "museum opened a second wing")
    assert check_quotes(verdict, "Locals claim that the museum opened a second wing in 1987.", evidence) is verdict


@pytest.mark.parametrize(
    ("claim", "passage", "told"),
    [
        ("The tower is 90 metres high.", "The tower is 60 metres high.", "but there stands '60 metres'"),
        (
            "The Greens won 7 seats in 2026.",
            "| Party | Seats 2026 |\n|---|---|\n| Greens | 9 |",
            "but there stands '9'",
        ),
        ("A woman wore a pink hat.", "A woman wore a black hat.", "but there stands 'black', not 'pink'"),
        ("Fish of many kinds live below the bridge.", "The tower is 60 metres high.", "has none of the claim's words"),
    ],
)
def test_what_a_quoted_statement_plainly_contradicts_or_has_nothing_of_is_not_supported_by_it(claim, passage, told):
    given, evidence = on(passage, passage)
    after = check_quotes(given, claim, evidence)
    assert after.label is Label.UNEVALUATABLE
    assert told in quote_conflict(after)
    assert sum(after.probabilities.values()) == pytest.approx(1.0)


def test_what_a_quoted_statement_plainly_states_is_not_contradicted_by_it():
    passage = "The tower is 60 metres high."
    given, evidence = on(passage, passage)
    contradicted = given.model_copy(update={"label": Label.CONTRADICTED})
    after = check_quotes(contradicted, passage, evidence)
    assert after.label is Label.UNEVALUATABLE
    assert "what it quotes states the claim" in quote_conflict(after)
    assert check_quotes(contradicted, "The tower is 90 metres high.", evidence) is contradicted


@pytest.mark.parametrize(
    ("claim", "passage", "words", "told"),
    [
        (
            "You can return items within 28 days.",
            "Returns in the north region: within 14 days. Returns in the south region: within 28 days.",
            "Returns in the south region: within 28 days.",
            "one of several cases",
        ),
        (
            "Members travel free of charge.",
            "Members travel free of charge on Sundays; on all other days they pay half.",
            "Members travel free of charge on Sundays",
            "on Sundays",
        ),
        (
            "Children travel free of charge.",
            "Children travel free of charge if an adult is with them.",
            "Children travel free of charge if an adult is with them.",
            "if",
        ),
        (
            "Guests may cancel with two days' notice.",
            "Guests may cancel with two days' notice if a storm is forecast.",
            "Guests may cancel with two days' notice if a storm is forecast.",
            "if",
        ),
    ],
)
def test_what_holds_under_a_condition_does_not_support_a_claim_without_it(claim, passage, words, told):
    given, evidence = on(passage, words)
    after = check_quotes(given, claim, evidence)
    assert after.label is Label.UNEVALUATABLE
    assert told in after.steps[-1].text


@pytest.mark.parametrize(
    ("claim", "passage", "words"),
    [
        ("Fact number 3 holds.", "Fact number 2 holds. Fact number 3 holds.", "Fact number 3 holds."),
        (
            "Returns in the south region are taken within 28 days.",
            "Returns in the north region: within 14 days. Returns in the south region: within 28 days.",
            "Returns in the south region: within 28 days.",
        ),
        ("Sales were 5 million in 2020.", "Sales were 5 million in 2020. Sales were 6 million in 2021.",
         "Sales were 5 million in 2020."),
    ],
)  # fmt: skip
def test_a_claim_that_says_which_case_it_means_keeps_its_support(claim, passage, words):
    given, evidence = on(passage, words)
    assert check_quotes(given, claim, evidence).label is Label.SUPPORTED
