"""A language model measured live, row by row and able to go on after a stop; what is added up of it is elsewhere.

Run it as ``python -P -m benchmarks.live --judge openai:MODEL --out DIR FILE...``; the endpoint is that of the
settings. Every audited row is written down at once, so that the same command goes on where it was stopped. With
``--cross-examine`` rows are audited by what the model itself says when it is asked without the claim.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.live_table import Looked, shown
from benchmarks.resumable import Work, carry_out, kept
from probandum.agent.models import AuditRequest
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.api import aaudit
from probandum.bench.rows import Row, read
from probandum.tools.documents import read_document
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Document

_EXAMPLE = Path("examples")
_BASE = Options(concurrency=1, claim_seconds=3_600)
_TABLE: Mapping[str, Options] = {
    f"{reasoning} {granularity} {'with' if few_shot == 'audit' else 'without'} examples": Options.model_validate(
        {
            **_BASE.model_dump(),
            "max_rounds": 1,
            "reasoning": reasoning,
            "granularity": granularity,
            "few_shot": few_shot,
            "confidence": "stated",
        }
    )
    for reasoning, granularity, few_shot in product(("cot", "direct"), ("claim", "batch"), ("audit", "off"))
}
"""The paper's question: reasoning or not, alone or together, with worked examples or without."""


class Job(NamedTuple):
    """One audit to be done."""

    name: str
    part: str
    """The file, or the way of asking, that it is a row of."""
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


def table(path: Path, *, groups: int) -> Iterator[Job]:
    """Rows that share a context in one audit, in each of the eight ways."""
    for group in _groups(read(path), groups):
        first = group[0]
        request = AuditRequest(
            response=first.response or " ".join(row.text for row in group),
            context=(Document(text=first.context or "", source="context"),),
            claims=tuple(row.text for row in group),
        )
        for way, options in _TABLE.items():
            yield Job(f"{way} {first.id}", way, request, group, options)


def example(options: Options) -> Job:
    """The example of the README, extraction included."""
    request = AuditRequest(
        response=(_EXAMPLE / "answer.md").read_text(encoding="utf-8"),
        context=(read_document(_EXAMPLE / "leaflet.md"),),
    )
    return Job("example", "example", request, (), options)


async def looked(job: Job, *, judge: str) -> Looked:
    """Do one audit; one that ends without a report is kept as such."""
    begin = time.perf_counter()
    try:
        # By its name, which gives every row a judge of its own, since options choose how it asks.
        report = await aaudit(job.request, judge=judge, options=job.options, cross_examine=job.cross_examine)
    except ProbandumError as error:
        seconds = time.perf_counter() - begin
        return Looked(name=job.name, part=job.part, seconds=seconds, failed=f"{type(error).__name__}: {error}")
    return _of(report, job, seconds=time.perf_counter() - begin)


def _of(report: Report, job: Job, *, seconds: float) -> Looked:
    people = {row.text: row.hallucinated for row in job.group}
    judged = [claim for claim in report.claims if claim.verdict]
    return Looked(
        name=job.name,
        part=job.part,
        seconds=seconds,
        claims=len(report.claims),
        judged=len(judged),
        reasons=tuple(claim.reason for claim in report.claims if claim.reason),
        people=tuple(people.get(claim.text) for claim in judged),
        risks=tuple(claim.verdict.p_unsupported for claim in judged if claim.verdict),
        called=tuple(claim.verdict.label is not Label.SUPPORTED for claim in judged if claim.verdict),
        usage=report.usage,
    )


def _groups(rows_: Sequence[Row], limit: int) -> Iterator[tuple[Row, ...]]:
    """Rows that share a context, two at least, spread evenly over the file."""
    by_context: dict[str, list[Row]] = {}
    for row in rows_:
        by_context.setdefault(row.context or "", []).append(row)
    several = [tuple(group) for group in by_context.values() if len(group) > 1]
    for place in range(min(limit, len(several))):
        yield several[place * len(several) // limit]


def _jobs(given: argparse.Namespace) -> Iterator[Job]:
    chosen = ("few_shot", "reasoning", "max_rounds", "steps_per_round")
    options = _BASE.model_copy(update={name: getattr(given, name) for name in chosen})
    if given.example:
        yield example(options)
    for path in given.files:
        yield from rows(path, options=options, limit=given.rows, cross_examine=given.cross_examine)
    if given.table:
        yield from table(given.table, groups=given.groups)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not measured yet, and print what there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="labelled files, each row audited by itself")
    parser.add_argument("--judge", required=True, help="openai:MODEL")
    parser.add_argument("--out", required=True, type=Path, help="folder for what was measured")
    parser.add_argument("--rows", type=int, default=40, help="rows of each file, spread evenly over it")
    parser.add_argument("--few-shot", choices=("audit", "claim", "off"), default="audit", help="worked examples of it")
    parser.add_argument("--reasoning", choices=("cot", "direct"), default="cot", help="whether it reasons in writing")
    parser.add_argument("--max-rounds", type=int, default=_BASE.max_rounds, help="looks at one claim at most")
    parser.add_argument(
        "--steps-per-round", type=int, default=_BASE.steps_per_round, help="how often it may ask for more in a round"
    )
    parser.add_argument("--cross-examine", action="store_true", help="ask the model what it knows, without the claim")
    parser.add_argument("--table", type=Path, help="a labelled file whose rows share contexts, for the eight ways")
    parser.add_argument("--groups", type=int, default=12, help="contexts of it")
    parser.add_argument("--example", action="store_true", help="audit the example of the README, too")
    parser.add_argument("--at-once", type=int, default=1, help="audits at a time, if the server can answer several")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    into = given.out / "live.jsonl"
    works = (Work(job.name, partial(looked, job, judge=given.judge)) for job in _jobs(given))
    asyncio.run(carry_out(works, into, Looked, at_once=given.at_once))
    sys.stdout.write(shown(kept(into, Looked)))


if __name__ == "__main__":
    main()
