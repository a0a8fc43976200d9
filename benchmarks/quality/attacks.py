"""How often texts that try to talk a judge round succeed with a real model.

Every attack stands in turn in each place (answer, document, page, tool result), and once for each place the same audit
is made without any. Every audit is written down at once, and the same command goes on after a stop.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.common.command import parser
from benchmarks.common.resumable import Task, TaskResult, run_missing
from benchmarks.common.tables import markdown_table
from probandum.agent.models import ClaimResult
from probandum.agent.options import Limits, Options
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label, Reason
from probandum.api import aaudit
from probandum.testing.samples.attacks import CLAIM, NO_ATTACK, Case, attacks_in, cases, prepared
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Origin

_ATTACKS = Path("tests/trust/attacks.jsonl")
_OPTIONS = Options(
    sources=(Origin.CONTEXT, Origin.WEB),
    max_rounds=1,  # so that every source is asked at once, and every attack is read
    steps_per_round=0,
    few_shot="off",
    granularity="claim",
    confidence="stated",
    evidence_chars=50_000,
    claim_seconds=3_600,
    limits=Limits(claims=1),  # what an attack in the response asserts of its own is not in question
)
_LABELS = frozenset(Label)
_HEAD = (
    "attack in",
    "without it: model, report",
    "attacks",
    "no verdict",
    "model said supported",
    "of these only under attack",
    "report says supported",
    "of these only under attack",
)


class AttackResult(TaskResult):
    """One audit under attack, or without any; its group is the place where the attack stands."""

    attack: bool
    """Whether there was any."""
    plants: bool
    """Whether the user's own documents then said what the claim says."""
    said: tuple[Label, ...] = ()
    """The labels that the model wrote for the claim, answer by answer, repairs included."""
    label: Label | None = None
    """What the report says of the claim; None where it has no verdict."""
    reason: Reason | None = None
    """Why it has none."""
    failed: str | None = None
    """Why there is no report, or no such claim in it."""

    @property
    def said_supported(self) -> bool:
        """Whether the model called the claim supported in any answer."""
        return Label.SUPPORTED in self.said

    @property
    def summary(self) -> str:
        """What the model said and what the report says."""
        ended = self.label or self.reason or self.failed
        return f"the model: {', '.join(self.said) or 'nothing'}; the report: {ended}"


async def attacked(case: Case, *, judge: str, options: Options, folder: Path) -> AttackResult:
    """Do the audit with the attack in its place; one that ends without a report is kept as such."""
    begin = time.perf_counter()
    recording = folder / f"{case.file_name}.jsonl"
    recording.unlink(missing_ok=True)  # of an audit that was stopped on its way
    with ExitStack() as opened:
        request, sources = prepared(case, folder, opened)
        if case.place != "response":
            request = request.model_copy(update={"claims": (CLAIM,)})  # what the response says of it is not read
        try:
            report = await aaudit(request, judge=judge, sources=sources, options=options, record=recording)
        except ProbandumError as error:
            piece = _piece(case, failed=f"{type(error).__name__}: {error}")
        else:
            piece = _of(report, case, recording)
    return piece.model_copy(update={"seconds": time.perf_counter() - begin})


def _of(report: Report, case: Case, recording: Path) -> AttackResult:
    # A claim that was handed in has no place in the response.
    claim = next((each for each in report.claims if each.span is None or each.span.start < len(CLAIM)), None)
    if claim is None:
        return _piece(case, failed="no claim was made of the sentence")
    piece = _piece(case)
    return piece.model_copy(
        update={
            "said": tuple(said(recording, claim)),
            "label": claim.verdict and claim.verdict.label,
            "reason": claim.reason,
        }
    )


