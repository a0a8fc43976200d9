"""Whether what a judge says of a claim is sure enough to be a verdict; pure, so that it can be read as a table."""

from collections.abc import Mapping
from typing import Literal

from probandum.agent.models import Verdict
from probandum.agent.taxonomy import Decide, Label

Setting = Literal["auto", "strict", "balanced", "lenient"]
_ORDER = tuple(Decide)
_SUREST: Mapping[Decide, float] = {Decide.STRICT: 0.9, Decide.BALANCED: 0.75, Decide.LENIENT: 0.0}
"""The least probability of being right, supported or not, where a judge tells by its probabilities."""


def is_decided(verdict: Verdict, setting: Setting = "auto") -> bool:
    """Whether a verdict stands under a setting; a person's always does.

    Args:
        verdict: as the judge gave it.
        setting: how sure it must be. ``auto`` is ``balanced`` for a judge that tells by rules how sure it is, and
            ``lenient`` for one that tells by its probabilities, which mean little before they are calibrated.
    """
    if verdict.decided_by == "person":
        return True
    if verdict.decided_at is None:
        wanted = Decide.LENIENT if setting == "auto" else Decide(setting)
        return max(verdict.p_unsupported, 1.0 - verdict.p_unsupported) >= _SUREST[wanted]
    wanted = Decide.BALANCED if setting == "auto" else Decide(setting)
    return _ORDER.index(verdict.decided_at) <= _ORDER.index(wanted)


def told_undecided(verdict: Verdict) -> str:
    """What is said of a claim that the judge cannot tell of: what it saw, and who could tell."""
    compared = next((step.text for step in verdict.steps if step.name == "compare"), "")
    leaning = "supported" if verdict.label is Label.SUPPORTED else "not supported"
    p = verdict.probabilities.get(Label.SUPPORTED, 0.0)
    said = f"the judge cannot tell (it leans to {leaning}, p = {p:.2f}); a judge that reads, or a person, can."
    return f"{said} {compared}".strip()
