"""Evaluators in the form that LangSmith and openevals call: ``(inputs, outputs, reference_outputs)`` to a score."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict, Unpack

from probandum.agent.report import Report
from probandum.api import AuditArguments, aaudit, audit
from probandum.intake.answer import Answer, answer_of
from probandum.intake.columns import NAMES, find
from probandum.intake.context import ContextItem
from probandum.report.explain import explain
from probandum.tools.errors import InputError

Measure = Literal["groundedness", "citation_recall", "citation_precision"]


class Evaluation(TypedDict):
    """What an evaluator gives back."""

    key: str
    score: float | None
    """1 minus the hallucination rate, or the measure that was asked for; None where it says nothing, never 0."""
    comment: str
    """The claims that are not supported, with the words that show it."""


class Evaluator(Protocol):
    """A callable that LangSmith's ``evaluate`` and openevals take."""

    def __call__(self, *, inputs: Any, outputs: Any, reference_outputs: Any = None) -> Evaluation:  # noqa: ANN401 - theirs
        """Evaluate one output."""


class AsyncEvaluator(Protocol):
    """The same, to be awaited."""

    def __call__(
        self,
        *,
        inputs: Any,  # noqa: ANN401 - theirs
        outputs: Any,  # noqa: ANN401 - theirs
        reference_outputs: Any = None,  # noqa: ANN401 - theirs
    ) -> Awaitable[Evaluation]:
        """Evaluate one output."""


def grounded_evaluator(
    *, key: str = "groundedness", measure: Measure = "groundedness", **arguments: Unpack[AuditArguments]
) -> Evaluator:
    """An evaluator of how much of an output its context supports.

    It takes the answer from ``outputs`` (a string, a dict with ``response``, ``answer``, ``output`` or ``content``, or
    messages, with the citations that their API gives), the question from ``inputs``, and the context from ``outputs``,
    ``inputs`` or ``reference_outputs`` (``context``, ``contexts``, ``documents`` and what else
    `probandum.intake.columns` names: whatever ``audit`` takes as one), unless ``arguments`` brings one.

    Args:
        key: the name of the score.
        measure: ``groundedness`` (1 minus the hallucination rate), or ALCE's ``citation_recall`` or
            ``citation_precision``, which are None for an answer that cites nothing.
        **arguments: as for `probandum.audit`: ``judge``, ``context``, ``corpus``, ``profile`` and so on.

    The evaluator raises `InputError` where there is no answer in ``outputs``, and what `probandum.audit` raises.
    """

    def evaluator(*, inputs: Any = None, outputs: Any = None, reference_outputs: Any = None) -> Evaluation:  # noqa: ANN401 - theirs
        response, asked = _asked(inputs, outputs, reference_outputs, arguments)
        return evaluation(audit(response, **asked), key=key, measure=measure)

    return evaluator


def grounded_async_evaluator(
    *, key: str = "groundedness", measure: Measure = "groundedness", **arguments: Unpack[AuditArguments]
) -> AsyncEvaluator:
    """The same for ``aevaluate``; arguments and errors are those of `grounded_evaluator`."""

    async def evaluator(*, inputs: Any = None, outputs: Any = None, reference_outputs: Any = None) -> Evaluation:  # noqa: ANN401 - theirs
        response, asked = _asked(inputs, outputs, reference_outputs, arguments)
        return evaluation(await aaudit(response, **asked), key=key, measure=measure)

    return evaluator


def evaluation(report: Report, *, key: str, measure: Measure = "groundedness") -> Evaluation:
    """A report as a score."""
    scores = report.scores
    rate = scores.hallucination_rate
    measured: Mapping[Measure, float | None] = {
        "groundedness": None if rate is None else 1.0 - rate,
        "citation_recall": scores.citation_recall,
        "citation_precision": scores.citation_precision,
    }
    return Evaluation(key=key, score=measured[measure], comment=explain(report))


def response_in(outputs: object) -> Answer:
    """The answer in what a framework calls outputs, with what it cites; `InputError` where there is none."""
    if isinstance(outputs, Mapping):
        if (found := find({"outputs": outputs, **outputs}, "response")) and isinstance(found.value, str):
            return Answer(found.value)
        if "messages" in outputs:
            return response_in(outputs["messages"])
    elif isinstance(outputs, Sequence) and not isinstance(outputs, str) and outputs:
        return response_in(outputs[-1])
    try:
        return answer_of(outputs)
    except InputError:
        known = ", ".join(map(repr, NAMES["response"][:4]))
        raise InputError(
            f"no answer is found in outputs {outputs!r:.200}; a string, messages, or a dict with one of {known}"
        ) from None


def context_in(*places: object) -> tuple[ContextItem, ...]:
    """The context in the first of several dicts that has one; empty where none has."""
    for place in places:
        found = find(place, "context") if isinstance(place, Mapping) else None
        if found:
            return (found.value,) if isinstance(found.value, str | Mapping) else tuple(found.value)
    return ()


def question_in(inputs: object) -> str | None:
    """The question in what a framework calls inputs; None where there is none."""
    found = find(inputs, "question") if isinstance(inputs, Mapping) else None
    told = found.value if found else inputs
    return told if isinstance(told, str) else None


def _asked(
    inputs: object, outputs: object, reference: object, arguments: AuditArguments
) -> tuple[Answer, AuditArguments]:
    asked: AuditArguments = {**arguments}
    if "context" not in arguments:
        asked["context"] = context_in(outputs, inputs, reference)
    if "question" not in arguments:
        asked["question"] = question_in(inputs)
    return response_in(outputs), asked
