"""Which trace or span of a dashboard an answer of a batch is the output of."""

from probandum.batch.output.rows import AnswerRow

_ALSO = {"trace_id": ("trace", "traceId", "request_id"), "span_id": ("context.span_id", "span", "spanId")}


def trace_of(row: AnswerRow, name: str) -> str:
    """The id in the row's column ``trace_id`` or ``span_id``, by the names that dashboards have; else the row's id."""
    for column in (name, *_ALSO[name]):
        if (value := row.columns.get(column)) not in (None, ""):
            return str(value)
    return row.answer_id
