"""The decision as a table: one row, one test."""

import pytest

from probandum.agent.models import Quote, Verdict
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.agent.verdicts.reopening import reason_to_reopen
from probandum.tools.evidence import Origin

QUOTE = Quote(evidence_id="e", text="words", start=0, end=5)


def verdict(label, *, quoted):
    wrong = label in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED)
    return Verdict(
        label=label,
        why=Why.VAGUE if label is Label.UNEVALUATABLE else None,
        error_types=(ErrorType.OTHER,) if wrong else (),
        basis=Origin.CONTEXT,
        quotes=(QUOTE,) if quoted else (),
        confidence=0.9,
        confidence_source="stated",
        probabilities={label: 1.0},
    )


@pytest.mark.parametrize(
    ("label", "quoted", "new_questions", "source_unasked", "may_reconsider", "reopened"),
    [
        (Label.SUPPORTED, True, True, True, True, False),
        (Label.CONTRADICTED, True, True, True, True, False),
        (Label.SUPPORTED, False, True, False, False, True),
        (Label.CONTRADICTED, False, False, False, True, True),
        (Label.PARTIALLY_SUPPORTED, True, True, False, False, True),
        (Label.PARTIALLY_SUPPORTED, True, False, False, True, True),
        (Label.PARTIALLY_SUPPORTED, True, False, False, False, False),
        (Label.UNEVALUATABLE, False, True, False, False, True),
        (Label.UNEVALUATABLE, False, False, False, False, False),
        (Label.ABSENT, False, True, True, False, True),
        (Label.ABSENT, False, True, False, True, False),
    ],
)
def test_a_verdict_is_reopened_where_it_does_not_stand_and_more_may_come(  # noqa: PLR0917 - a table
    label, quoted, new_questions, source_unasked, may_reconsider, reopened
):
    reason = reason_to_reopen(
        verdict(label, quoted=quoted),
        new_questions=new_questions,
        source_unasked=source_unasked,
        may_reconsider=may_reconsider,
    )
    assert (reason is not None) is reopened
