"""Audits labelled rows, several times if need be, and keeps each as it is done; adding up is done in ``figures``."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from probandum.agent.judges.protocol import Judge
from probandum.agent.options import Options
from probandum.agent.report import JudgeInfo
from probandum.api import aaudit
from probandum.bench.audited_rows import AuditedRow, AuditPass, RowStore, audit_pass
from probandum.bench.baseline import BASELINES
from probandum.bench.metrics import auc
from probandum.bench.rows import Row
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import digest


@dataclass(frozen=True)
class Variant:
    """How the rows of a measurement are audited."""

    judge: Judge
    options: Options
    """How thorough; whole responses and sentences are judged with every declarative sentence."""
    variant: str = ""
    """What it changes, in an ablation."""
    repeat: int = 1
    """Audits of each row."""
    calibrated: bool = True
    """Whether a calibration that is kept for the judge is applied."""
    info: JudgeInfo = field(kw_only=True)
    """Who judges, with the calibration that is applied."""


class Measured(NamedTuple):
    """What came of the rows of one file, and how fast."""

    rows: tuple[AuditedRow, ...]
    rows_per_second: float | None


async def measure(
    file: str,
    rows: Sequence[Row],
    way: Variant,
    *,
    kept: RowStore | None = None,
    done: Callable[[], None] = lambda: None,
) -> Measured:
    """Audit rows with a judge.

    Args:
        file: the name of the file that they come from.
        rows: the labelled rows.
        way: how they are audited.
        kept: where each is kept as it comes, and taken from if it was kept before.
        done: called after each row.
    """
    kept = kept or RowStore(None)
    started, known = time.perf_counter(), kept.known
    places = asyncio.Semaphore(way.options.concurrency)

    async def one(row: Row) -> AuditedRow:
        key = _key(file, row, way)
        if (before := known.get(key)) is None:
            async with places:
                audited = await _audited(file, row, way, key=key)
            kept.add(audited)
        done()
        return before or audited

    results = await asyncio.gather(*(one(row) for row in rows))
    new = sum(row.key not in known for row in results)
    return Measured(tuple(results), new / (time.perf_counter() - started) if new else None)


def lexical(rows: Iterable[Row], audited: Iterable[AuditedRow]) -> dict[str, float | None]:
    """AUC of each lexical feature on the rows that have a label and a risk."""
    measured = [row for row, found in zip(rows, audited, strict=True) if _is_measured(found)]
    labels = [bool(row.hallucinated) for row in measured]
    return {name: auc(labels, [feature(row) for row in measured]) for name, feature in BASELINES.items()}


def _is_measured(row: AuditedRow) -> bool:
    return row.first.stated and row.first.risk is not None and row.hallucinated is not None


async def _audited(file: str, row: Row, way: Variant, *, key: str) -> AuditedRow:
    passes = [await _pass(row, way) for _ in range(way.repeat)]
    return AuditedRow(
        key=key,
        file=file,
        variant=way.variant,
        id=row.id,
        level=row.level,
        dataset=row.dataset,
        text=row.text,
        hallucinated=row.hallucinated,
        label=row.label,
        error_types=row.error_types,
        passes=tuple(passes),
    )


async def _pass(row: Row, way: Variant) -> AuditPass:
    options = way.options.model_copy(update={"all_checkable": row.level != "claim", "decide": "lenient"})
    begin = time.perf_counter()
    try:
        report = await aaudit(row.request, judge=way.judge, options=options, calibrated=way.calibrated)
    except ProbandumError as error:
        return AuditPass(seconds=time.perf_counter() - begin, failed=f"{type(error).__name__}: {error}")
    return audit_pass(report, seconds=time.perf_counter() - begin, decide=way.options.decide)


def _key(file: str, row: Row, way: Variant) -> str:
    """Of the row with its labels, the judge, and the way of asking; how many at once does not matter."""
    how: Mapping[str, object] = way.options.model_dump(mode="json", exclude={"concurrency"})
    return digest(file, row.model_dump_json(), way.info.model_dump_json(), str(how), way.variant, str(way.repeat))
