"""A whole measurement: every file in every way, a threshold chosen on a file of its own, rows kept as they come."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from probandum.bench.audited_rows import AuditedRow, RowStore
from probandum.bench.measure import Variant, lexical, measure
from probandum.bench.metrics import best_threshold
from probandum.bench.results import FileResult, file_metrics, labelled
from probandum.bench.rows import Row
from probandum.bench.table import Bench, bench
from probandum.tools.errors import InputError

Begin = Callable[[str], None]
Done = Callable[[], None]


class Plan(NamedTuple):
    """What is measured."""

    files: Mapping[Path, Sequence[Row]]
    ways: Sequence[Variant]
    """The first is the one that is told; the others are ablations of it."""
    threshold_from: tuple[Path, Sequence[Row]] | None = None
    """The file on which the threshold is chosen, which is applied to all others."""
    baseline: bool = False

    @property
    def audits(self) -> int:
        """How many rows are to be audited, over all files and ways."""
        chosen_on = len(self.threshold_from[1]) if self.threshold_from else 0
        return (sum(map(len, self.files.values())) + chosen_on) * len(self.ways)


async def run(
    plan: Plan, *, kept: RowStore, begin: Begin = lambda _: None, done: Done = lambda: None
) -> tuple[Bench, tuple[AuditedRow, ...]]:
    """Measure; the figures, and the rows that they are about.

    Args:
        plan: what is measured.
        kept: where rows are kept as they come.
        begin: told the name of each file before its rows.
        done: told of each row.

    Raises `InputError` where the threshold cannot be chosen on the file that is to choose it.
    """
    results: list[FileResult] = []
    audited: list[AuditedRow] = []
    for way in plan.ways:
        threshold = await _threshold(plan, way, kept, begin, done)
        for path, rows in plan.files.items():
            begin(path.stem)
            measured = await measure(path.stem, rows, way, kept=kept, done=done)
            audited += measured.rows
            results.append(
                file_metrics(
                    measured.rows,
                    threshold=threshold,
                    threshold_from=plan.threshold_from[0].stem if plan.threshold_from else None,
                    rows_per_second=measured.rows_per_second,
                    baseline=lexical(rows, measured.rows) if plan.baseline and not way.variant else None,
                )
            )
    told = plan.ways[0]
    return bench(told.info, told.options.model_dump(mode="json"), _by_file(results)), tuple(audited)


def _by_file(results: Sequence[FileResult]) -> list[FileResult]:
    """What is to be compared stands together."""
    order = list(dict.fromkeys(result.file for result in results))
    return sorted(results, key=lambda result: order.index(result.file))


async def _threshold(plan: Plan, way: Variant, kept: RowStore, begin: Begin, done: Done) -> float:
    if plan.threshold_from is None:
        return 0.5
    path, rows = plan.threshold_from
    begin(path.stem)
    measured = await measure(path.stem, rows, way, kept=kept, done=done)
    chosen = best_threshold(*labelled([row for row in measured.rows if row.first.stated]))
    if chosen is None:
        raise InputError(f"no threshold can be chosen on {str(path)!r}: its rows must have both labels and risks")
    return chosen
