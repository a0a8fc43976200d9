"""What a batch says of each answer, in the words that dashboards have: a name, a value, a label, an explanation."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from probandum.agent.taxonomy import Label
from probandum.batch.output.row_files import read_answers, read_claims
from probandum.batch.output.rows import AnswerRow, ClaimRow

NAME = "groundedness"
_CLAIMS_SHOWN = 20


class ScoredAnswer(NamedTuple):
    """One answer of a batch."""

    row: AnswerRow
    value: float | None
    """1 minus the hallucination rate; None where nothing was judged, never 0."""
    label: str
    """The outcome of its audit."""
    explanation: str
    """Its claims that are not supported, with the words that show it."""

    @property
    def asks_a_model(self) -> bool:
        """Whether its judge is a language model."""
        return self.row.judge.startswith("llm ")


def scored_answers(folder: Path) -> Iterator[ScoredAnswer]:
    """The answers of a batch's folder, in the order in which they were done; `InputError` where it cannot be read."""
    claims = {id_: list(rows) for id_, rows in groupby(read_claims(folder), key=lambda row: row.answer_id)}
    for row in read_answers(folder):
        value = None if row.hallucination_rate is None else 1.0 - row.hallucination_rate
        yield ScoredAnswer(row, value, row.outcome.value, _explained(row, claims.get(row.answer_id, [])))


def _explained(row: AnswerRow, claims: list[ClaimRow]) -> str:
    if row.message:
        return f"{row.reason}: {row.message}"
    wrong = [claim for claim in claims if claim.label not in (None, Label.SUPPORTED)]
    lines = [f"{row.unsupported} of {row.counted} claims are not supported; judge {row.judge}"]
    for claim in wrong[:_CLAIMS_SHOWN]:
        types = ", ".join(claim.error_types)
        quote = f" — “{claim.quotes[0].text}” ({claim.quotes[0].source})" if claim.quotes else ""
        lines.append(f"{claim.label}{f' ({types})' if types else ''}: {claim.text}{quote}")
    if len(wrong) > _CLAIMS_SHOWN:
        lines.append(f"and {len(wrong) - _CLAIMS_SHOWN} more")
    return "\n".join(lines)
