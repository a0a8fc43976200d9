from probandum.agent.evidence.queries import further_queries, queries
from probandum.agent.models import Claim, Part, Verdict
from probandum.agent.taxonomy import ErrorType, Label
from probandum.tools.evidence import Origin

CLAIM = Claim.of("In 1907 the mayor of Port Elm opened the Elmwood bridge with 300 guests.")


def reopened(*parts):
    return Verdict(
        label=Label.PARTIALLY_SUPPORTED,
        error_types=(ErrorType.OTHER,),
        basis=Origin.CORPUS,
        parts=tuple(Part(text=text, status=status) for text, status in parts),
        confidence=1,
        confidence_source="stated",
        probabilities={Label.PARTIALLY_SUPPORTED: 1.0},
    )


def test_the_first_look_asks_with_the_claim_itself():
    assert queries(CLAIM) == (CLAIM.text,)


def test_what_a_verdict_missed_comes_first_with_the_names_it_needs():
    found = queries(CLAIM, reopened(("the mayor opened the Elmwood bridge", "match"), ("with 300 guests", "missing")))
    assert found == ("Port Elm Elmwood with 300 guests", CLAIM.text)


def test_a_part_that_names_what_it_is_about_stays_as_it_is():
    found = queries(CLAIM, reopened(("Port Elm opened the Elmwood bridge in 1907", "conflict")))
    assert found[0] == "Port Elm opened the Elmwood bridge in 1907"


def test_a_source_that_had_its_say_is_asked_broader_and_broader():
    assert further_queries(CLAIM) == (
        "1907 mayor Port Elm opened Elmwood bridge 300 guests inaugurate launch",
        "1907 mayor Port Elm opened Elmwood bridge 300 guests",
        "mayor Port Elm opened Elmwood bridge guests",
        "Port Elm Elmwood",
    )


def test_other_words_are_sought_for_common_words_and_not_for_names():
    assert further_queries(Claim.of("The physician Rose Hill wed a lawyer.")) == (
        "physician Rose Hill wed lawyer doctor marry attorney solicitor",
        "physician Rose Hill wed lawyer",
        "Rose Hill",
    )


def test_no_query_is_empty_or_comes_twice():
    assert queries(Claim.of("it is so"), reopened(("it is so", "missing"))) == ("it is so",)
    assert further_queries(Claim.of("it is so")) == ()
