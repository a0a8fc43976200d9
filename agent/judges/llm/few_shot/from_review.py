"""Turns a verdict of an audit into a worked example, so that what was reviewed teaches the next audit."""

from collections.abc import Iterable, Mapping, Sequence

from probandum.agent.judges.llm.few_shot.answer import ExampleAnswer, ExampleEvidence
from probandum.agent.judges.llm.few_shot.bank import example_fault
from probandum.agent.judges.llm.few_shot.examples import Example
from probandum.agent.models import Claim, Part, Quote, Verdict
from probandum.agent.taxonomy import Label
from probandum.tools.errors import InputError
from probandum.tools.evidence import Evidence, digest

_AROUND = 300  # characters kept on each side of what is quoted
_UNQUOTED_ITEMS = 2
_UNQUOTED_CHARACTERS = 600
_STATUS = {Label.SUPPORTED: "match", Label.CONTRADICTED: "conflict"}
_FINDINGS = {
    "match": "The evidence says so.",
    "conflict": "The evidence says otherwise.",
    "missing": "The evidence does not say it.",
}


def example_of(claim: Claim, evidence: Iterable[Evidence], verdict: Verdict, *, domain: str = "reviewed") -> Example:
    """The worked example that a verdict makes; the same claim, verdict and evidence give the same id.

    Evidence is cut down to what stands around the quotes, and numbered x1, x2, …; where nothing is quoted, to the
    beginning of what was shown first. What a person wrote about the verdict comes before the judge's own decision.

    Args:
        claim: what was judged.
        evidence: what the judge was shown, at least what the verdict quotes.
        verdict: what came of it in the end.
        domain: under which the example is kept.

    Raises:
        InputError: the verdict tells too little, or its parts do not carry its label, as a person's alone may not.
    """
    shown = _excerpts(tuple(evidence), verdict.quotes)
    numbers = {identity: f"x{place}" for place, identity in enumerate(shown, start=1)}
    example = Example(
        id="reviewed-" + digest(claim.text, verdict.label, *(item.text for item in shown.values()))[:12],
        domain=domain,
        evidence=tuple(item.model_copy(update={"id": numbers[identity]}) for identity, item in shown.items()),
        claim=claim.text,
        answer=ExampleAnswer.model_validate(_answer(claim, verdict, numbers)),
    )
    if wrong := example_fault(example):
        raise InputError(f"the verdict on {claim.text!r} makes no example: {wrong}")
    return example


def _excerpts(evidence: Sequence[Evidence], quotes: Sequence[Quote]) -> dict[str, ExampleEvidence]:
    """By the item's own id: the stretch that has all its quotes, or the beginning where nothing is quoted."""
    stretches = {}
    for item in evidence:
        own = [quote for quote in quotes if quote.evidence_id == item.id]
        if own:
            stretches[item.id] = (item, min(q.start for q in own) - _AROUND, max(q.end for q in own) + _AROUND)
    if not stretches:
        stretches = {item.id: (item, 0, _UNQUOTED_CHARACTERS) for item in evidence[:_UNQUOTED_ITEMS]}
    if not stretches:
        raise InputError("a verdict without any evidence makes no example; give what the judge was shown")
    return {identity: _excerpt(*stretch) for identity, stretch in stretches.items()}


def _excerpt(item: Evidence, start: int, end: int) -> ExampleEvidence:
    start, end = max(0, start), min(len(item.text), end)
    while start and not item.text[start - 1].isspace():
        start -= 1
    while end < len(item.text) and not item.text[end].isspace():
        end += 1
    return ExampleEvidence(id=item.id, source=item.source, text=item.text[start:end])


def _answer(claim: Claim, verdict: Verdict, numbers: Mapping[str, str]) -> dict[str, object]:
    steps = {step.name: step.text for step in verdict.steps}
    told = {
        "restatement": steps.get("restate") or claim.text,
        "decision": verdict.note or steps.get("decide") or f"The label is {verdict.label.value}.",
        "explanation": steps.get("explain") or ", ".join(verdict.error_types),
    }
    parts = verdict.parts or (_whole(claim, verdict.label),)
    return {
        **{name: _renumbered(words, numbers) for name, words in told.items()},
        "quotes": [{"evidence_id": numbers[q.evidence_id], "text": q.text} for q in verdict.quotes],
        "comparison": [_compared(part, steps.get("compare", ""), numbers) for part in parts],
        "error_types": list(verdict.error_types),
        "detail": verdict.detail,
        "why": verdict.why,
        "correction": verdict.correction,
        "confidence": verdict.confidence,
        "label": verdict.label,
    }


def _whole(claim: Claim, label: Label) -> Part:
    return Part.model_validate({"text": claim.text, "status": _STATUS.get(label, "missing")})


def _compared(part: Part, compared: str, numbers: Mapping[str, str]) -> dict[str, str]:
    """A part as a model writes it, with what was found of it where the step of comparing tells that."""
    lines = (line for line in compared.splitlines() if line.startswith(f"{part.text}: "))
    found = next(lines, "").removeprefix(f"{part.text}: ").removesuffix(f" ({part.status})")
    return {"part": part.text, "finding": _renumbered(found, numbers) or _FINDINGS[part.status], "status": part.status}


def _renumbered(words: str, numbers: Mapping[str, str]) -> str:
    for identity, number in numbers.items():
        words = words.replace(identity, number)
    return words
