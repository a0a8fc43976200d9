"""Reports as tasks of Label Studio, claims pre-annotated as spans, and annotations that come back as decisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.review import ReviewDecision
from probandum.agent.taxonomy import NEEDS_QUOTE, ErrorType, Label, Outcome
from probandum.tools.errors import InputError

_OPEN = "undecided"
_COLOURS = {
    Label.SUPPORTED: "#2e7d32",
    Label.PARTIALLY_SUPPORTED: "#f9a825",
    Label.ABSENT: "#ef6c00",
    Label.CONTRADICTED: "#c62828",
    Label.UNEVALUATABLE: "#616161",
}
"""For the interface; what a label means is in its name."""


def label_config() -> str:
    """The interface of a project: the answer with spans to label, the sources and the question beside it."""
    labels = "".join(f'<Label value="{label.value}" background="{colour}"/>' for label, colour in _COLOURS.items())
    types = "".join(f'<Choice value="{error.value}"/>' for error in ErrorType)
    return (
        f'<View><Text name="question" value="$question"/><Labels name="label" toName="response">{labels}'
        f'<Label value="{_OPEN}" background="#90a4ae"/></Labels><Text name="response" value="$response"/>'
        f'<Choices name="error_types" toName="response" perRegion="true" choice="multiple">{types}</Choices>'
        f'<Header value="Sources"/><Text name="sources" value="$sources"/></View>'
    )


def tasks(reports: Iterable[Report]) -> Iterator[dict[str, Any]]:
    """A task for each report, with the judge's verdicts as predictions."""
    for report in reports:
        quoted = {item.id: item for item in report.evidence}
        sources = "\n\n".join(f"[{item.source}] {item.text}" for item in quoted.values())
        data = {
            "audit_id": report.audit_id,
            "question": report.question or "",
            "response": report.response,
            "sources": sources,
            "quotes": {
                claim.id: [quote.text for quote in claim.verdict.quotes] for claim in report.claims if claim.verdict
            },
        }
        regions = [region for claim in report.claims if claim.span for region in _regions(claim, report)]
        prediction = {"model_version": report.judge.model, "result": regions, "score": _score(report)}
        yield {"data": data, "predictions": [prediction]}


def _score(report: Report) -> float:
    """How much of the answer is decided, so that tasks with open claims can be sorted to the top."""
    return report.scores.coverage or 0.0


def _regions(claim: ClaimResult, report: Report) -> Iterator[dict[str, Any]]:
    if claim.span is None:
        return
    verdict = claim.verdict if claim.outcome is Outcome.JUDGED else None
    place = {
        "start": claim.span.start,
        "end": claim.span.end,
        "text": report.response[claim.span.start : claim.span.end],
    }
    label = verdict.label.value if verdict else _OPEN
    region = {"id": claim.id, "from_name": "label", "to_name": "response", "type": "labels"}
    yield {**region, "value": {**place, "labels": [label]}, "score": claim.p_supported}
    if verdict and verdict.error_types:
        chosen = {"choices": [error.value for error in verdict.error_types]}
        yield {**region, "from_name": "error_types", "type": "choices", "value": {**place, **chosen}}


def decisions(task: Mapping[str, Any]) -> tuple[ReviewDecision, ...]:
    """What people decided in an exported task, as a review takes it; a span that is still open is none.

    Raises InputError where the task is no export of one that `tasks` made.
    """
    annotations = task.get("annotations")
    if not annotations or not isinstance(annotations, list):
        raise InputError(
            "the task has no annotations; export it from Label Studio as JSON when somebody has labelled it"
        )
    by_claim: dict[str, dict[str, Any]] = {}
    for region in annotations[-1].get("result", ()):
        value, kind = region.get("value", {}), region.get("type")
        chosen = value.get(kind) if kind in ("labels", "choices") else None
        if chosen and str(region.get("id", "")).startswith("c-"):
            by_claim.setdefault(region["id"], {})[kind] = chosen
    quotes = (task.get("data") or {}).get("quotes") or {}
    labelled = {claim: said for claim, said in by_claim.items() if said.get("labels", [_OPEN]) != [_OPEN]}
    return tuple(_decision(claim, said, quotes.get(claim, ())) for claim, said in labelled.items())


def _decision(claim: str, said: Mapping[str, Any], quotes: Sequence[str]) -> ReviewDecision:
    try:
        label = Label(said["labels"][0])
        types = tuple(ErrorType(each) for each in said.get("choices", ()))
    except ValueError as error:
        raise InputError(f"claim {claim!r} has a label that is none of ours: {error}") from None
    rests = tuple(quotes) if label in NEEDS_QUOTE else ()
    return ReviewDecision(claim=claim, label=label, error_types=() if label is Label.SUPPORTED else types, quotes=rests)
