"""Runs a batch from its input to its rows: surveys, hands the answers to an engine, writes what comes back."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import JsonValue

from probandum.batch.engines.auditor import AuditedAnswer, AuditPlan
from probandum.batch.engines.local import audit_locally
from probandum.batch.input.items import FieldMap
from probandum.batch.input.survey import ALL, Survey, items, survey
from probandum.batch.output.folder import BatchFolder, BatchManifest
from probandum.batch.output.parquet import FILES, write_tables
from probandum.batch.output.row_files import read_answers
from probandum.batch.output.rows import AnswerRow
from probandum.batch.output.tally import RunningTotals
from probandum.batch.summary.grouping import check_columns
from probandum.batch.summary.page import write_summary
from probandum.batch.summary.summarize import summarize
from probandum.tools.errors import ConfigError, JudgeUnavailable

_FAILED_IN_A_ROW = 20
"""After so many the judge is taken to be gone; what failed is tried again when the batch goes on."""
_CHUNK = 32
"""Answers that are read in one piece by a cluster."""


@dataclass(frozen=True)
class BatchJob:
    """What is to be done."""

    input: Path
    out: Path
    plan: AuditPlan
    fields: FieldMap = field(default_factory=FieldMap)
    engine: Literal["local", "ray"] = "local"
    at_once: int | None = None
    """Answers that are audited at once; None leaves it to the engine."""
    ray_address: str | None = None
    """Of the cluster; None starts one on this machine."""
    needs_context: bool = False
    """Whether an input in which no line has a context is refused."""
    group_by: tuple[str, ...] = ()
    """Columns to break the summary down by; by default those of few values."""

    @property
    def begun(self) -> BatchManifest:
        """How it is done, as far as that decides what comes out."""
        plan = self.plan
        how: dict[str, JsonValue] = {
            **plan.options.model_dump(mode="json", exclude={"concurrency", "claim_seconds"}),
            "corpus": [str(folder.resolve()) for folder in plan.corpus],
            "plug_ins": list(plan.sources),
            "web": plan.settings.web if plan.web is None else plan.web,
            "cross_examine": plan.cross_examine,
            "calculate": plan.calculate,
        }
        return BatchManifest(probandum=version("probandum"), input=self.input.name, judge=plan.info, how=how)


@dataclass(frozen=True)
class ProgressCallbacks:
    """Who is told what happens; by default nobody."""

    surveyed: Callable[[Survey], None] = lambda _: None
    """Once, before anything is audited."""
    done: Callable[[RunningTotals], None] = lambda _: None
    """After each answer whose rows are written."""


class BatchResult(NamedTuple):
    """What became of a batch."""

    found: Survey
    tally: RunningTotals
    notes: tuple[str, ...]
    """What was left out at the end, and why."""


async def run_batch(job: BatchJob, watch: ProgressCallbacks) -> BatchResult:
    """Audit what is not audited yet, and write it down as it comes; then the summary and the tables.

    Raises:
        InputError: input or folder do not hold.
        ConfigError: options, judge or an extra do not hold, or are not those that the batch was begun with.
        JudgeUnavailable: the judge failed on many answers one after another.
        ProbandumError: a process or a machine of the engine was lost.
    """
    engine = _ray if job.engine == "ray" else _local
    with BatchFolder(job.out, job.begun) as folder:
        known = folder.mend()
        chunk = _CHUNK if job.engine == "ray" else ALL
        found = survey(job.input, fields=job.fields, done=known, chunk=chunk, needs_context=job.needs_context)
        folder.note_bad(found.bad)
        tally = RunningTotals()
        for row in read_answers(job.out) if known else ():
            tally.add(row)
        check_columns(job.group_by, found.columns)
        watch.surveyed(found)
        async with aclosing(engine(job, found)) as audited:
            async for done in audited:
                folder.write(done)
                tally.add(AnswerRow.model_validate_json(done.answer))
                watch.done(tally)
                _check_judge(tally)
        write_summary(summarize(job.out, group_by=job.group_by), job.out, reports=job.plan.reports)
        return BatchResult(found, tally, tuple(_tables(job.out)))


def _local(job: BatchJob, found: Survey) -> AsyncGenerator[AuditedAnswer, None]:
    given = (item for chunk in found.chunks for item in items(found.path, chunk, fields=found.fields))
    return audit_locally(job.plan, given, expected=found.pending, at_once=job.at_once, stored_in=job.out)


def _ray(job: BatchJob, found: Survey) -> AsyncGenerator[AuditedAnswer, None]:
    from probandum.batch.engines.ray_engine import audit_on_ray

    return audit_on_ray(job.plan, found, at_once=job.at_once, address=job.ray_address, stored_in=job.out.resolve())


def check_engine(name: str) -> None:
    """Raise `ConfigError` where what the engine needs is not installed."""
    if name == "ray" and find_spec("ray") is None:
        raise ConfigError("the engine 'ray' needs the extra 'ray': pip install 'probandum[ray]'")


def _tables(folder: Path) -> Iterator[str]:
    """Write the tables; what keeps them from being written is no reason to lose the rest."""
    try:
        write_tables(folder)
    except ConfigError as error:
        yield f"{' and '.join(FILES)} are left out: {error}"


def _check_judge(tally: RunningTotals) -> None:
    if tally.failed_in_a_row >= _FAILED_IN_A_ROW:
        said = f"{tally.failed_in_a_row} answers failed one after another"
        raise JudgeUnavailable(f"{said}, the last: {tally.last_failure}")
