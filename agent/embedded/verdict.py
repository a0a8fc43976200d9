"""From measures to a verdict that can be read: label, error types, steps, parts and quotes."""

from collections.abc import Sequence

from probandum.agent.embedded.measure import Comparison, Found
from probandum.agent.embedded.weights import Weights
from probandum.agent.models import Part, Quote, Step, Verdict
from probandum.agent.taxonomy import ErrorType, Label
from probandum.tools.evidence import Evidence, Origin

_DISTANCE = tuple(Origin)


def decide(claim: str, evidence: Sequence[Evidence], comparison: Comparison, weights: Weights) -> Verdict:
    """The verdict on a claim, given how it compares with the evidence shown (at least one item)."""
    unsupported = weights.unsupported(comparison.measures)
    probabilities = {
        Label.SUPPORTED: 1.0 - unsupported,
        Label.CONTRADICTED: 0.15 * unsupported,
        Label.ABSENT: 0.6 * unsupported,
        Label.PARTIALLY_SUPPORTED: 0.23 * unsupported,
        Label.UNEVALUATABLE: 0.02 * unsupported,
    }
    if not comparison.best:
        probabilities = {label: 0.01 for label in Label} | {Label.ABSENT: 0.96}
    label = max(probabilities, key=lambda given: probabilities[given])
    quotes = tuple(_quote(found, evidence) for found in comparison.best[:1]) if label is Label.SUPPORTED else ()
    cited = [item for item in evidence if any(quote.evidence_id == item.id for quote in quotes)]
    return Verdict(
        label=label,
        error_types=() if label is not Label.PARTIALLY_SUPPORTED else (ErrorType.OTHER,),
        basis=max((item.origin for item in cited or evidence), key=_DISTANCE.index),
        steps=(Step(name="restate", text=claim),),
        parts=(Part(text=claim, status="match" if label is Label.SUPPORTED else "missing"),),
        quotes=quotes,
        confidence=probabilities[label],
        confidence_source="calibrated",
        probabilities=probabilities,
    )


def _quote(found: Found, evidence: Sequence[Evidence]) -> Quote:
    item = evidence[found.passage]
    return Quote(
        evidence_id=item.id,
        text=item.text[found.line.start : found.line.end],
        start=found.line.start,
        end=found.line.end,
    )
