"""Whether the quotes that are to support a claim assert it, and give the numbers and dates that it does; pure.

Code finds quotes again, but that words stand somewhere says nothing of what they carry: a judge that errs, or was
talked round, quotes true words for a false claim. Numbers and dates are what can be compared without understanding.
"""

from collections.abc import Iterator, Mapping

from probandum.agent.judges.embedded.alignment import align
from probandum.agent.judges.embedded.differences.difference import Difference
from probandum.agent.judges.embedded.differences.values import dates, quantities
from probandum.agent.language.analysis import analyze_sentence, analyze_text, index_texts
from probandum.agent.language.assertion import Scope, governing
from probandum.agent.models import Step, Verdict
from probandum.agent.taxonomy import Label, Why
from probandum.tools.evidence import Evidence

VALUE_CHECK = "doubt"
ASSERTION_CHECK = "assertion"
"""The names of the steps that say so."""


def check_quotes(verdict: Verdict, claim: str, evidence: Mapping[str, Evidence]) -> Verdict:
    """The verdict, or what is left of it where its quotes do not bear it out.

    Quotes that deny, ask, report, suppose or strike what they have the words of leave it ``unevaluatable``, with a step
    that says which; those that give another number or date, the same with a step that says what. Either has half the
    probability that it had.

    Args:
        verdict: as the judge gave it; one that does not say ``supported`` comes back as it is.
        claim: the text of the claim.
        evidence: whatever it may quote, by id.
    """
    if verdict.label is not Label.SUPPORTED or not verdict.quotes:
        return verdict
    if scope := _frame(verdict, claim, evidence):
        return _unasserted(verdict, scope)
    return _with_values(verdict, claim)


def _frame(verdict: Verdict, claim: str, evidence: Mapping[str, Evidence]) -> Scope | None:
    """What keeps the quoted sentence that has most of the claim from asserting it; None where it asserts it."""
    keys = frozenset(word.key for word in analyze_sentence(claim).words if word.content)
    quoted = [
        (len(sentence.keys & keys), sentence, evidence[quote.evidence_id].text)
        for quote in verdict.quotes
        if quote.evidence_id in evidence
        for sentence in analyze_text(evidence[quote.evidence_id].text).sentences
        if sentence.start < quote.end and quote.start < sentence.end
    ]
    most = max((shared for shared, _, _ in quoted), default=0)
    if 2 * most < len(keys) or not most:
        return None
    scopes = [governing(claim, keys, sentence, text) for shared, sentence, text in quoted if shared == most]
    return None if any(scope is None for scope in scopes) else scopes[0]


def _unasserted(verdict: Verdict, scope: Scope) -> Verdict:
    moved = verdict.probabilities.get(Label.SUPPORTED, 0.0) / 2
    probabilities = {**verdict.probabilities, Label.SUPPORTED: moved}
    probabilities[Label.UNEVALUATABLE] = probabilities.get(Label.UNEVALUATABLE, 0.0) + moved
    said = f"{scope.status.value} ({' '.join(scope.trigger.split())!r})"
    step = Step(name=ASSERTION_CHECK, text=f"Supported by the judge, but what it quotes is not asserted there: {said}.")
    return Verdict.model_validate(
        {
            **dict(verdict),
            "label": Label.UNEVALUATABLE,
            "why": Why.UNDECIDABLE,
            "correction": None,
            "steps": (*verdict.steps, step),
            "probabilities": probabilities,
            "confidence": probabilities[Label.UNEVALUATABLE],
        }
    )


def _with_values(verdict: Verdict, claim: str) -> Verdict:
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


def quote_conflict(verdict: Verdict) -> str | None:
    """What the quotes of a verdict say otherwise; None where nothing, or nobody has looked."""
    return next((step.text for step in verdict.steps if step.name in (VALUE_CHECK, ASSERTION_CHECK)), None)


def _differences(verdict: Verdict, claim: str) -> Iterator[Difference]:
    quoted = index_texts(tuple(quote.text for quote in verdict.quotes))
    alignment = align(claim, quoted)
    yield from dates(alignment, quoted)
    yield from quantities(alignment, quoted)
