from itertools import pairwise

import pytest

from probandum.agent.language.synonyms import _GROUPS, synonyms
from probandum.tools.segmentation.search_terms import tokens

GROUPS = {head.strip(): others.split() for head, others in (line.split(":") for line in _GROUPS.strip().splitlines())}


@pytest.mark.parametrize("form", ["physician", "physicians", "Physician"])
def test_any_form_of_a_word_has_its_other_words(form):
    assert synonyms([form]) == ("doctor",)


def test_a_word_that_is_asked_with_already_is_not_added():
    assert synonyms(["doctors", "physician"]) == ()


def test_a_word_without_others_has_none():
    assert synonyms(["Elmwood", "1907", "东京"]) == ()


def test_the_table_is_in_order_and_every_entry_is_one_word_of_another_stem():
    assert all(first < second for first, second in pairwise(GROUPS))
    for head, others in GROUPS.items():
        (stem,) = tokens(head)
        assert 1 <= len(others) <= 3
        assert all(len(tokens(other)) == 1 and tokens(other) != [stem] for other in others)


def test_no_two_heads_are_found_by_the_same_form():
    stems = [stem for head in GROUPS for stem in tokens(head)]
    assert len(set(stems)) == len(stems)
