"""A language model measured live: coverage, repairs, ranking, tokens and time, row by row.

The endpoint is that of the settings (OPENAI_BASE_URL). Every audited row is written down at once, and the same command
goes on where it was stopped. With ``--cross-examine`` rows are audited by what the model itself says when it is asked
without the claim.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.common.command import add_files, files_in, parser
from benchmarks.common.resumable import Task, TaskResult, run_missing
from benchmarks.common.tables import markdown_table
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label, Reason
from probandum.agent.usage import Usage
from probandum.api import aaudit
from probandum.bench.metrics import auc, auc_interval, balanced_accuracy
from probandum.bench.rows import Row, read
from probandum.tools.documents import read_document
from probandum.tools.errors import ProbandumError

_EXAMPLE = Path("examples")
_FILES = ("qags_cnndm_sent", "wice_oracle")
_CROSS = ("factbench_claims",)
"""Claims without a reference."""
_BASE = Options(concurrency=1, claim_seconds=3_600)
_HEAD = (
    "part",
    "audits",
    "claims judged",
    "answers repaired",
    "no verdict after repair",
    "AUC (95%)",
    "balanced accuracy",
    "calls per claim",
    "tokens written per claim",
    "prompt cached",
    "s per claim",
)
_ASKS = ("extract", "classify", "recheck")  # stages whose answers have a form that can be missed


class LiveResult(TaskResult):
    """One audit of a live measurement; its group is the file that it is a row of."""

    claims: int = 0
    judged: int = 0
    reasons: tuple[Reason, ...] = ()
    """Why claims got no verdict."""
    people: tuple[bool | None, ...] = ()
    """Of every judged claim, whether people call it hallucinated; None where they were not asked."""
    risks: tuple[float, ...] = ()
    """The same claims' probability of being anything but supported."""
    called: tuple[bool, ...] = ()
    """Whether their label is anything but ``supported``."""
    usage: Usage = Usage()
    failed: str | None = None
    """Why there is no report."""

    @property
    def summary(self) -> str:
        """How many claims got a verdict."""
        return f"{self.judged} of {self.claims} claims"


class Job(NamedTuple):
    """One audit to be done."""

    name: str
    part: str
    """The file that it is a row of."""
    request: AuditRequest
    group: tuple[Row, ...]
    """The labelled rows that it is about."""
    options: Options
    cross_examine: bool = False
    """Whether the model is asked what it knows."""


def rows(path: Path, *, options: Options, limit: int, cross_examine: bool = False) -> Iterator[Job]:
    """Every row by itself."""
    for row in read(path, limit=limit):
        yield Job(f"{path.stem} {row.id}", path.stem, row.request, (row,), options, cross_examine)


def example(options: Options) -> Job:
    """The example of the README, extraction included."""
    request = AuditRequest(
        response=(_EXAMPLE / "answer.md").read_text(encoding="utf-8"),
        context=(read_document(_EXAMPLE / "leaflet.md"),),
    )
    return Job("example", "example", request, (), options)


async def audit_job(job: Job, *, judge: str) -> LiveResult:
    """Do one audit; one that ends without a report is kept as such."""
    begin = time.perf_counter()
    try:
        # By its name, which gives every row a judge of its own, since options choose how it asks.
        report = await aaudit(job.request, judge=judge, options=job.options, cross_examine=job.cross_examine)
    except ProbandumError as error:
        seconds = time.perf_counter() - begin
        return LiveResult(name=job.name, group=job.part, seconds=seconds, failed=f"{type(error).__name__}: {error}")
    return _of(report, job, seconds=time.perf_counter() - begin)


def _of(report: Report, job: Job, *, seconds: float) -> LiveResult:
    people = {row.text: row.hallucinated for row in job.group}
    judged = [claim for claim in report.claims if claim.verdict]
    return LiveResult(
        name=job.name,
        group=job.part,
        seconds=seconds,
        claims=len(report.claims),
        judged=len(judged),
        reasons=tuple(claim.reason for claim in report.claims if claim.reason),
        people=tuple(people.get(claim.text) for claim in judged),
        risks=tuple(claim.verdict.p_unsupported for claim in judged if claim.verdict),
        called=tuple(claim.verdict.label is not Label.SUPPORTED for claim in judged if claim.verdict),
        usage=report.usage,
    )


