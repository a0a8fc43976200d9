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
from probandum.agent.taxonomy import Label, Outcome

_MARK = re.compile(r"\[\[(ok|no|gone|part)(?::(\w+))? (.*?)\]\]", re.DOTALL)
_LABELS = {"ok": Label.SUPPORTED, "no": Label.CONTRADICTED, "gone": Label.ABSENT, "part": Label.PARTIALLY_SUPPORTED}
_HALF = 0.5


class Stretch(NamedTuple):
    """``[start, end)`` in characters of the answer, and what people call it."""

    start: int
    end: int
    label: Label
    error_type: str | None = None

    @property
    def true(self) -> bool:
        """Whether people call it supported."""
        return self.label is Label.SUPPORTED


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
    label: Label | None = None
    """None where it leaves it open, or has no labels of ours."""
    error_types: frozenset[str] = frozenset()


def marked_answers(folder: Path) -> tuple[MarkedAnswer, ...]:
    """All marked answers of a folder, by name."""
    return tuple(_read(each.parent) for each in sorted(folder.glob("*/answer.marked.md")))


def _read(folder: Path) -> MarkedAnswer:
    marked = (folder / "answer.marked.md").read_text(encoding="utf-8")
    text, at, stretches = "", 0, []
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        stretches.append(Stretch(len(text), len(text) + len(match[3]), _LABELS[match[1]], match[2]))
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
            verdict = claim.verdict if claim.outcome is Outcome.JUDGED else None
            yield Said(
                start=claim.span.start + moved,
                end=claim.span.end + moved,
                supported=verdict.label is Label.SUPPORTED if verdict else None,
                p_supported=claim.p_supported,
                label=verdict.label if verdict else None,
                error_types=frozenset(map(str, verdict.error_types)) if verdict else frozenset(),
            )


def of_stretch(stretch: Stretch, claims: Sequence[Said]) -> Said:
    """What claims say of a stretch that they lie over by half of the shorter: wrong where one is, open where any is."""
    near = [claim for claim in claims if _over(claim, stretch)]
    told = [claim.p_supported for claim in near if claim.p_supported is not None]
    wrong = [claim for claim in near if claim.supported is False]
    supported: bool | None = None
    if wrong:
        supported = False
    elif near and all(claim.supported for claim in near):
        supported = True
    return Said(
        start=stretch.start,
        end=stretch.end,
        supported=supported,
        p_supported=min(told, default=None),
        label=wrong[0].label if wrong else Label.SUPPORTED if supported else None,
        error_types=frozenset(each for claim in wrong for each in claim.error_types),
    )


def _over(claim: Said, stretch: Stretch) -> bool:
    shared = max(0, min(claim.end, stretch.end) - max(claim.start, stretch.start))
    return shared >= _HALF * min(claim.end - claim.start, stretch.end - stretch.start)
