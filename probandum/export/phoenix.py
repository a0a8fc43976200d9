"""The scores of a batch to Arize Phoenix, as annotations of the spans that its rows name."""

from pathlib import Path
from typing import TYPE_CHECKING

from probandum.export.scored import NAME, scored_answers
from probandum.export.traces import trace_of
from probandum.tools.errors import ConfigError

if TYPE_CHECKING:
    from phoenix.client import Client


def to_phoenix(folder: Path, *, client: "Client | None" = None) -> str:
    """Annotate a span for every answer of a batch's folder; an answer that nothing was judged of has no score.

    Args:
        folder: of the batch.
        client: by default one by Phoenix's own environment (``PHOENIX_COLLECTOR_ENDPOINT``, …).

    Raises ConfigError where its client is not installed.
    """
    try:
        from phoenix.client import Client
    except ImportError:
        raise ConfigError("annotations go to Phoenix by its own package: pip install arize-phoenix-client") from None
    told, sent = client or Client(), 0
    for answer in scored_answers(folder):
        told.spans.add_span_annotation(
            span_id=trace_of(answer.row, "span_id"),
            annotation_name=NAME,
            annotator_kind="LLM" if answer.asks_a_model else "CODE",
            label=answer.label,
            score=answer.value,
            explanation=answer.explanation,
            metadata={"judge": answer.row.judge, "coverage": answer.row.coverage},
            identifier="probandum",
            sync=True,
        )
        sent += 1
    return f"sent to Phoenix: {sent} annotations"