def _jobs(given: argparse.Namespace) -> Iterator[Job]:
    chosen = ("few_shot", "reasoning", "max_rounds", "steps_per_round")
    options = _BASE.model_copy(update={name: getattr(given, name) for name in chosen})
    if given.example:
        yield example(options)
    # The other parts may be wanted alone.
    default = () if given.example else _CROSS if given.cross_examine else _FILES
    for path in files_in(given, default):
        yield from rows(path, options=options, limit=given.rows, cross_examine=given.cross_examine)


def live_table(looks: Sequence[LiveResult]) -> str:
    """A table in Markdown, one line for every part."""
    parts = dict.fromkeys(looked.group for looked in looks)
    return markdown_table(_HEAD, (_line(part, [looked for looked in looks if looked.group == part]) for part in parts))


def _line(part: str, looks: Sequence[LiveResult]) -> list[str]:
    claims, judged = sum(each.claims for each in looks), sum(each.judged for each in looks)
    usage = sum((each.usage for each in looks), Usage())
    asked = [usage.by_stage[stage] for stage in _ASKS if stage in usage.by_stage]
    first = sum(stage.llm_calls - stage.repairs for stage in asked)
    broken = sum(reason is Reason.JUDGE_OUTPUT for each in looks for reason in each.reasons)
    return [
        part,
        f"{sum(each.failed is None for each in looks)}/{len(looks)}",
        f"{judged}/{claims}",
        f"{usage.repairs}/{first}",
        f"{broken}/{claims}",
        _auc(looks),
        _accuracy(looks),
        _per(usage.llm_calls, claims),
        _per(usage.completion_tokens, claims),
        f"{usage.cached_tokens / usage.prompt_tokens:.0%}" if usage.prompt_tokens else "–",
        _per(sum(each.seconds for each in looks), claims),
    ]


def _auc(looks: Iterable[LiveResult]) -> str:
    pairs = [pair for each in looks for pair in zip(each.people, each.risks, strict=True)]
    labels, risks = [p for p, _ in pairs if p is not None], [risk for p, risk in pairs if p is not None]
    area, interval = auc(labels, risks), auc_interval(labels, risks)
    return f"{area:.2f} ({interval[0]:.2f}–{interval[1]:.2f}), n={len(labels)}" if area and interval else "–"


def _accuracy(looks: Iterable[LiveResult]) -> str:
    pairs = [pair for each in looks for pair in zip(each.people, each.called, strict=True)]
    share = balanced_accuracy([p for p, _ in pairs if p is not None], [float(c) for p, c in pairs if p is not None])
    return "–" if share is None else f"{share:.2f}"


def _per(amount: float, claims: int) -> str:
    return f"{amount / claims:.1f}" if claims else "–"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not measured yet, and print what there is."""
    options = parser("live", __doc__)
    add_files(options, default=_FILES)
    options.add_argument("--judge", required=True, help="openai:MODEL")
    options.add_argument("--out", type=Path, default=Path("out/live"), help="folder for what was measured")
    options.add_argument("--rows", type=int, default=40, help="rows of each file, spread evenly over it")
    options.add_argument("--few-shot", choices=("audit", "claim", "off"), default="audit", help="worked examples of it")
    options.add_argument("--reasoning", choices=("cot", "direct"), default="cot", help="whether it reasons in writing")
    options.add_argument("--max-rounds", type=int, default=_BASE.max_rounds, help="looks at one claim at most")
    options.add_argument(
        "--steps-per-round", type=int, default=_BASE.steps_per_round, help="how often it may ask for more in a round"
    )
    options.add_argument("--cross-examine", action="store_true", help="ask the model what it knows, without the claim")
    options.add_argument("--example", action="store_true", help="audit the example of the README, too")
    options.add_argument("--at-once", type=int, default=1, help="audits at a time, if the server can answer several")
    given = options.parse_args(arguments)
    tasks = (Task(job.name, partial(audit_job, job, judge=given.judge)) for job in _jobs(given))
    done = asyncio.run(run_missing(tasks, given.out / "live.jsonl", LiveResult, at_once=given.at_once))
    sys.stdout.write(live_table(done))
