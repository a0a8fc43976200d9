"""What a live measurement adds up to: coverage, failures before and after repair, time, caching, agreement."""

from collections.abc import Iterable, Sequence

from benchmarks.resumable import Piece
from probandum.agent.taxonomy import Reason
from probandum.agent.usage import Usage
from probandum.bench.metrics import auc, auc_interval, balanced_accuracy

_ASKS = ("extract", "classify", "recheck")  # stages whose answers have a form that can be missed


class Looked(Piece):
    """One audit of a live measurement; its part is the file, or the way of asking, that it is a row of."""

    claims: int = 0
    judged: int = 0
    reasons: tuple[Reason, ...] = ()
    """Why claims got no verdict."""
    people: tuple[bool | None, ...] = ()
    """Of every judged claim, whether people call it hallucinated; None where they were not asked."""
    risks: tuple[float, ...] = ()
    """The same claims' probability of being anything but supported."""
    called: tuple[bool, ...] = ()
    """Whether their label is anything but ``supported``."""
    usage: Usage = Usage()
    failed: str | None = None
    """Why there is no report."""

    @property
    def told(self) -> str:
        """How many claims got a verdict."""
        return f"{self.judged} of {self.claims} claims"


def shown(looks: Sequence[Looked]) -> str:
    """A table in Markdown, one line for every part."""
    head = (
        "| part | audits | claims judged | answers repaired | no verdict after repair | AUC (95%) | "
        "balanced accuracy | calls per claim | tokens written per claim | prompt cached | s per claim |"
    )
    lines = [head, "|---" * (head.count("|") - 1) + "|"]
    parts = dict.fromkeys(looked.part for looked in looks)
    lines += [_line(part, [looked for looked in looks if looked.part == part]) for part in parts]
    return "\n".join(lines) + "\n"


def _line(part: str, looks: Sequence[Looked]) -> str:
    claims, judged = sum(each.claims for each in looks), sum(each.judged for each in looks)
    usage = sum((each.usage for each in looks), Usage())
    asked = [usage.by_stage[stage] for stage in _ASKS if stage in usage.by_stage]
    first = sum(stage.llm_calls - stage.repairs for stage in asked)
    broken = sum(reason is Reason.JUDGE_OUTPUT for each in looks for reason in each.reasons)
    cells = [
        part,
        f"{sum(each.failed is None for each in looks)}/{len(looks)}",
        f"{judged}/{claims}",
        f"{usage.repairs}/{first}",
        f"{broken}/{claims}",
        _auc(looks),
        _accuracy(looks),
        _per(usage.llm_calls, claims),
        _per(usage.completion_tokens, claims),
        f"{usage.cached_tokens / usage.prompt_tokens:.0%}" if usage.prompt_tokens else "–",
        _per(sum(each.seconds for each in looks), claims),
    ]
    return f"| {' | '.join(cells)} |"


def _auc(looks: Iterable[Looked]) -> str:
    pairs = [pair for each in looks for pair in zip(each.people, each.risks, strict=True)]
    labels, risks = [p for p, _ in pairs if p is not None], [risk for p, risk in pairs if p is not None]
    area, interval = auc(labels, risks), auc_interval(labels, risks)
    return f"{area:.2f} ({interval[0]:.2f}–{interval[1]:.2f}), n={len(labels)}" if area and interval else "–"


def _accuracy(looks: Iterable[Looked]) -> str:
    pairs = [pair for each in looks for pair in zip(each.people, each.called, strict=True)]
    share = balanced_accuracy([p for p, _ in pairs if p is not None], [float(c) for p, c in pairs if p is not None])
    return "–" if share is None else f"{share:.2f}"


def _per(amount: float, claims: int) -> str:
    return f"{amount / claims:.1f}" if claims else "–"
