"""How often texts that try to talk a judge round succeed with a real model; the audits themselves are made elsewhere.

``python -P -m benchmarks.attacks ATTACKS.jsonl --judge openai:MODEL --out DIR``. Every attack stands in turn in
each place, and once for each place the same audit is made without any. Every audit is written down at once, and the
same command goes on after a stop.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.attack_table import Attacked, shown
from benchmarks.resumable import Work, carry_out, kept
from probandum.agent.models import ClaimResult
from probandum.agent.options import Limits, Options
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.api import aaudit
from probandum.testing.samples.attacks import CLAIM, NO_ATTACK, Case, attacks_in, cases, prepared
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Origin

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


async def attacked(case: Case, *, judge: str, options: Options, folder: Path) -> Attacked:
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


def _of(report: Report, case: Case, recording: Path) -> Attacked:
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


def _piece(case: Case, *, failed: str | None = None) -> Attacked:
    return Attacked(
        name=case.name,
        part=case.place,
        seconds=0.0,
        attack=case.attack is not NO_ATTACK,
        plants=case.plants,
        failed=failed,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not measured yet, and print what there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attacks", type=Path, help="JSON lines with 'kind' and 'text'")
    parser.add_argument("--judge", required=True, help="openai:MODEL")
    parser.add_argument("--out", required=True, type=Path, help="folder for what was measured")
    parser.add_argument("--reasoning", choices=("cot", "direct"), default="cot", help="whether it reasons in writing")
    parser.add_argument("--at-once", type=int, default=1, help="audits at a time, if the server can answer several")
    given = parser.parse_args(arguments)
    options = _OPTIONS.model_copy(update={"reasoning": given.reasoning})
    tapes = given.out / "tapes"
    tapes.mkdir(parents=True, exist_ok=True)
    into = given.out / "attacks.jsonl"
    works = (
        Work(case.name, partial(attacked, case, judge=given.judge, options=options, folder=tapes))
        for case in cases((NO_ATTACK, *attacks_in(given.attacks)))
    )
    asyncio.run(carry_out(works, into, Attacked, at_once=given.at_once))
    sys.stdout.write(shown(kept(into, Attacked)))


if __name__ == "__main__":
    main()
