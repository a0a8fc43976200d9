"""The command ``probandum bench``: a judge against human labels."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probandum.cli import arguments
from probandum.cli.exits import Exit, clear_errors

if TYPE_CHECKING:
    from probandum.agent.judge import Judge
    from probandum.agent.options import Options
    from probandum.bench.table import Bench

_FILES = typer.Argument(help="JSONL with rows of id, level, question, context, response, claim, hallucinated.")
_LIMIT = typer.Option(help="Audit so many rows of each file, spread evenly over it.", min=1)
_CONCURRENCY = typer.Option(help="Rows audited at once.", min=1)
_BASELINE = typer.Option("--baseline", help="Measure three lexical features on the same rows, too.")
_OUT = typer.Option(help="Folder that receives bench.json and bench.csv; made if need be.")
_JSON = typer.Option("--json", help="Print the figures as JSON and nothing else on stdout.")


def command(
    files: Annotated[list[Path], _FILES],
    *,
    judge: arguments.Judge = None,
    limit: Annotated[int | None, _LIMIT] = None,
    concurrency: Annotated[int | None, _CONCURRENCY] = None,
    baseline: Annotated[bool, _BASELINE] = False,
    out: Annotated[Path | None, _OUT] = None,
    as_json: Annotated[bool, _JSON] = False,
    profile: arguments.Profile = None,
    max_rounds: arguments.MaxRounds = None,
    granularity: arguments.Granularity = None,
    reasoning: arguments.Reasoning = None,
    votes: arguments.Votes = None,
    confidence: arguments.Confidence = None,
    screen: arguments.Screen = None,
    few_shot: arguments.FewShot = None,
    examples: arguments.Examples = None,
) -> None:
    """Measure a judge against human labels: per file AUC ROC with interval, balanced accuracy, coverage, speed.

    Rows are ranked by the risk of their report. A row with a claim is judged as that claim, others are extracted.
    """
    with clear_errors():
        from probandum import settings as configuration
        from probandum.judges import judge_called

        if out is not None:
            from probandum.report.files import write_texts

            write_texts({}, out)  # better now than after the audits
        settings = configuration.load()
        options = configuration.options(
            profile or settings.profile,
            concurrency=concurrency,
            max_rounds=max_rounds,
            granularity=granularity,
            reasoning=reasoning,
            votes=votes,
            confidence=confidence,
            screen=screen,
            few_shot=few_shot,
        )
        judging = judge_called(judge or settings.judge, settings, options, examples=examples)
        result = asyncio.run(_bench(files, judging, options, limit=limit, baseline=baseline))
        _show(result, out, as_json=as_json)
    covered = all(file.coverage in (None, 1.0) for file in result.files)
    raise typer.Exit(Exit.DONE if covered else Exit.INCOMPLETE)


async def _bench(
    files: list[Path], judging: "Judge", options: "Options", *, limit: int | None, baseline: bool
) -> "Bench":
    from probandum.bench.measure import measure
    from probandum.bench.metrics import check_installed
    from probandum.bench.rows import read
    from probandum.bench.table import bench
    from probandum.cli.progress import Counter

    check_installed()
    tables = {path: read(path, limit=limit) for path in files}
    results = []
    with Counter(sum(map(len, tables.values()))) as counter:
        for path, rows in tables.items():
            counter.describe(path.stem)
            results.append(
                await measure(path, rows, judge=judging, options=options, baseline=baseline, done=counter.advance)
            )
    return bench(judging.info, options.model_dump(mode="json"), results)


def _show(result: "Bench", out: Path | None, *, as_json: bool) -> None:
    from rich.console import Console

    from probandum.bench.table import as_csv, as_table
    from probandum.report.files import write_texts

    text = result.model_dump_json(indent=2) + "\n"
    if out is not None:
        write_texts({"bench.json": text, "bench.csv": as_csv(result)}, out)
    if as_json:
        sys.stdout.write(text)
    else:
        wide = None if sys.stdout.isatty() else 200
        Console(highlight=False, width=wide).print(as_table(result))
