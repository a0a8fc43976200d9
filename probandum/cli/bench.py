"""The command ``probandum bench``: a judge against human labels."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probandum.cli.exits import Exit, clear_errors
from probandum.cli.option_groups import Judging, with_groups

if TYPE_CHECKING:
    from probandum.bench.audited_rows import AuditedRow
    from probandum.bench.run import Plan
    from probandum.bench.table import Bench

_FILES = typer.Argument(help="JSONL with rows of id, level, question, context, response, claim, hallucinated.")
_LIMIT = typer.Option(help="Audit so many rows of each file, spread evenly over it.", min=1)
_CONCURRENCY = typer.Option(help="Rows audited at once.", min=1)
_BASELINE = typer.Option("--baseline", help="Measure three lexical features on the same rows, too.")
_REPEAT = typer.Option(help="Audit each row so many times, and tell how often labels and rows flip.", min=1, max=20)
_THRESHOLD = typer.Option(help="Choose the threshold on this labelled file and apply it to the others (else 0.5).")
_ABLATIONS = typer.Option("--ablations", help="Measure once more with each part changed, a row of the table each.")
_NO_RECHECK = typer.Option("--no-recheck", help="One round: no verdict is looked at again.")
_OUT = typer.Option(
    help="Folder that receives bench.json, bench.csv, bench.html (curves) and rows.jsonl (for 'compare'); the same "
    "command goes on with what is there."
)
_ALL = typer.Option("--all", help="Show every column, not only those that matter most.")
_JSON = typer.Option("--json", help="Print the figures as JSON and nothing else on stdout.")
_WIDTH, _WIDE = 200, 320


@with_groups
def command(
    files: Annotated[list[Path], _FILES],
    *,
    judging: Judging,
    limit: Annotated[int | None, _LIMIT] = None,
    concurrency: Annotated[int | None, _CONCURRENCY] = None,
    baseline: Annotated[bool, _BASELINE] = False,
    repeat: Annotated[int, _REPEAT] = 1,
    threshold_from: Annotated[Path | None, _THRESHOLD] = None,
    ablations: Annotated[bool, _ABLATIONS] = False,
    no_recheck: Annotated[bool, _NO_RECHECK] = False,
    out: Annotated[Path | None, _OUT] = None,
    everything: Annotated[bool, _ALL] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Measure a judge against human labels: ranking, labels, error types, calibration, stability, speed and cost.

    Rows are ranked by the risk of their report. A row with a claim is judged as that claim, others are extracted.

    Example: probandum bench labelled.jsonl --repeat 3 --out measured
    """
    with clear_errors(hint_when_stopped=_hint(out)):
        from probandum import settings as configuration
        from probandum.bench.metrics import check_installed
        from probandum.bench.rows import read
        from probandum.bench.run import Plan
        from probandum.bench.variants import variants

        check_installed()
        settings = judging.applied_to(configuration.load())
        rounds = {"max_rounds": 1} if no_recheck else {}
        overrides = {**judging.overrides, **rounds, "concurrency": concurrency}
        asked = variants(
            judging.judge or settings.judge,
            configuration.options(judging.profile or settings.profile, **overrides),
            settings,
            examples=judging.examples,
            repeat=repeat,
            calibrated=not judging.no_calibration,
            ablations=ablations,
        )
        plan = Plan(
            files={path: read(path, limit=limit) for path in files},
            ways=tuple(asked),
            threshold_from=(threshold_from, read(threshold_from, limit=limit)) if threshold_from else None,
            baseline=baseline,
        )
        result = _measured(plan, out)
        _show(result, everything=everything, as_json=as_json)
    covered = all(file.coverage in (None, 1.0) for file in result.files)
    raise typer.Exit(Exit.DONE if covered else Exit.INCOMPLETE)


def _hint(out: Path | None) -> str:
    kept = f"; what is measured so far is kept in {out}: the same command goes on" if out else ""
    return kept or "; nothing is kept without --out"


def _measured(plan: "Plan", out: Path | None) -> "Bench":
    """Measure, and write down what was measured; rows are on file even where the measurement is stopped."""
    from probandum.bench.audited_rows import RowStore
    from probandum.bench.run import run
    from probandum.cli.progress import Counter
    from probandum.report.files import write_texts

    if out is not None:
        write_texts({}, out)  # better now than after the audits
    kept = RowStore(out / "rows.jsonl" if out else None)
    rows: tuple[AuditedRow, ...] | None = None
    try:
        with Counter(plan.audits) as counter:
            result, rows = asyncio.run(run(plan, kept=kept, begin=counter.describe, done=counter.advance))
    finally:
        kept.close(rows)
    if out is not None:
        _write(result, out)
    return result


def _write(result: "Bench", out: Path) -> None:
    from probandum.bench.curves import as_page
    from probandum.bench.table import as_csv
    from probandum.report.files import write_texts

    texts = {"bench.json": result.model_dump_json(indent=2) + "\n", "bench.csv": as_csv(result)}
    write_texts({**texts, "bench.html": as_page(result)}, out)


def _show(result: "Bench", *, everything: bool, as_json: bool) -> None:
    from rich.console import Console

    from probandum.bench.table import as_table

    if as_json:
        sys.stdout.write(result.model_dump_json(indent=2) + "\n")
        return
    wide = None if sys.stdout.isatty() else (_WIDE if everything else _WIDTH)
    Console(highlight=False, width=wide).print(as_table(result, everything=everything))
