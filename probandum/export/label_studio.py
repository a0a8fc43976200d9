"""Reports as tasks of Label Studio, claims pre-annotated as spans, and annotations that come back as decisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.review import ReviewDecision, ReviewRequest
from probandum.agent.taxonomy import NEEDS_QUOTE, ErrorType, Label, Outcome
from probandum.tools.errors import InputError
from probandum.tools.evidence import Evidence

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
        task = _task(report.audit_id, report.question, report.response, report.claims, report.evidence)
        prediction = {**task["predictions"][0], "model_version": report.judge.model, "score": _score(report)}
        yield {**task, "predictions": [prediction]}


def review_task(asked: ReviewRequest, request: AuditRequest) -> dict[str, Any]:
    """A task of the claims that an audit waits for, as the judge leaves them."""
    claims = [each.claim for each in asked.claims]
    evidence = {item.id: item for each in asked.claims for item in each.evidence}
    return _task(asked.audit_id, request.question, request.response, claims, evidence.values())


def _task(
    audit_id: str, question: str | None, response: str, claims: Iterable[ClaimResult], evidence: Iterable[Evidence]
) -> dict[str, Any]:
    placed = [claim for claim in claims if claim.span]
    data = {
        "audit_id": audit_id,
        "question": question or "",
        "response": response,
        "sources": "\n\n".join(f"[{item.source}] {item.text}" for item in evidence),
        "quotes": {claim.id: _quotes(claim) for claim in placed},
    }
    regions = [region for claim in placed for region in _regions(claim, response)]
    return {"data": data, "predictions": [{"model_version": "probandum", "result": regions}]}


def _quotes(claim: ClaimResult) -> list[str]:
    """The words that a decision may rest on: those of the verdict, or of the one that was not sure enough."""
    verdict = claim.verdict or (claim.history[-1].verdict if claim.history else None)
    return [quote.text for quote in verdict.quotes] if verdict else []


def _score(report: Report) -> float:
    """How much of the answer is decided, so that tasks with open claims can be sorted to the top."""
    return report.scores.coverage or 0.0


def _regions(claim: ClaimResult, response: str) -> Iterator[dict[str, Any]]:
    if claim.span is None:
        return
    verdict = claim.verdict if claim.outcome is Outcome.JUDGED else None
    place = {
        "start": claim.span.start,
        "end": claim.span.end,
        "text": response[claim.span.start : claim.span.end],
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
