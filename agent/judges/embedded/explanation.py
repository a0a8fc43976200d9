"""What was measured, told in short sentences and as parts of the claim; nothing is decided here."""

import re
from collections.abc import Sequence

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import Differing
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
    claim: str, alignment: Alignment, differences: Sequence[Differing], *, label: Label, types: Sequence[ErrorType]
) -> tuple[Step, ...]:
    """The five steps of a verdict, filled from what was measured."""
    return (
        Step(name="restate", text=f"The claim says: {claim}"),
        Step(name="find", text=_found(alignment)),
        Step(name="compare", text=_compared(alignment, differences)),
        Step(name="decide", text=f"{_WHY[label]} The label is {label.value}."),
        Step(name="explain", text=_typed(types)),
    )


def parts_of(alignment: Alignment, differences: Sequence[Differing]) -> tuple[Part, ...]:
    """The claim cut where the evidence changes from having its words to not having them or saying otherwise."""
    claim = alignment.claim
    runs: list[tuple[str, int, int]] = []
    for word in claim.words:
        status = "conflict" if _in_conflict(claim.text, word.start, differences) else _status(alignment, word.key)
        if runs and (status == runs[-1][0] or not word.content):
            runs[-1] = (runs[-1][0], runs[-1][1], word.end)
        else:
            runs.append((status if word.content else "match", word.start, word.end))
    return tuple(Part.model_validate({"text": claim.text[start:end], "status": status}) for status, start, end in runs)


def _status(alignment: Alignment, key: str) -> str:
    return "missing" if key in alignment.unseen else "match"


def _in_conflict(text: str, place: int, differences: Sequence[Differing]) -> bool:
    for difference in differences:
        words = re.search(rf"(?<!\w){re.escape(difference.claim)}(?!\w)", text) if difference.contradicts else None
        if words and words.start() <= place < words.end():
            return True
    return False


def _found(alignment: Alignment) -> str:
    if not alignment.nearest:
        return "No sentence of the evidence shares a word of substance with the claim."
    nearest = alignment.nearest[0]
    return f"The nearest sentence has {nearest.coverage:.0%} of the claim's words of substance: {nearest.sentence.text}"


def _compared(alignment: Alignment, differences: Sequence[Differing]) -> str:
    told = [
        f"The claim has {difference.claim!r} where the evidence has {difference.evidence!r}."
        for difference in differences
    ]
    unseen = [word.text for word in alignment.claim.words if word.key in alignment.unseen]
    if unseen:
        told.append(f"Nowhere in the evidence: {', '.join(dict.fromkeys(unseen))}.")
    return " ".join(told) or "Every word of substance is in the evidence, and no difference was found."


def _typed(types: Sequence[ErrorType]) -> str:
    return f"Kind of error: {', '.join(kind.value for kind in types)}." if types else "No kind of error is named."
