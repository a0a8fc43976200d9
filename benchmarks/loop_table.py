"""What re-checking adds up to, by file and number of rounds; auditing the rows is elsewhere."""

from collections.abc import Sequence

from benchmarks.resumable import Piece
from probandum.agent.taxonomy import Label, Reason
from probandum.bench.metrics import macro_f1

_OPEN = (Label.UNEVALUATABLE, Label.PARTIALLY_SUPPORTED)


class Rechecked(Piece):
    """One row that was audited with so many rounds; its part is the file."""

    allowed: int
    """Rounds that there might have been."""
    rounds: int
    """Rounds that there were."""
    label: Label | None = None
    """None where there is no verdict."""
    reason: Reason | None = None
    """Why there is none."""
    people: Label | None = None
    """What people say; None where it is not known what their label means."""
    as_people_say: Label | None = None
    """Our label, or the nearest one that people could choose."""
    reopened: bool = False
    searches: int = 0
    calls: int = 0
    """To a language model."""

    @property
    def told(self) -> str:
        """What came of it."""
        return f"{self.label or self.reason} in {self.rounds} of {self.allowed} rounds"


def shown(pieces: Sequence[Rechecked]) -> str:
    """A table in Markdown, one line for every file and number of rounds; settled is what leaves nothing open."""
    head = "| file | rows | rounds | judged | macro-F1 | settled | reopened | searches | model calls | s per claim |"
    lines = [head, "|---" * (head.count("|") - 1) + "|"]
    for part, allowed in sorted({(piece.part, piece.allowed) for piece in pieces}):
        lines.append(_line(part, allowed, [each for each in pieces if (each.part, each.allowed) == (part, allowed)]))
    return "\n".join(lines) + "\n"


def _line(part: str, allowed: int, pieces: Sequence[Rechecked]) -> str:
    number = len(pieces)
    labelled = [(each.people, each.as_people_say) for each in pieces if each.people and each.as_people_say]
    f1 = macro_f1([people for people, _ in labelled], [ours for _, ours in labelled])
    cells = [
        part,
        str(number),
        str(allowed),
        f"{sum(each.label is not None for each in pieces) / number:.0%}",
        "–" if f1 is None else f"{f1:.3f}",
        f"{sum(each.label is not None and each.label not in _OPEN for each in pieces) / number:.0%}",
        f"{sum(each.reopened for each in pieces) / number:.0%}",
        f"{sum(each.searches for each in pieces) / number:.2f}",
        f"{sum(each.calls for each in pieces) / number:.2f}",
        f"{sum(each.seconds for each in pieces) / number:.3f}",
    ]
    return f"| {' | '.join(cells)} |"
