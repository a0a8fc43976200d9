"""Audits the rows of a labelled file and adds up how well the risks agree with the people."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from probandum.agent.judge import Judge
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.api import aaudit
from probandum.bench.baseline import BASELINES
from probandum.bench.labels import as_people_say, label
from probandum.bench.metrics import auc, auc_interval, balanced_accuracy, macro_f1
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
    macro_f1: float | None = None
    """Mean F1 over the labels that people gave, on rows of one claim; None where what the data set's labels mean is
    not known (``bench/labels.py``)."""
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
    label: Label | None = None
    """The judge's, where the row is one claim."""


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
    verdict = report.claims[0].verdict if row.claim and len(report.claims) == 1 else None
    return Measured(row, report.scores.risk, report.scores.claims > 0, verdict.label if verdict else None)


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
        macro_f1=_macro_f1(stated),
        coverage=len(scored) / len(stated) if stated else None,
        errors=len(stated) - len(scored),
        rows_per_second=len(results) / seconds,
        baseline=_baseline(r.row for r in scored if r.row.hallucinated is not None) if baseline else None,
    )


def _macro_f1(results: Iterable[Measured]) -> float | None:
    found = [(label(r.row.dataset, r.row.label), r.row.dataset, r.label) for r in results]
    pairs = [(people, as_people_say(dataset, ours)) for people, dataset, ours in found if people and ours]
    return macro_f1([people for people, _ in pairs], [ours for _, ours in pairs])


def _baseline(rows: Iterable[Row]) -> dict[str, float | None]:
    measured = list(rows)
    labels = [bool(row.hallucinated) for row in measured]
    return {name: auc(labels, [feature(row) for row in measured]) for name, feature in BASELINES.items()}
