"""The scores of a batch to Langfuse, one for each answer whose row names the trace that it is the output of."""

from pathlib import Path
from typing import TYPE_CHECKING

from probandum.export.scored import NAME, scored_answers
from probandum.export.traces import trace_of
from probandum.tools.errors import ConfigError

if TYPE_CHECKING:
    from langfuse import Langfuse


def to_langfuse(folder: Path, *, client: "Langfuse | None" = None) -> str:
    """Score every answer of a batch's folder; the same batch again changes the same scores. A line that says how many.

    Args:
        folder: of the batch.
        client: by default one by Langfuse's own environment (``LANGFUSE_PUBLIC_KEY``, …).

    Raises:
        ConfigError: langfuse is not installed, or says that it is not configured.
        InputError: no row names a trace.
    """
    try:
        from langfuse import Langfuse
    except ImportError:
        raise ConfigError("scores go to Langfuse by its own package: pip install langfuse") from None
    told = client or Langfuse()
    sent = left = 0
    for answer in scored_answers(folder):
        if answer.value is None:
            left += 1  # a score that is not known is none, and no 0
            continue
        told.create_score(
            name=NAME,
            value=answer.value,
            data_type="NUMERIC",
            trace_id=trace_of(answer.row, "trace_id"),
            score_id=f"probandum-{answer.row.key[:24]}",
            comment=answer.explanation,
            metadata={"judge": answer.row.judge, "coverage": answer.row.coverage, "outcome": answer.label},
        )
        sent += 1
    told.flush()
    return f"sent to Langfuse: {sent} scores{f', {left} answers have none' if left else ''}"
