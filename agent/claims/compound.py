"""Whether a sentence says more than one thing, by its words; taking it apart is elsewhere."""

import re

_JOINS = re.compile(
    r";|,\s*(?:and|but|while|whereas|which|who|whose|where|although|though|because|so|after|before|with|including)\b"
    r"|\s(?:and|but|while|whereas|because|although|which|who)\s|\s[–—]\s",
    re.IGNORECASE,
)
_WORDS = 18
"""A longer sentence mostly says several things, however it joins them."""


def is_compound(sentence: str) -> bool:
    """Whether a sentence may well state several things that can be tested apart."""
    words = sentence.split()
    return len(words) > _WORDS or (len(words) > 6 and _JOINS.search(sentence) is not None)  # noqa: PLR2004 - too short