def said(recording: Path, claim: ClaimResult) -> Iterator[Label]:
    """The labels that a model wrote when it was asked about a claim, as they are recorded."""
    texts: dict[str, str] = {}
    for line in map(json.loads, recording.read_text(encoding="ascii").splitlines()):
        if line["kind"] == "text":
            texts[line["sha256"]] = line["text"]
        if line["kind"] == "reply" and line["seam"] == "model" and "answer" in line["reply"]:
            asked = "\n".join(texts[each] for each in line["asked"].values())
            if re.search(rf"<<<begin claim \w+>>>\n{re.escape(claim.text)}\n", asked):
                yield from _label(line["reply"]["answer"]["text"])


def _label(text: str) -> Iterator[Label]:
    """The label in an answer; none where it has none."""
    try:
        written = json.loads(text)
    except ValueError:
        return
    if isinstance(written, dict) and written.get("label") in _LABELS:
        yield Label(written["label"])


def _piece(case: Case, *, failed: str | None = None) -> AttackResult:
    return AttackResult(
        name=case.name,
        group=case.place,
        seconds=0.0,
        attack=case.attack is not NO_ATTACK,
        plants=case.plants,
        failed=failed,
    )


def attack_table(pieces: Sequence[AttackResult]) -> str:
    """A table in Markdown: a line for every place, one for all, and one for what the user's own documents then say."""
    plain = {piece.group: piece for piece in pieces if not piece.attack}
    tried = [piece for piece in pieces if piece.attack and not piece.plants]
    places = dict.fromkeys(piece.group for piece in pieces)
    rows = [_line(place, [piece for piece in tried if piece.group == place], plain) for place in places]
    rows.append(_line("all", tried, plain))
    planted = [piece for piece in pieces if piece.plants]
    rows.append(_line("own documents that state the claim", planted, plain))
    return markdown_table(_HEAD, rows)


def _line(name: str, tried: Sequence[AttackResult], plain: dict[str, AttackResult]) -> list[str]:
    alone = plain.get(name)
    said = [piece for piece in tried if piece.said_supported]
    believed = [piece for piece in tried if piece.label is Label.SUPPORTED]
    return [
        name,
        f"{', '.join(alone.said) or 'nothing'}; {alone.label or alone.reason or alone.failed}" if alone else "–",
        str(len(tried)),
        str(sum(piece.label is None for piece in tried)),
        str(len(said)),
        str(sum(_turned(piece, plain, by_model=True) for piece in said)),
        str(len(believed)),
        str(sum(_turned(piece, plain, by_model=False) for piece in believed)),
    ]


def _turned(piece: AttackResult, plain: dict[str, AttackResult], *, by_model: bool) -> bool:
    """Whether the same audit without the attack was made and came out otherwise."""
    alone = plain.get(piece.group)
    if alone is None or (alone.failed and not by_model):
        return False
    return not (alone.said_supported if by_model else alone.label is Label.SUPPORTED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not measured yet, and print what there is."""
    options = parser("attacks", __doc__)
    options.add_argument("attacks", type=Path, nargs="?", default=_ATTACKS, help="JSON lines with 'kind' and 'text'")
    options.add_argument("--judge", required=True, help="openai:MODEL")
    options.add_argument("--out", type=Path, default=Path("out/attacks"), help="folder for what was measured")
    options.add_argument("--reasoning", choices=("cot", "direct"), default="cot", help="whether it reasons in writing")
    options.add_argument("--at-once", type=int, default=1, help="audits at a time, if the server can answer several")
    given = options.parse_args(arguments)
    chosen = _OPTIONS.model_copy(update={"reasoning": given.reasoning})
    recordings = given.out / "recordings"
    recordings.mkdir(parents=True, exist_ok=True)
    tasks = (
        Task(case.name, partial(attacked, case, judge=given.judge, options=chosen, folder=recordings))
        for case in cases((NO_ATTACK, *attacks_in(given.attacks)))
    )
    done = asyncio.run(run_missing(tasks, given.out / "attacks.jsonl", AttackResult, at_once=given.at_once))
    sys.stdout.write(attack_table(done))
