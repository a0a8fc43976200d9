"""The command ``probandum batch``: many answers from a file, to rows, tables and one summary."""

import asyncio
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from probandum.cli import arguments
from probandum.cli.exits import Exit, clear_errors
from probandum.cli.option_groups import Judging, Sources, Spending, with_groups

if TYPE_CHECKING:
    from probandum.batch.engines.auditor import AuditPlan
    from probandum.batch.input.survey import Survey
    from probandum.batch.run import BatchJob, BatchResult

_INPUT = typer.Argument(
    metavar="INPUT", help="JSONL, CSV or Parquet with one answer per line: response, and id, question, context, …"
)
_OUT = typer.Option(help="Folder for rows, tables and summary; one that was begun is gone on with.")
_FIELD = typer.Option(
    help="PART=COLUMN for id, response, question, context, history or claims; what is not named is looked for under "
    "the names that ragas, deepeval, LangSmith, MLflow, Phoenix and Hugging Face sets use, and told."
)
_NO_CONTEXT = typer.Option("--no-context", help="The input has no context, and none is missed.")
_REPORTS = typer.Option(help="Folder that receives the whole report of every answer.")
GroupBy = Annotated[
    list[str] | None,
    typer.Option(
        help="Column to break the summary down by: one of the input, turns, context_words, response_words or claims; "
        "may be given several times. Default: columns of few values."
    ),
]
_TO = typer.Option(
    help="Where the scores go when all are there: csv, xlsx, langfuse, mlflow, phoenix (by their own packages and "
    "environment; the rows' trace_id or span_id says to what) or label-studio (with --reports). May be repeated."
)
_ENGINE = typer.Option(help="'local', or 'ray' for a cluster (extra 'ray').")
_ADDRESS = typer.Option(help="Address of a Ray cluster; by default one is started on this machine.")
_CONCURRENCY = typer.Option(
    help="Answers audited at once, up to four claims of each. Default: as many as there are cores, or 16 where a model "
    "is waited for.",
    min=1,
)
_FAIL = typer.Option(help="Exit with 1 when the hallucination rate over all claims is above this.", min=0, max=1)
_LEAST = typer.Option(help="Exit with 3 when a smaller share of all claims has a verdict than this.", min=0, max=1)
_CLAIMS_AT_ONCE = 4
"""Of each answer, so that a model is not asked about many answers and all their claims at the same moment."""
_NAMED = 5
"""How many bad lines are told one by one."""


@with_groups
def command(
    input_: Annotated[Path, _INPUT],
    *,
    out: Annotated[Path, _OUT],
    field: Annotated[list[str] | None, _FIELD] = None,
    no_context: Annotated[bool, _NO_CONTEXT] = False,
    group_by: GroupBy = None,
    reports: Annotated[Path | None, _REPORTS] = None,
    to: Annotated[list[str] | None, _TO] = None,
    engine: Annotated[Literal["local", "ray"], _ENGINE] = "local",
    ray_address: Annotated[str | None, _ADDRESS] = None,
    concurrency: Annotated[int | None, _CONCURRENCY] = None,
    fail_above: Annotated[float | None, _FAIL] = None,
    min_coverage: Annotated[float | None, _LEAST] = None,
    sources: Sources,
    judging: Judging,
    all_checkable: arguments.AllCheckable = False,
    spending: Spending,
) -> None:
    """Audit many answers. Stopped or killed, the same command goes on where it was; nothing is judged twice.

    Writes answers.jsonl and claims.jsonl as it goes, then both as Parquet (extra 'parquet') and a summary. A line that
    holds no answer is named and passed over. The limits count for each answer.

    Example: probandum batch answers.jsonl --out batch --group-by model
    """
    with clear_errors():
        from probandum.batch.input.items import FieldMap
        from probandum.batch.run import BatchJob, check_engine

        check_engine(engine)
        _check_destinations(to, reports)
        plan = _plan(judging, sources, spending, reports=reports, all_checkable=all_checkable)
        elsewhere = bool(plan.corpus or plan.sources or plan.web or plan.cross_examine or plan.settings.web)
        job = BatchJob(
            input=input_,
            out=out,
            plan=plan,
            needs_context=not (no_context or elsewhere),
            fields=FieldMap.of(field or ()),
            engine=engine,
            at_once=concurrency,
            ray_address=ray_address,
            group_by=tuple(group_by or ()),
        )
    with clear_errors(hint_when_stopped=f"; to go on: {_same_command()}"), _stopped_by_either_signal():
        ended = _run(job)
        _say_at_end(ended, out)
        _send(to, out, reports)
    raise typer.Exit(_exit_code(ended, fail_above, min_coverage))


