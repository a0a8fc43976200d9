import pytest

from probandum.agent.claims.references import has_unresolved_reference


@pytest.mark.parametrize(
    "claim", ["It has two sites.", "his sister was born there", "“They agreed.”", "This drug is new.", "Those who came"]
)
def test_a_claim_that_begins_with_a_pronoun_leans_on_its_place(claim):
    assert has_unresolved_reference(claim)


@pytest.mark.parametrize(
    "claim",
    ["Italy won.", "Theseus is a hero.", "It is not known that he came.", "It rained.", "Hers are blue", ""],
)
def test_one_that_names_its_subject_or_has_none_does_not(claim):
    assert not has_unresolved_reference(claim)
