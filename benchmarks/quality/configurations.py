"""The ways of asking a model, side by side: reasoning in writing or not, claims alone or together, and both in turn.

These are the questions of HalluMeasure (Akbar et al., EMNLP 2024), asked of any model: the same claims are audited in
each way, one look at a claim, without the embedded judge before it. Claims are those of labelled rows that share a
context, and, with ``--marked``, of whole answers of which every stretch is marked. Ways take turns at each context, so
that a measurement which is stopped has seen the same ones in every way; the same command goes on. Batches are of eight
claims for any model, so that a small one, which the defaults ask about one claim at a time, is seen with several too.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common.command import add_files, files_in, parser
from benchmarks.common.marked import MarkedAnswer, marked_answers, of_stretch, said_in
from benchmarks.common.resumable import Task, TaskResult, run_missing
from benchmarks.common.tables import markdown_table
from probandum import settings as configuration
from probandum.agent.judges.protocol import Judge
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.agent.usage import Usage
from probandum.api import aaudit
from probandum.bench.labels import error_types_of, label_of, to_dataset_label
from probandum.bench.metrics import auc, auc_interval
from probandum.bench.rows import Row, read
from probandum.judges import make_judge
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Document, Frozen

_FILES = ("healthver", "faceval")
"""One whose people chose among labels, and one whose people named error types; both with short contexts."""
_BASE: Mapping[str, Any] = {"max_rounds": 1, "screen": "none", "concurrency": 1, "claim_seconds": 3_600}
WAYS: Mapping[str, Options] = {
    name: Options.model_validate({**_BASE, **chosen})
    for name, chosen in {
        "direct, claim": {"reasoning": "direct", "granularity": "claim"},
        "direct, batch": {"reasoning": "direct", "granularity": "batch"},
        "reasoned, claim": {"reasoning": "cot", "granularity": "claim"},
        "reasoned, batch": {"reasoning": "cot", "granularity": "batch"},
        "adaptive": {"reasoning": "cot", "granularity": "adaptive"},
    }.items()
}
"""``adaptive`` reasons about what the first look does not call supported."""
_BATCH = 8
_FROM_A_CONTEXT = 5
"""Rows of one context at most, so that no context outweighs the others."""
_HEAD = (
    "claims",
    "way",
    "audits",
    "judged",
    "AUC (95%)",
    "labels right",
    "supported or not",
    "types right",
    "calls",
    "prompt tokens (cached)",
    "written",
    "seconds",
)


class Told(Frozen):
    """What people and a judge say of one claim or stretch."""

    hallucinated: bool
    label: Label | None
    """What people call it; None where they chose among other labels."""
    error_types: frozenset[str] = frozenset()
    """Of the taxonomy, by people; empty where theirs has none of ours."""
    judged: Label | None
    """None where the judge came to no verdict."""
    judged_types: frozenset[str] = frozenset()
    risk: float | None
    """The judge's probability that it is not supported."""


class WayResult(TaskResult):
    """One audit in one way; its group is the set of claims and the way, parted by a bar."""

    told: tuple[Told, ...] = ()
    usage: Usage = Usage()
    failed: str | None = None
    """Why there is no report."""

    @property
    def summary(self) -> str:
        """How many claims have a verdict."""
        return self.failed or f"{sum(each.judged is not None for each in self.told)} of {len(self.told)} judged"


class Subject(NamedTuple):
    """What is audited in every way."""

    name: str
    part: str
    request: AuditRequest
    people: tuple[Row, ...] | MarkedAnswer


