"""Evaluators in the form that LangSmith and openevals call: ``(inputs, outputs, reference_outputs)`` to a score."""

from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack

from probandum.agent.report import Report
from probandum.api import AuditArguments, aaudit, audit
from probandum.report.explain import explain
from probandum.tools.errors import InputError
from probandum.tools.evidence import Document

_CONTEXTS = ("context", "contexts", "documents")
_RESPONSES = ("response", "answer", "output", "content")
_QUESTIONS = ("question", "input", "query")


class Evaluation(TypedDict):
    """What an evaluator gives back."""

    key: str
    score: float | None
    """1 minus the hallucination rate; None where no claim was judged, never 0."""
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


def grounded_evaluator(*, key: str = "groundedness", **arguments: Unpack[AuditArguments]) -> Evaluator:
    """An evaluator of how much of an output its context supports.

    It takes the answer from ``outputs`` (a string, a dict with ``response``, ``answer``, ``output`` or ``content``, or
    messages), the question from ``inputs``, and the context from ``outputs``, ``inputs`` or ``reference_outputs``
    (``context``, ``contexts`` or ``documents``: a string or a list of strings), unless ``arguments`` brings one.

    Args:
        key: the name of the score.
        **arguments: as for `probandum.audit`: ``judge``, ``context``, ``corpus``, ``profile`` and so on.

    The evaluator raises `InputError` where there is no answer in ``outputs``, and what `probandum.audit` raises.
    """

    def evaluator(*, inputs: Any = None, outputs: Any = None, reference_outputs: Any = None) -> Evaluation:  # noqa: ANN401 - theirs
        response, asked = _asked(inputs, outputs, reference_outputs, arguments)
        return evaluation(audit(response, **asked), key=key)

    return evaluator


def grounded_async_evaluator(*, key: str = "groundedness", **arguments: Unpack[AuditArguments]) -> AsyncEvaluator:
    """The same for ``aevaluate``; arguments and errors are those of `grounded_evaluator`."""

    async def evaluator(*, inputs: Any = None, outputs: Any = None, reference_outputs: Any = None) -> Evaluation:  # noqa: ANN401 - theirs
        response, asked = _asked(inputs, outputs, reference_outputs, arguments)
        return evaluation(await aaudit(response, **asked), key=key)

    return evaluator


def evaluation(report: Report, *, key: str) -> Evaluation:
    """A report as a score."""
    rate = report.scores.hallucination_rate
    return Evaluation(key=key, score=None if rate is None else 1.0 - rate, comment=explain(report))


def response_in(outputs: object) -> str:
    """The answer in what a framework calls outputs; `InputError` where there is none."""
    if isinstance(outputs, str):
        return outputs
    if isinstance(outputs, Mapping):
        found = _first(outputs, _RESPONSES)
        if isinstance(found, str):
            return found
        if "messages" in outputs:
            return response_in(outputs["messages"])
    if isinstance(outputs, Sequence) and outputs:
        return response_in(_content(outputs[-1]))
    known = f"a string, messages, or a dict with one of {', '.join(map(repr, _RESPONSES))}"
    raise InputError(f"no answer is found in outputs {outputs!r:.200}; {known} is needed")


def context_in(*places: object) -> tuple[str | Path | Document, ...]:
    """The context in the first of several dicts that has one; empty where none has."""
    for place in places:
        found = _first(place, _CONTEXTS) if isinstance(place, Mapping) else None
        if found:
            return (found,) if isinstance(found, str) else tuple(map(_text, found))
    return ()


def _asked(inputs: object, outputs: object, reference: object, arguments: AuditArguments) -> tuple[str, AuditArguments]:
    asked: AuditArguments = {**arguments}
    if "context" not in arguments:
        asked["context"] = context_in(outputs, inputs, reference)
    if "question" not in arguments:
        question = _first(inputs, _QUESTIONS) if isinstance(inputs, Mapping) else inputs
        asked["question"] = question if isinstance(question, str) else None
    return response_in(outputs), asked


def _first(place: Mapping[Any, Any], names: Sequence[str]) -> Any:  # noqa: ANN401 - whatever stands there
    return next((place[name] for name in names if place.get(name)), None)


def _content(message: object) -> object:
    """Of a message as a dict, or as an object of a framework."""
    return message.get("content") if isinstance(message, Mapping) else getattr(message, "content", message)


def _text(item: object) -> str:
    """Of a passage as text, as a dict, or as a document of LangChain."""
    if isinstance(item, Mapping):
        return str(_first(item, ("page_content", "content", "text")))
    return str(getattr(item, "page_content", item))
