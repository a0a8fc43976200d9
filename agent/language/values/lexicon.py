"""The words by which values are told, out of their table."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """One table of the file ``words.json``: by word, in lower case, what it stands for."""
    told = json.loads(files(__package__).joinpath("words.json").read_text(encoding="utf-8"))
    return dict(told[name])


def singular(word: str) -> str:
    """A noun without the ending of its plural."""
    lower = word.lower()
    if lower.endswith("ies") and len(lower) > 4:  # noqa: PLR2004 - "ties", "dies"
        return lower[:-3] + "y"
    return lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower
