"""The dialogue before the response as a model is shown it: data that tells what words refer to, never evidence."""

from collections.abc import Sequence

from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.request import Turn

_CHARACTERS = 4_000
"""How much of the dialogue is shown; its end is nearest to what the response refers to."""


def dialogue(history: Sequence[Turn], fence: Fence) -> str:
    """The last turns, fenced; how much of the beginning is left out is said."""
    whole = "\n".join(f"{turn.role}: {turn.text}" for turn in history)
    cut = len(whole) - _CHARACTERS
    shown = f"({cut:,} characters before this are left out) …{whole[cut:]}" if cut > 0 else whole
    return fence.wrap("dialogue", shown)
