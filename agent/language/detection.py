"""Whether a text can be English, by script and by little words; careful to let names and short texts pass."""

import re

from probandum.agent.language.lexicon import word_set

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = word_set("english")
_FOREIGN = word_set("foreign")
_FEW = 4
"""Fewer words than this prove nothing."""
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")


def may_be_english(text: str) -> bool:
    """False only where the script or the little words of another language outweigh everything English."""
    letters = len(_LETTER.findall(text))
    if letters and len(_LATIN.findall(text)) < letters / 2:
        return False
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _FEW:
        return True
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    return foreign <= 1 + 2 * english  # one little word may belong to a name