def _plan(
    judging: Judging, sources: Sources, spending: Spending, *, reports: Path | None, all_checkable: bool
) -> "AuditPlan":
    from probandum import settings as configuration
    from probandum.batch.engines.auditor import AuditPlan

    settings = judging.applied_to(configuration.load())
    return AuditPlan(
        settings=settings,
        judge=judging.judge or settings.judge,
        corpus=tuple(sources.corpus or ()),
        sources=tuple(sources.source or ()),
        web=sources.web,
        cross_examine=sources.cross_examine,
        calculate=sources.calculate,
        examples=judging.examples,
        calibrated=not judging.no_calibration,
        reports=reports,
        options=configuration.options(
            judging.profile or settings.profile,
            **judging.overrides,
            **sources.overrides,
            all_checkable=all_checkable or None,
            limits=spending.limits,
            concurrency=_CLAIMS_AT_ONCE,
        ),
    )


def _check_destinations(names: list[str] | None, reports: Path | None) -> None:
    if names:
        from probandum.export.destinations import check_destination

        for name in names:
            check_destination(name, reports=reports)


def _send(names: list[str] | None, out: Path, reports: Path | None) -> None:
    if names:
        from probandum.export.destinations import send

        for name in names:
            sys.stdout.write(send(name, out, reports=reports) + "\n")


def _run(job: "BatchJob") -> "BatchResult":
    from probandum.batch.run import ProgressCallbacks, run_batch
    from probandum.cli.progress import BatchBar

    with BatchBar() as bar:

        def surveyed(found: "Survey") -> None:
            _say_columns(found)
            _say_bad(found)
            bar.begin(done=found.done, total=found.done + found.pending)

        return asyncio.run(run_batch(job, ProgressCallbacks(surveyed=surveyed, done=bar.show)))


def _say_columns(found: "Survey") -> None:
    if any(part != column.partition(" ")[0] for part, column in found.read_as.items()):
        told = ", ".join(f"{part} ← {column}" for part, column in found.read_as.items())
        sys.stderr.write(f"probandum: {told}\n")


def _say_bad(found: "Survey") -> None:
    for bad in found.bad[:_NAMED]:
        sys.stderr.write(f"probandum: line {bad.line} is passed over: {bad.problem}\n")
    if len(found.bad) > _NAMED:
        sys.stderr.write(f"probandum: {len(found.bad) - _NAMED} more lines are passed over: see bad_lines.jsonl\n")


def _say_at_end(ended: "BatchResult", out: Path) -> None:
    from probandum.cli.progress import sums

    found, tally, notes = ended
    before = f" ({found.done:,} of them before)" if found.done else ""
    skipped = f"; {len(found.bad):,} bad lines" if found.bad else ""
    sys.stdout.write(f"{tally.answers:,} answers audited{before}: {sums(tally)}{skipped}\n")
    sys.stdout.write(f"written to {out}: summary.html, summary.md, summary.json, and the rows\n")
    for note in notes:
        sys.stderr.write(f"probandum: {note}\n")


def _exit_code(ended: "BatchResult", fail_above: float | None, min_coverage: float | None) -> Exit:
    found, tally, _ = ended
    if tally.unavailable and not tally.judged and not tally.undecided:
        return Exit.JUDGE_UNAVAILABLE
    too_little = min_coverage is not None and tally.claims > 0 and tally.judged < min_coverage * tally.claims
    if found.bad or not tally.is_whole or too_little:
        return Exit.INCOMPLETE
    above = fail_above is not None and tally.rate is not None and tally.rate > fail_above
    return Exit.CHECK_FAILED if above else Exit.DONE


def _same_command() -> str:
    return shlex.join(["probandum", *sys.argv[1:]])


@contextmanager
def _stopped_by_either_signal() -> Iterator[None]:
    """Let a request to end be heard as Ctrl-C is, also where a shell has started this deaf to Ctrl-C."""

    def end(*_: object) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
