"""The figures of a measurement as a table, as JSON and as CSV."""

import csv
import io
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence

from pydantic import JsonValue
from rich.table import Table
from rich.text import Text

from probandum.agent.report import JudgeInfo
from probandum.bench.baseline import BASELINES
from probandum.bench.results import FileResult
from probandum.tools.evidence import Frozen

_LISTS = {"risk_coverage", "bins"}
"""Curves: in the JSON and on the page, not in a table."""


class Bench(Frozen):
    """A measurement over several files."""

    judge: JudgeInfo
    options: dict[str, JsonValue]
    files: tuple[FileResult, ...]
    mean_auc_roc: float | None
    """Over the files that have one, each weighted alike; ablations apart."""


def bench(judge: JudgeInfo, options: dict[str, JsonValue], files: Sequence[FileResult]) -> Bench:
    """Put a measurement together."""
    areas = [file.auc_roc for file in files if file.auc_roc is not None and not file.variant]
    return Bench(
        judge=judge, options=options, files=tuple(files), mean_auc_roc=statistics.fmean(areas) if areas else None
    )


def as_table(result: Bench, *, everything: bool = False) -> Table:
    """A row a file.

    Args:
        result: the measurement.
        everything: show every column that has a figure, in place of the few that matter most.
    """
    table = Table(title=Text(f"judge {result.judge.kind} {result.judge.model}"), title_justify="left", box=None)
    chosen = {**_COLUMNS, **(_MORE if everything else {}), **_floor(result)}
    shown = {name: cell for name, cell in chosen.items() if name in _ALWAYS or _has(result, cell)}
    table.add_column("file")
    for heading in shown:
        table.add_column(heading, justify="right")
    for file in result.files:
        table.add_row(Text(f"{file.file} {file.variant}".rstrip()), *(Text(cell(file)) for cell in shown.values()))
    means = {
        "AUC ROC": result.mean_auc_roc,
        "decided": _mean(file.decided for file in result.files),
        "of those bal. acc.": _mean(file.decided_balanced_accuracy for file in result.files),
    }
    table.add_row("mean", *(_number(means[name]) if name in means else "" for name in shown), style="bold")
    return table


def as_csv(result: Bench) -> str:
    """The same figures, one line a file, with a heading; nested ones as ``group.name``."""
    lines = [_flat(file.model_dump(mode="json")) for file in result.files]
    names = list(dict.fromkeys(name for line in lines for name in line))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _flat(values: Mapping[str, JsonValue], before: str = "") -> dict[str, JsonValue]:
    flat: dict[str, JsonValue] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{name}.")
        elif name not in _LISTS:
            flat[before + name] = value
    return flat


def _interval(file: FileResult) -> str:
    return f"{file.auc_low:.3f}–{file.auc_high:.3f}" if file.auc_low is not None else "–"


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _agrees(agree: float | None, majority: float | None, called: int) -> str:
    return "–" if agree is None else f"{agree:.2f} (always one: {_number(majority, 2)}, n={called})"


def _labels(file: FileResult) -> str:
    found = file.label_agreement
    return _agrees(found.agree, found.majority, found.called) if found else "–"


def _types(file: FileResult) -> str:
    found = file.type_agreement
    return _agrees(found.agree, found.majority, found.called) if found else "–"


def _mean(values: Iterable[float | None]) -> float | None:
    """Of the values that there are; None where there are none."""
    told = [value for value in values if value is not None]
    return statistics.fmean(told) if told else None


def _flips(file: FileResult) -> str:
    held = file.stability
    return f"{_number(held.row_flips)} / {_number(held.label_flips)}" if held else "–"


def _unjudged(file: FileResult) -> str:
    return ", ".join(f"{count} {reason.value}" for reason, count in file.unjudged.items()) or "–"


def _cost(file: FileResult) -> str:
    return "–" if file.spent.cost is None else f"{file.spent.cost:.4f} {file.spent.currency}"


_Cell = Callable[[FileResult], str]
_ALWAYS = {"rows", "AUC ROC", "bal. acc.", "coverage", "errors"}
_COLUMNS: Mapping[str, _Cell] = {
    "rows": lambda file: str(file.rows),
    "AUC ROC": lambda file: _number(file.auc_roc),
    "95%": _interval,
    "bal. acc.": lambda file: _number(file.balanced_accuracy),
    "decided": lambda file: _number(file.decided),
    "of those bal. acc.": lambda file: _number(file.decided_balanced_accuracy),
    "F1": lambda file: _number(file.f1),
    "macro-F1": lambda file: _number(file.macro_f1),
    "ECE": lambda file: _number(file.calibration.ece) if file.calibration else "–",
    "row / label flips": _flips,
    "coverage": lambda file: _number(file.coverage),
    "errors": lambda file: str(file.errors),
    "claims unjudged": _unjudged,
    "rows/s": lambda file: _number(file.rows_per_second, 0),
    "cost": _cost,
}
_MORE: Mapping[str, _Cell] = {
    "threshold": lambda file: _number(file.threshold),
    "labels agree": _labels,
    "types agree": _types,
    "Brier": lambda file: _number(file.calibration.brier) if file.calibration else "–",
    "AURC": lambda file: _number(file.aurc),
    "not decl.": lambda file: str(file.not_declarative),
    "calls": lambda file: str(file.spent.llm_calls),
    "tokens": lambda file: str(file.spent.prompt_tokens + file.spent.completion_tokens),
}


def _floor(result: Bench) -> Mapping[str, _Cell]:
    if not any(file.baseline for file in result.files):
        return {}
    return {f"AUC {name}": lambda file, name=name: _number((file.baseline or {}).get(name)) for name in BASELINES}  # type: ignore[misc]


def _has(result: Bench, cell: _Cell) -> bool:
    return any(cell(file) not in ("–", "0") for file in result.files)
