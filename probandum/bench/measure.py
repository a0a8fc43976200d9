"""Audits the rows of a labelled file and adds up how well the risks agree with the people."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from probandum.agent.judge import Judge
from probandum.agent.options import Options
from probandum.api import aaudit
from probandum.bench.baseline import BASELINES
from probandum.bench.metrics import auc, auc_interval, balanced_accuracy
from probandum.bench.rows import Row
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Frozen


class FileResult(Frozen):
    """How a judge did on one file."""

    file: str
    rows: int
    """All rows that were audited."""
    measured: int
    """Rows with a human label and a risk; the figures are about these."""
    positive: int
    """Of the measured rows, those that people call hallucinated."""
    not_declarative: int
    """Rows without any sentence that states something; counted apart, in no figure."""
    auc_roc: float | None
    auc_low: float | None
    auc_high: float | None
    """95% bootstrap interval."""
    balanced_accuracy: float | None
    """At a risk of 0.5."""
    coverage: float | None
    """Rows with a risk / rows that state something."""
    errors: int
    """Rows on which the audit failed or left everything unjudged."""
    rows_per_second: float
    baseline: dict[str, float | None] | None = None
    """AUC of each lexical feature on the measured rows."""


@dataclass(frozen=True)
class Measured:
    """What became of one row."""

    row: Row
    risk: float | None
    stated: bool
    """Whether it has any sentence that states something."""


async def measure(
    path: Path,
    rows: Sequence[Row],
    *,
    judge: Judge,
    options: Options,
    baseline: bool = False,
    done: Callable[[], None] = lambda: None,
) -> FileResult:
    """Audit the rows with a judge and compare.

    Args:
        path: the file they come from.
        rows: the labelled rows.
        judge: who judges.
        options: how thorough; whole responses and sentences are judged with every declarative sentence.
        baseline: measure the lexical features on the same rows.
        done: called after each row.
    """
    started = time.perf_counter()
    places = asyncio.Semaphore(options.concurrency)

    async def one(row: Row) -> Measured:
        async with places:
            measured = await _audit(row, judge, options)
        done()
        return measured

    results = await asyncio.gather(*(one(row) for row in rows))
    return _sum(path, results, seconds=time.perf_counter() - started, baseline=baseline)


async def _audit(row: Row, judge: Judge, options: Options) -> Measured:
    checkable = options.model_copy(update={"all_checkable": row.level != "claim"})
    try:
        report = await aaudit(row.request, judge=judge, options=checkable)
    except ProbandumError:
        return Measured(row, risk=None, stated=True)
    return Measured(row, risk=report.scores.risk, stated=report.scores.claims > 0)


def _sum(path: Path, results: Sequence[Measured], *, seconds: float, baseline: bool) -> FileResult:
    stated = [result for result in results if result.stated]
    scored = [result for result in stated if result.risk is not None]
    pairs = [(r.row.hallucinated, r.risk) for r in scored if r.row.hallucinated is not None and r.risk is not None]
    labels, risks = [label for label, _ in pairs], [risk for _, risk in pairs]
    low, high = auc_interval(labels, risks) or (None, None)
    return FileResult(
        file=path.stem,
        rows=len(results),
        measured=len(pairs),
        positive=sum(labels),
        not_declarative=len(results) - len(stated),
        auc_roc=auc(labels, risks),
        auc_low=low,
        auc_high=high,
        balanced_accuracy=balanced_accuracy(labels, risks),
        coverage=len(scored) / len(stated) if stated else None,
        errors=len(stated) - len(scored),
        rows_per_second=len(results) / seconds,
        baseline=_baseline(r.row for r in scored if r.row.hallucinated is not None) if baseline else None,
    )


def _baseline(rows: Iterable[Row]) -> dict[str, float | None]:
    measured = list(rows)
    labels = [bool(row.hallucinated) for row in measured]
    return {name: auc(labels, [feature(row) for row in measured]) for name, feature in BASELINES.items()}
