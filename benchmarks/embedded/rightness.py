"""How right the embedded judge is under each setting, on answers in which people marked every checkable stretch.

With ``--write`` the figures become those that reports name beside the judge. Half a minute for sixteen answers.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.common.command import parser
from benchmarks.common.marked import MarkedAnswer, marked_answers, of_stretch, said_in
from benchmarks.common.tables import markdown_table
from probandum import audit
from probandum.agent.judges.embedded import rightness
from probandum.agent.options import Options
from probandum.agent.report import Rightness
from probandum.agent.taxonomy import Decide
from probandum.bench.metrics import auc


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each setting, strictest first."""
    options = parser("rightness", __doc__)
    options.add_argument(
        "--cases", type=Path, default=Path("../shared/realistic/cases"), help="folder of marked answers"
    )
    options.add_argument("--write", action="store_true", help="into the package, for reports to name")
    given = options.parse_args(arguments)
    answers = marked_answers(given.cases)
    measured = [_measured(answers, setting) for setting in Decide]
    head = ("setting", "stretches", "decided", "supported right", "flagged right", "AUC")
    sys.stdout.write(markdown_table(head, (_line(found, area) for found, area in measured)))
    if given.write:
        told = [found.model_dump(mode="json") for found, _ in measured]
        Path(rightness.__file__).with_name(rightness.FILE).write_text(
            json.dumps(told, indent=1) + "\n", encoding="utf-8"
        )


def _measured(answers: Sequence[MarkedAnswer], setting: Decide) -> tuple[Rightness, float | None]:
    rows = [row for answer in answers for row in _rows(answer, setting)]
    decided = [(true, called) for true, called, _ in rows if called is not None]
    ranked = [(not true, 1 - p) for true, _, p in rows if p is not None]
    found = Rightness(
        setting=setting,
        answers=len(answers),
        stretches=len(rows),
        decided=_share([called is not None for _, called, _ in rows]),
        supported_right=_share([true for true, called in decided if called]),
        flagged_right=_share([not true for true, called in decided if not called]),
    )
    return found, auc([wrong for wrong, _ in ranked], [risk for _, risk in ranked])


def _rows(answer: MarkedAnswer, setting: Decide) -> Iterator[tuple[bool, bool | None, float | None]]:
    """Of each stretch: whether people call it supported, what the judge does, and its probability."""
    how = Options(decide=setting.value)
    report = audit(answer.text, question=answer.question, context=answer.context, judge="embedded", options=how)
    said = tuple(said_in(report, answer.text))
    for stretch in answer.stretches:
        found = of_stretch(stretch, said)
        yield stretch.true, found.supported, found.p_supported


def _share(of: Sequence[bool]) -> float:
    return round(sum(of) / len(of), 4) if of else 0.0


def _line(found: Rightness, area: float | None) -> tuple[str, ...]:
    shares = (found.decided, found.supported_right, found.flagged_right)
    return found.setting.value, str(found.stretches), *(f"{each:.0%}" for each in shares), f"{area or 0:.2f}"
