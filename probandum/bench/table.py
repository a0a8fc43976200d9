"""The figures of a measurement as a table, as JSON and as CSV."""

import csv
import io
import statistics
from collections.abc import Sequence

from pydantic import JsonValue
from rich.table import Table

from probandum.agent.models import JudgeInfo
from probandum.bench.baseline import BASELINES
from probandum.bench.measure import FileResult
from probandum.tools.evidence import Frozen


class Bench(Frozen):
    """A measurement over several files."""

    judge: JudgeInfo
    options: dict[str, JsonValue]
    files: tuple[FileResult, ...]
    mean_auc_roc: float | None
    """Over the files that have one, each weighted alike."""


def bench(judge: JudgeInfo, options: dict[str, JsonValue], files: Sequence[FileResult]) -> Bench:
    """Put a measurement together."""
    areas = [file.auc_roc for file in files if file.auc_roc is not None]
    return Bench(
        judge=judge, options=options, files=tuple(files), mean_auc_roc=statistics.fmean(areas) if areas else None
    )


def as_table(result: Bench) -> Table:
    """A row a file; the interval behind the AUC is 95%."""
    table = Table(title=f"judge {result.judge.kind} {result.judge.model}", title_justify="left", box=None)
    table.add_column("file")
    floor = [f"AUC {name}" for name in BASELINES] if any(file.baseline for file in result.files) else []
    for heading in (
        "rows",
        "AUC ROC",
        "95%",
        "bal. acc.",
        "macro-F1",
        "coverage",
        "errors",
        "not decl.",
        "rows/s",
        *floor,
    ):
        table.add_column(heading, justify="right")
    for file in result.files:
        table.add_row(*_cells(file), *([_number(v) for v in (file.baseline or {}).values()] if floor else []))
    table.add_row("mean", "", _number(result.mean_auc_roc), style="bold")
    return table


def as_csv(result: Bench) -> str:
    """The same figures, one line a file, with a heading."""
    out = io.StringIO()
    fields = [name for name in FileResult.model_fields if name != "baseline"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*fields, *(f"auc_{name}" for name in BASELINES)])
    for file in result.files:
        floor = file.baseline or {}
        writer.writerow([*(getattr(file, field) for field in fields), *(floor.get(name) for name in BASELINES)])
    return out.getvalue()


def _cells(file: FileResult) -> tuple[str, ...]:
    interval = f"{file.auc_low:.3f}–{file.auc_high:.3f}" if file.auc_low is not None else "–"
    return (
        file.file,
        str(file.rows),
        _number(file.auc_roc),
        interval,
        _number(file.balanced_accuracy),
        _number(file.macro_f1),
        _number(file.coverage),
        str(file.errors),
        str(file.not_declarative),
        f"{file.rows_per_second:.0f}",
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
