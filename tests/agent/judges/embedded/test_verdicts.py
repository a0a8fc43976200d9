"""Verdicts on small examples: what each kind of difference becomes."""

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probandum.agent.judges.embedded.judge import EmbeddedJudge
from probandum.agent.judges.protocol import Judgement
from probandum.agent.models import Case, Claim
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.tools.evidence import Evidence, Origin

DAM = (
    "The Harlow dam is 48 metres tall. It was built in 1931 by Ann Lee. "
    "About 1.2 million people visited the Harlow dam in 2012, and half of them were children. "
    "Harlow opened a museum on 5 January 2020. "
    "The World Bridge Society praised the museum. Officials closed the old mill."
)
JUDGE = EmbeddedJudge()


def item(text, origin=Origin.CONTEXT):
    return Evidence.of(text, origin=origin, source="note", document_sha256="0")


def verdict(claim, *texts, response=None, question=None, items=()):
    request = AuditRequest(response=response or f"Of note: {claim}", question=question)
    shown = (*(item(text) for text in texts), *items)
    decision = asyncio.run(JUDGE.classify(Case(request=request, claim=Claim.of(claim), evidence=shown)))
    assert isinstance(decision, Judgement)
    return decision.verdict


@pytest.mark.parametrize(
    "claim",
    [
        "The Harlow dam is 48 metres tall.",
        "The Harlow dam was built in 1931 by Ann Lee.",
        "About 1,200,000 people visited the Harlow dam in 2012.",
        "Harlow opened a museum on January 5th, 2020.",
        "The WBS praised the museum.",
        "Lee built it in 1931.",
        "The dam is forty-eight metres tall.",
    ],
)
def test_what_the_evidence_states_is_supported_however_it_is_written(claim):
    found = verdict(claim, DAM)
    assert found.label is Label.SUPPORTED
    assert found.error_types == ()
    assert found.quotes


@pytest.mark.parametrize(
    ("claim", "kind", "detail"),
    [
        ("The Harlow dam is 58 metres tall.", ErrorType.NUMBER, None),
        ("The dam was built in 1951 by Ann Lee.", ErrorType.TEMPORAL, None),
        ("Harlow opened a museum on 9 January 2020.", ErrorType.TEMPORAL, None),
        ("The dam was built in 1931 by Tom Baker.", ErrorType.ENTITY, None),
        ("Harlow did not open a museum on 5 January 2020.", ErrorType.OTHER, "negation"),
        ("Officials opened the old mill.", ErrorType.OTHER, "relation"),
    ],
)
def test_a_difference_of_one_kind_is_contradicted_and_named(claim, kind, detail):
    found = verdict(claim, DAM)
    assert found.label is Label.CONTRADICTED
    assert found.error_types == (kind,)
    assert found.detail == detail
    assert "conflict" in {part.status for part in found.parts} or kind is ErrorType.OTHER
    assert found.quotes


@pytest.mark.parametrize("claim", ["Penguins breed on cold southern islands.", "Quartz melts under strong pressure."])
def test_what_the_evidence_does_not_speak_of_is_absent(claim):
    found = verdict(claim, DAM)
    assert found.label is Label.ABSENT
    assert found.quotes == ()
    assert found.p_unsupported > 0.5


def test_half_of_a_claim_in_the_evidence_is_partial_support_with_both_parts_named():
    found = verdict("The Harlow dam was built in 1931 by Ann Lee and feeds nine turbines of Oxley.", DAM)
    assert found.label is Label.PARTIALLY_SUPPORTED
    assert found.error_types
    assert {"match", "missing"} <= {part.status for part in found.parts}
    assert found.quotes


def test_a_claim_that_points_at_nothing_is_unevaluatable():
    claim = "She signed a treaty with Norway."
    found = verdict(claim, DAM, response=claim)
    assert (found.label, found.why) == (Label.UNEVALUATABLE, Why.UNRESOLVED_REFERENCE)


def test_a_claim_without_a_word_of_substance_is_vague():
    found = verdict("It was what it was.", DAM)
    assert (found.label, found.why) == (Label.UNEVALUATABLE, Why.VAGUE)


SENTENCES = [piece + "." for piece in DAM.rstrip(".").split(". ")]
CLAIMS = st.one_of(
    st.text(max_size=80), st.sampled_from(SENTENCES), st.lists(st.sampled_from(DAM.split())).map(" ".join)
)


@settings(deadline=None, max_examples=60)
@given(CLAIMS, st.lists(st.one_of(st.text(max_size=80), st.sampled_from(SENTENCES)), min_size=1, max_size=4))
def test_any_verdict_is_whole_and_its_quotes_are_verbatim(claim, texts):
    request = AuditRequest(response="A response.")
    case = Case(request=request, claim=Claim.of(claim), evidence=tuple(item(text) for text in texts))
    decision = asyncio.run(JUDGE.classify(case))
    if not isinstance(decision, Judgement):
        return
    found = decision.verdict
    by_id = {each.id: each for each in case.evidence}
    assert sum(found.probabilities.values()) == pytest.approx(1.0)
    assert set(found.probabilities) == set(Label)
    assert found.confidence == found.probabilities[found.label]
    assert len(found.steps) == 5
    for quote in found.quotes:
        assert by_id[quote.evidence_id].text[quote.start : quote.end] == quote.text
    assert found.quotes or found.label is not Label.SUPPORTED
    assert all(part.text in claim for part in found.parts)


def test_the_same_case_gives_the_same_verdict():
    assert verdict("The Harlow dam is 58 metres tall.", DAM) == verdict("The Harlow dam is 58 metres tall.", DAM)


def test_the_label_does_not_depend_on_the_order_of_the_passages():
    labels = {
        verdict("The Harlow dam is 48 metres tall.", *order).label for order in itertools.permutations(SENTENCES[:4])
    }
    assert labels == {Label.SUPPORTED}


def test_the_basis_is_the_farthest_origin_that_is_quoted():
    far = item("The Oxley lock was dug in 1820.", Origin.WEB)
    assert verdict("The Oxley lock was dug in 1820.", DAM, items=(far,)).basis is Origin.WEB
    assert verdict("The Harlow dam is 48 metres tall.", DAM, items=(far,)).basis is Origin.CONTEXT
    assert verdict("Penguins breed on cold islands.", DAM, items=(far,)).basis is Origin.WEB
