"""What the comparison adds up to, as tables in Markdown: what was asked of the endpoint, and what came of it."""

from collections.abc import Mapping, Sequence

from benchmarks.common.tables import markdown_table
from benchmarks.peers.contender import Scored
from benchmarks.peers.rules import TOKEN
from probandum.bench.metrics import auc, auc_interval
from probandum.tools.evidence import Frozen

_ASKED = (
    "contender",
    "scored",
    "calls per answer",
    "prompt tokens per answer",
    "of them in a prefix cache",
    "tokens not cached",
    "tokens written per answer",
    "wall time, all answers",
)
_LIVE = ("contender", "scored", "failed", "seconds per row", "AUC ROC (95%)")
_BLOCK = 64
"""Characters that a prefix cache keeps or does not keep as one."""


class Asked(Frozen):
    """What one contender asked of the scripted endpoint for all answers together."""

    contender: str
    answers: int
    failed: int
    prompts: tuple[str, ...]
    """Every prompt whole, in order of arrival."""
    completion_tokens: int
    seconds: float
    """On the clock, from the first request to the last answer."""


def cached_share(prompts: Sequence[str]) -> float:
    """The share of the prompts' text that stood at the start of an earlier one, in blocks: what a cache would save."""
    seen: set[str] = set()
    kept = 0
    for prompt in prompts:
        starts = [prompt[:end] for end in range(_BLOCK, len(prompt) + 1, _BLOCK)]
        kept += _BLOCK * sum(start in seen for start in starts)
        seen.update(starts)
    whole = sum(map(len, prompts))
    return kept / whole if whole else 0.0


def asked_table(rows: Sequence[Asked]) -> str:
    """One line a contender."""
    return markdown_table(_ASKED, map(_asked, rows))


def _asked(row: Asked) -> tuple[str, ...]:
    tokens = sum(map(len, row.prompts)) / TOKEN / row.answers
    share = cached_share(row.prompts)
    return (
        row.contender,
        f"{row.answers - row.failed}/{row.answers}",
        f"{len(row.prompts) / row.answers:.1f}",
        f"{tokens:,.0f}",
        f"{share:.0%}",
        f"{tokens * (1 - share):,.0f}",
        f"{row.completion_tokens / row.answers:,.0f}",
        f"{row.seconds:.1f} s",
    )


def live_table(scored: Mapping[str, Sequence[Scored]], people: Mapping[str, bool | None], *, rows: int) -> str:
    """One line a contender: how many rows it scored, how it failed, how long it took, how it ranks.

    Args:
        scored: by contender.
        people: by row, whether people call it hallucinated.
        rows: how many there are to be scored.
    """
    return markdown_table(_LIVE, (_live(name, each, people, rows=rows) for name, each in scored.items()))


def _live(name: str, scored: Sequence[Scored], people: Mapping[str, bool | None], *, rows: int) -> tuple[str, ...]:
    pairs = [(people[each.id], each.risk) for each in scored if each.risk is not None]
    labels = [label for label, _ in pairs if label is not None]
    risks = [risk for label, risk in pairs if label is not None]
    area, interval = auc(labels, risks), auc_interval(labels, risks)
    ranked = f"{area:.2f} ({interval[0]:.2f}–{interval[1]:.2f})" if area is not None and interval else "–"
    seconds = sum(each.seconds for each in scored) / len(scored) if scored else 0.0
    failed = sum(each.failed is not None for each in scored)
    return name, f"{len(pairs)}/{rows}", str(failed), f"{seconds:.0f}", ranked
