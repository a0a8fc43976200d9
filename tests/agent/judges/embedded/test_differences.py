"""Typed differences, one row a kind: what is named, and what looks like a difference and is none."""

import pytest

from probandum.agent.judges.embedded.alignment import align
from probandum.agent.judges.embedded.differences.kinds import KINDS, contradicting_kinds, differences
from probandum.agent.language.analysis import index_texts


def contradictions(claim, *texts):
    evidence = index_texts(texts)
    return [
        (difference.type.value, difference.claim, difference.evidence)
        for difference in differences(align(claim, evidence), evidence)
        if difference.contradicts
    ]


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        (
            "It opened on 9 May 2020 in Ulm.",
            "It opened in Ulm on 5 May 2020.",
            ("temporal", "9 May 2020", "5 May 2020"),
        ),
        ("The fund lost 40% in June.", "In June the fund lost 25%.", ("number", "40", "25")),
        (
            "The prize went to Tom Baker of Ulm.",
            "The prize went to Ann Lee of Ulm.",
            ("entity", "Tom Baker", "Ann Lee"),
        ),
        ("At least 900 birds were ill.", "At least 100 birds were ill.", ("number", "900", "100")),
        ("Libya is a country in Europe.", "Libya is a country in Maghreb.", ("entity", "Europe", "Maghreb")),
        ("Sales rose in the north.", "Sales fell in the north.", ("other", "rose", "fell")),
        ("The strike was illegal in Ulm.", "The strike was legal in Ulm.", ("other", "illegal", "legal")),
        ("The mayor did not open the bridge.", "The mayor opened the bridge.", ("other", "not", "no negation")),
        ("She sold the old mill at Ulm.", "He sold the old mill at Ulm.", ("entity", "She", "He")),
    ],
)
def test_a_difference_is_named_in_the_words_of_both_sides(claim, evidence, expected):
    assert expected in contradictions(claim, evidence)


def test_a_long_claim_is_compared_around_the_word_in_question():
    claim = (
        "The firm bought four mills, hired two hundred people and now expects yearly sales between 90 and 95 million, "
        "a decrease of 5 million over its earlier forecast."
    )
    evidence = "We now expect sales of 90 to 95 million, an increase of 5 million over our earlier forecast."
    assert ("other", "decrease", "increase") in contradictions(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The film grossed more than $1 million.", "The film grossed $181,674,817."),
        ("Nearly 50 birds were ill.", "48 birds were ill."),
        ("About 18% of the birds were ill.", "17.8% of the birds were ill."),
        ("The US army praised the museum.", "The American army praised the museum."),
        ("García praised the museum.", "Garcia praised the museum."),
        ("The Sharks lost to the Bears in Ulm.", "The Bears won in Ulm. The Sharks lost in Ulm."),
        ("She sold the old mill at Ulm.", "He sold the old mill at Ulm. She kept the new one."),
        ("It opened in the summer of 2011.", "It opened in the summer of '11."),
        ("The bridge is not closed.", "The bridge is open."),
    ],
)
def test_what_only_looks_like_a_difference_is_none(claim, evidence):
    assert contradictions(claim, evidence) == []


def test_a_difference_that_two_kinds_see_is_told_once():
    found = contradictions("At least 900 birds were ill.", "At least 100 birds were ill.")
    assert len(found) == 1


def test_kinds_are_known_by_name_and_those_found_are_among_them():
    evidence = index_texts(("Sales fell in the north.",))
    assert contradicting_kinds(align("Sales rose in the north.", evidence), evidence) == {"opposites"} <= set(KINDS)
    assert contradicting_kinds(align("Penguins breed.", evidence), evidence) == frozenset()


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("The heron ate the pike.", "The pike ate the heron.", ("other", "heron … pike", "pike … heron")),
        ("Anna Ode advises Carl Pell.", "Carl Pell advises Anna Ode.", ("other", "Anna … Carl", "Carl … Anna")),
        ("The talks were causal in tone.", "The talks were casual in tone.", ("other", "causal", "casual")),
        ("The paths were united at the mill.", "The paths were untied at the mill.", ("other", "united", "untied")),
        ("It is said that Ulm sold the old mill.", "Ulm sold the old mill.", None),
        (
            "Ulm sold the old mill.",
            "It is false that Ulm sold the old mill.",
            ("other", "a plain statement", "It is false that"),
        ),
    ],
)
def test_who_did_it_which_word_it_was_and_whether_it_is_asserted(claim, evidence, expected):
    found = contradictions(claim, evidence)
    assert expected in found if expected else found == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The pike was eaten by the heron.", "The heron ate the pike."),
        ("Ida Holm married Per Lund.", "Per Lund married Ida Holm."),
        ("In May the council sold the mill.", "The council sold the mill in May."),
        ("The labour office organised the women.", "The labor office organized the woman."),
        ("The mill closed in spring.", "Critics say that the mill closed in spring. The mill closed in spring."),
    ],
)
def test_the_same_said_otherwise_is_no_difference(claim, evidence):
    assert contradictions(claim, evidence) == []