def of_rows(path: Path, groups: int) -> Iterator[Subject]:
    """Labelled rows that share a context, two at least, of contexts spread evenly over the file."""
    by_context: dict[str, list[Row]] = {}
    for row in read(path):
        if row.hallucinated is not None:
            by_context.setdefault(row.context or "", []).append(row)
    several = [tuple(group) for group in by_context.values() if len(group) > 1]
    for place in range(min(groups, len(several))):
        group = several[place * len(several) // groups][:_FROM_A_CONTEXT]
        context = (Document(text=group[0].context or "", source="context"),)
        text = " ".join(row.text for row in group)
        request = AuditRequest(response=text, context=context, claims=tuple(row.text for row in group))
        yield Subject(f"{path.stem} {group[0].id}", path.stem, request, group)


def of_marked(folder: Path) -> Iterator[Subject]:
    """Whole answers, taken apart by the audit."""
    for each in marked_answers(folder):
        documents = (Document(text=text, source=f"source {at}") for at, text in enumerate(each.context, start=1))
        request = AuditRequest(response=each.text, question=each.question, context=tuple(documents))
        yield Subject(f"{folder.name} {each.name}", "stretches", request, each)


async def audit_in(way: str, subject: Subject, *, judge: str) -> WayResult:
    """One audit; one that ends without a report is kept as such."""
    name, group, begin = f"{subject.name} | {way}", f"{subject.part} | {way}", time.perf_counter()
    try:
        asked = _judge(judge, way)
        report = await aaudit(subject.request, judge=asked, options=WAYS[way])
    except ProbandumError as error:
        failed = f"{type(error).__name__}: {error}"
        return WayResult(name=name, group=group, seconds=time.perf_counter() - begin, failed=failed)
    told = (
        _marked(subject.people, report) if isinstance(subject.people, MarkedAnswer) else _rows(subject.people, report)
    )
    return WayResult(name=name, group=group, seconds=time.perf_counter() - begin, told=tuple(told), usage=report.usage)


@cache
def _judge(name: str, way: str) -> Judge:
    batch = _BATCH if WAYS[way].granularity == "batch" else None
    return make_judge(name, configuration.load().model_copy(update={"batch": batch}), WAYS[way])


def _marked(answer: MarkedAnswer, report: Report) -> Iterator[Told]:
    claims = tuple(said_in(report, answer.text))
    for stretch in answer.stretches:
        found = of_stretch(stretch, claims)
        yield Told(
            hallucinated=not stretch.true,
            label=stretch.label,
            error_types=frozenset(filter(None, (stretch.error_type,))),
            judged=found.label,
            judged_types=found.error_types,
            risk=None if found.p_supported is None else 1 - found.p_supported,
        )


def _rows(rows: Sequence[Row], report: Report) -> Iterator[Told]:
    claims = {claim.text: claim for claim in report.claims}
    for row in rows:
        claim = claims.get(row.text)
        verdict = claim.verdict if claim else None
        risk = None if claim is None or claim.p_supported is None else 1 - claim.p_supported
        yield Told(
            hallucinated=bool(row.hallucinated),
            label=label_of(row.dataset, row.label),
            error_types=frozenset(each.partition(":")[0] for each in error_types_of(row.dataset, row.error_types)),
            judged=to_dataset_label(row.dataset, verdict.label) if verdict else None,
            judged_types=frozenset(each.value for each in verdict.error_types) if verdict else frozenset(),
            risk=risk,
        )


def ways_table(results: Sequence[WayResult]) -> str:
    """A table in Markdown, one line for every set of claims and way."""
    groups: dict[str, list[WayResult]] = {}
    for each in results:
        groups.setdefault(each.group, []).append(each)
    return markdown_table(_HEAD, (_line(group, of) for group, of in sorted(groups.items())))


def _line(group: str, results: Sequence[WayResult]) -> list[str]:
    part, _, way = group.partition(" | ")
    told = [each for result in results for each in result.told]
    said = [each for each in told if each.judged is not None]
    wrong = [each for each in said if each.hallucinated and each.error_types and each.judged is not Label.SUPPORTED]
    usage = sum((each.usage for each in results), Usage())
    return [
        part,
        way,
        f"{sum(each.failed is None for each in results)}/{len(results)}",
        f"{len(said)}/{len(told)}",
        _auc(told),
        _share([each.judged is each.label for each in said if each.label]),
        _share([(each.judged is not Label.SUPPORTED) is each.hallucinated for each in said]),
        _share([bool(each.error_types & each.judged_types) for each in wrong]),
        _per(usage.llm_calls, told),
        f"{_per(usage.prompt_tokens, told)} ({usage.cached_tokens / usage.prompt_tokens:.0%})"
        if usage.prompt_tokens
        else "–",
        _per(usage.completion_tokens, told),
        _per(sum(each.seconds for each in results), told),
    ]


def _auc(told: Sequence[Told]) -> str:
    ranked = [(each.hallucinated, each.risk) for each in told if each.risk is not None]
    labels, risks = [people for people, _ in ranked], [risk for _, risk in ranked]
    area, interval = auc(labels, risks), auc_interval(labels, risks)
    return f"{area:.2f} ({interval[0]:.2f}–{interval[1]:.2f})" if area is not None and interval else "–"


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.0%} of {len(right)}" if right else "–"


def _per(amount: float, told: Sequence[Told]) -> str:
    return f"{amount / len(told):,.1f}" if told else "–"


def _subjects(given: argparse.Namespace) -> Iterator[Subject]:
    for path in files_in(given, _FILES):
        yield from of_rows(path, given.groups)
    if given.marked:
        yield from of_marked(given.marked)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not measured yet, and print what there is; calls, tokens and seconds are for a claim."""
    options = parser("configurations", __doc__)
    add_files(options, default=_FILES)
    options.add_argument("--judge", required=True, help="a judge that reads, such as gguf:FILE or openai:MODEL")
    options.add_argument("--groups", type=int, default=15, help="contexts of each file")
    options.add_argument("--marked", type=Path, help="a folder of marked answers, too")
    options.add_argument("--out", type=Path, default=Path("out/configurations"), help="folder for what was measured")
    options.add_argument("--at-once", type=int, default=1, help="audits at a time, if the server can answer several")
    given = options.parse_args(arguments)
    tasks = (
        Task(f"{subject.name} | {way}", partial(audit_in, way, subject, judge=given.judge))
        for subject in _subjects(given)
        for way in WAYS
    )
    done = asyncio.run(run_missing(tasks, given.out / "ways.jsonl", WayResult, at_once=given.at_once))
    sys.stdout.write(ways_table(done))
