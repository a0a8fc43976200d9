"""The words by which values are told, out of their table."""

import json
import re
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


_DIGIT = re.compile(r"\d")
_PARTS = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NAMED = (
    *("second", "minute", "hour", "day", "week", "fortnight", "month", "year", "decade", "century", "half"),
    *("noon", "midday", "midnight", "dozen", "hundred", "thousand", "million", "billion"),
    *("twice", "thrice", "double", "doubled", "triple", "tripled"),
)
"""Words for values beside those of the tables."""


def has_digit(text: str) -> bool:
    """Whether a text has a digit; one that has neither this nor a word for a value has no value."""
    return _DIGIT.search(text) is not None


def has_value_word(text: str) -> bool:
    """Whether a text has a word that tells a value or a part of one."""
    return _words().search(text) is not None


@cache
def _words() -> re.Pattern[str]:
    told = sorted({*table("numbers"), *table("ages"), *table("times"), *_NAMED})
    return re.compile(rf"\b(?:{'|'.join(told)}|(?:quarter|{'|'.join(_PARTS)})s?)\b", re.IGNORECASE)
