"""Answers of which every checkable stretch is marked by people, and what a judge's claims say of each stretch.

A folder holds ``document*`` files, perhaps ``question.txt``, and ``answer.marked.md``, where ``[[ok words]]`` is
supported, ``[[no:TYPE words]]`` contradicted, ``[[gone words]]`` absent and ``[[part words]]`` partially supported.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from probandum.agent.report import Report
from probandum.agent.taxonomy import Outcome

_MARK = re.compile(r"\[\[(ok|no|gone|part)(?::(\w+))? (.*?)\]\]", re.DOTALL)
_HALF = 0.5


class Stretch(NamedTuple):
    """``[start, end)`` in characters of the answer, and whether people call it supported."""

    start: int
    end: int
    true: bool


@dataclass(frozen=True)
class MarkedAnswer:
    """One answer with its sources."""

    name: str
    question: str | None
    context: tuple[str, ...]
    text: str
    stretches: tuple[Stretch, ...]


class Said(NamedTuple):
    """What a judge says of a claim or stretch; ``[start, end)`` in the answer."""

    start: int
    end: int
    supported: bool | None
    """None where it leaves it open."""
    p_supported: float | None


def marked_answers(folder: Path) -> tuple[MarkedAnswer, ...]:
    """All marked answers of a folder, by name."""
    return tuple(_read(each.parent) for each in sorted(folder.glob("*/answer.marked.md")))


def _read(folder: Path) -> MarkedAnswer:
    marked = (folder / "answer.marked.md").read_text(encoding="utf-8")
    text, at, stretches = "", 0, []
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        stretches.append(Stretch(len(text), len(text) + len(match[3]), match[1] == "ok"))
        text += match[3]
        at = match.end()
    question = folder / "question.txt"
    return MarkedAnswer(
        name=folder.name,
        question=question.read_text(encoding="utf-8").strip() if question.exists() else None,
        context=tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("document*"))),
        text=text + marked[at:],
        stretches=tuple(stretches),
    )


def said_in(report: Report, text: str) -> Iterator[Said]:
    """The claims of a report as stretches of the answer as it was given."""
    moved = text.find(text.strip()) - report.response.find(text.strip())
    for claim in report.claims:
        if claim.span is not None:
            label = claim.verdict.label.value if claim.outcome is Outcome.JUDGED and claim.verdict else None
            supported = None if label is None else label == "supported"
            yield Said(claim.span.start + moved, claim.span.end + moved, supported, claim.p_supported)


def of_stretch(stretch: Stretch, claims: Sequence[Said]) -> Said:
    """What claims say of a stretch that they lie over by half of the shorter: wrong where one is, open where any is."""
    near = [claim for claim in claims if _over(claim, stretch)]
    told = [claim.p_supported for claim in near if claim.p_supported is not None]
    supported: bool | None = None
    if any(claim.supported is False for claim in near):
        supported = False
    elif near and all(claim.supported for claim in near):
        supported = True
    return Said(stretch.start, stretch.end, supported, min(told, default=None))


def _over(claim: Said, stretch: Stretch) -> bool:
    shared = max(0, min(claim.end, stretch.end) - max(claim.start, stretch.start))
    return shared >= _HALF * min(claim.end - claim.start, stretch.end - stretch.start)
