"""What was measured, told in short sentences and as parts of the claim; nothing is decided here."""

import re
from collections.abc import Sequence

from probandum.agent.judges.embedded.alignment import Comparison
from probandum.agent.judges.embedded.differences.difference import Clash
from probandum.agent.models import Part, Step
from probandum.agent.taxonomy import ErrorType, Label

_WHY = {
    Label.SUPPORTED: "The words of the claim stand together in the quoted evidence.",
    Label.CONTRADICTED: "The quoted evidence speaks of the same thing and says otherwise.",
    Label.ABSENT: "Too little of the claim is in the evidence to confirm or deny it.",
    Label.PARTIALLY_SUPPORTED: "Some of the claim is in the evidence and some is not.",
    Label.UNEVALUATABLE: "The claim alone does not say enough to be decided.",
}


def steps_of(
    claim: str, comparison: Comparison, clashes: Sequence[Clash], *, label: Label, types: Sequence[ErrorType]
) -> tuple[Step, ...]:
    """The five steps of a verdict, filled from what was measured."""
    return (
        Step(name="restate", text=f"The claim says: {claim}"),
        Step(name="find", text=_found(comparison)),
        Step(name="compare", text=_compared(comparison, clashes)),
        Step(name="decide", text=f"{_WHY[label]} The label is {label.value}."),
        Step(name="explain", text=_typed(types)),
    )


def parts_of(comparison: Comparison, clashes: Sequence[Clash]) -> tuple[Part, ...]:
    """The claim cut where the evidence changes from having its words to not having them or saying otherwise."""
    claim = comparison.claim
    runs: list[tuple[str, int, int]] = []
    for word in claim.words:
        status = "conflict" if _in_conflict(claim.text, word.start, clashes) else _status(comparison, word.key)
        if runs and (status == runs[-1][0] or not word.content):
            runs[-1] = (runs[-1][0], runs[-1][1], word.end)
        else:
            runs.append((status if word.content else "match", word.start, word.end))
    return tuple(Part.model_validate({"text": claim.text[start:end], "status": status}) for status, start, end in runs)


def _status(comparison: Comparison, key: str) -> str:
    return "missing" if key in comparison.unseen else "match"


def _in_conflict(text: str, place: int, clashes: Sequence[Clash]) -> bool:
    for clash in clashes:
        words = re.search(rf"(?<!\w){re.escape(clash.claim)}(?!\w)", text) if clash.hard else None
        if words and words.start() <= place < words.end():
            return True
    return False


def _found(comparison: Comparison) -> str:
    if not comparison.best:
        return "No sentence of the evidence shares a word of substance with the claim."
    best = comparison.best[0]
    return f"The nearest sentence has {best.coverage:.0%} of the claim's words of substance: {best.line.text}"


def _compared(comparison: Comparison, clashes: Sequence[Clash]) -> str:
    told = [f"The claim has {clash.claim!r} where the evidence has {clash.evidence!r}." for clash in clashes]
    unseen = [word.text for word in comparison.claim.words if word.key in comparison.unseen]
    if unseen:
        told.append(f"Nowhere in the evidence: {', '.join(dict.fromkeys(unseen))}.")
    return " ".join(told) or "Every word of substance is in the evidence, and no difference was found."


def _typed(types: Sequence[ErrorType]) -> str:
    return f"Kind of error: {', '.join(kind.value for kind in types)}." if types else "No kind of error is named."
