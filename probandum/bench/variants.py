"""The ways of asking that one measurement compares: as told, and with one part changed at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from probandum.agent.options import Options
from probandum.bench.measure import Variant
from probandum.calibration_store import calibrated_judge_info
from probandum.judges import make_judge
from probandum.settings import Settings, override

ABLATIONS: Mapping[str, Mapping[str, object]] = {
    "no recheck": {"max_rounds": 1},
    "claim by claim": {"granularity": "claim"},
    "in batches": {"granularity": "batch"},
    "adaptive": {"granularity": "adaptive"},
    "direct": {"reasoning": "direct"},
    "five steps": {"reasoning": "cot"},
}
"""By the name that their rows have in the table."""


def variants(
    judge: str,
    options: Options,
    settings: Settings,
    *,
    examples: Path | None = None,
    repeat: int = 1,
    calibrated: bool = True,
    ablations: bool = False,
) -> Iterator[Variant]:
    """The way as told first; then, where ablations are wanted, each that changes something of it.

    Raises what `make_judge` raises.
    """
    changes = {"": {}, **(ABLATIONS if ablations else {})}
    for name, change in changes.items():
        chosen = override(options, **change)
        if name and chosen == options:
            continue
        judging = make_judge(judge, settings, chosen, examples=examples)
        info = calibrated_judge_info(settings.home, judging.info) if calibrated else judging.info
        yield Variant(judging, chosen, variant=name, repeat=repeat, calibrated=calibrated, info=info)
