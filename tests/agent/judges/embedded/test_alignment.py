"""What of a claim counts as new to the evidence, one measure at a time."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.judges.embedded.alignment import Features, align
from probandum.agent.judges.embedded.weights import novelty
from probandum.agent.language.analysis import index_texts

EVIDENCE = "The falcon chased the heron over the frozen lake. A keeper in the north tower counted nine ringed owls."


def features_of(claim, evidence=EVIDENCE) -> Features:
    return align(claim, index_texts((evidence,))).features


def test_what_stands_there_word_for_word_is_not_new():
    assert novelty(features_of("The falcon chased the heron over the frozen lake.")) < 0.1


def test_who_does_it_to_whom_is_seen_in_the_order_of_words():
    assert features_of("The heron chased the falcon over the frozen lake.").swapped > 0
    assert features_of("The falcon chased the heron over the frozen lake.").swapped == 0


def test_words_from_two_places_are_seen_where_they_are_joined():
    joined = features_of("The falcon chased nine ringed owls.")
    assert joined.joined == pytest.approx(1 / 4)  # "chased nine", of four pairs of neighbours
    assert joined.missing < 0.1


def test_a_new_word_is_missing_and_joins_nothing():
    new = features_of("The falcon chased the zeppelin.")
    assert new.joined == 0
    assert new.missing > 0.3


@given(st.text(max_size=120), st.text(max_size=200))
def test_measures_are_shares_whatever_the_texts(claim, evidence):
    shares = dataclasses.astuple(features_of(claim, evidence))
    assert all(0.0 <= share <= 1.0 for share in shares)
