"""Whether the quotes that are to support a claim give another number or date than it does; pure.

Code finds quotes again, but that words stand somewhere says nothing of what they carry: a judge that errs, or was
talked round, quotes true words for a false claim. Numbers and dates are what can be compared without understanding.
"""

from collections.abc import Iterator

from probandum.agent.judges.embedded.alignment import align
from probandum.agent.judges.embedded.differences.difference import Difference
from probandum.agent.judges.embedded.differences.values import dates, quantities
from probandum.agent.language.analysis import index_texts
from probandum.agent.models import Step, Verdict
from probandum.agent.taxonomy import Label

VALUE_CHECK = "doubt"
"""The name of the step that says so."""


def check_values(verdict: Verdict, claim: str) -> Verdict:
    """The verdict, or where its quotes say otherwise, the same with a step that says what, and half its probability.

    Args:
        verdict: as the judge gave it; one that does not say ``supported`` comes back as it is.
        claim: the text of the claim.
    """
    if verdict.label is not Label.SUPPORTED or not verdict.quotes:
        return verdict
    otherwise = [
        f"{difference.evidence!r} where the claim says {difference.claim!r}"
        for difference in _differences(verdict, claim)
    ]
    if not otherwise:
        return verdict
    moved = verdict.probabilities.get(Label.SUPPORTED, 0.0) / 2
    probabilities = {**verdict.probabilities, Label.SUPPORTED: moved}
    probabilities[Label.CONTRADICTED] = probabilities.get(Label.CONTRADICTED, 0.0) + moved
    step = Step(name=VALUE_CHECK, text=f"Supported by the judge, but its quotes say {', '.join(otherwise)}.")
    return verdict.model_copy(
        update={"steps": (*verdict.steps, step), "probabilities": probabilities, "confidence": moved}
    )


def value_conflict(verdict: Verdict) -> str | None:
    """What the quotes of a verdict say otherwise; None where nothing, or nobody has looked."""
    return next((step.text for step in verdict.steps if step.name == VALUE_CHECK), None)


def _differences(verdict: Verdict, claim: str) -> Iterator[Difference]:
    quoted = index_texts(tuple(quote.text for quote in verdict.quotes))
    alignment = align(claim, quoted)
    yield from dates(alignment, quoted)
    yield from quantities(alignment, quoted)
