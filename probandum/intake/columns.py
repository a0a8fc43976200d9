"""Which column of a row means what: the names that ragas, deepeval, LangSmith, MLflow, Phoenix and data sets use.

ragas: ``user_input``, ``response``, ``retrieved_contexts``. deepeval: ``input``, ``actual_output``,
``retrieval_context``. LangSmith and openevals: ``inputs``, ``outputs``, ``reference_outputs`` with fields of their own.
MLflow: ``inputs``, ``outputs``, ``retrieved_context``. Phoenix: ``input``, ``output``, ``reference`` and
``attributes.*``. Hugging Face sets: ``question``, ``answer``, ``contexts``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "example_id", "question_id", "context.span_id"),
    "response": (
        "response",
        "answer",
        "actual_output",
        "output",
        "outputs",
        "generated_answer",
        "model_output",
        "generated_text",
        "prediction",
        "completion",
        "attributes.output.value",
    ),
    "question": ("question", "user_input", "input", "inputs", "query", "prompt", "attributes.input.value"),
    "context": (
        "context",
        "contexts",
        "retrieved_contexts",
        "retrieval_context",
        "retrieved_context",
        "retrieved_documents",
        "source_documents",
        "documents",
        "passages",
        "knowledge",
        "evidence",
        "attributes.retrieval.documents",
        "reference",
    ),
    "history": ("history", "chat_history"),
    "claims": ("claims",),
}
"""Part of an audit to the columns it may stand in, the plainest first."""
_OUTER: Mapping[str, tuple[str, ...]] = {
    "response": ("outputs", "output", "prediction"),
    "question": ("inputs", "input"),
    "context": ("outputs", "inputs", "reference_outputs", "metadata", "expectations"),
}
"""Columns that hold fields of their own, in which a part may stand."""
_INNER: Mapping[str, tuple[str, ...]] = {
    "response": ("response", "answer", "output", "content", "text", "generation", "result"),
    "question": ("question", "input", "query", "user_input"),
    "context": ("context", "contexts", "documents", "retrieved_contexts", "retrieval_context", "source_documents"),
}


class Found(NamedTuple):
    """A part of an audit in a row."""

    column: str
    """Where it stands, ``outer.inner`` one level down."""
    value: Any


def find(record: Mapping[str, Any], part: str) -> Found | None:
    """The column in which a part stands, and what stands there; None where no known column has it."""
    return next(_candidates(record, part), None)


def _candidates(record: Mapping[str, Any], part: str) -> Iterator[Found]:
    for name in NAMES.get(part, ()):
        value = record.get(name)
        if not _is_nothing(value) and not isinstance(value, Mapping):
            yield Found(name, value)
    for outer in _OUTER.get(part, ()):
        inside = record.get(outer)
        if not isinstance(inside, Mapping):
            continue
        for inner in _INNER[part]:
            if not _is_nothing(value := inside.get(inner)):
                yield Found(f"{outer}.{inner}", value)
    if part == "context" and isinstance(value := record.get("context"), Mapping) and value:
        yield Found("context", value)


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str | list | tuple) and not value)


def at(record: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands in a column, or in a field of one as ``outer.inner``; None where there is none."""
    if column in record:
        return record[column]
    outer, dot, inner = column.partition(".")
    inside = record.get(outer) if dot else None
    return inside.get(inner) if isinstance(inside, Mapping) else None
