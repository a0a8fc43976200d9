"""Whether texts are English, by script and by little words; short texts and names prove nothing either way."""

import re
from collections.abc import Iterable
from functools import lru_cache

from probandum.agent.language.lexicon import word_set

_WORD = re.compile(r"(?<!['’\w-])[^\W\d_]+(?![\w-])")
_ENGLISH = word_set("english")
_FOREIGN = word_set("foreign")
_SHARED = word_set("shared_little_words")
"""Little words of English that another language has too: "in", "was", "die", "no"."""
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")
_ENOUGH = 3_000
"""Characters of a text that are looked at."""
_SURE = 2
"""Little words of another language, and none of English, from which on a single claim is of that language."""


def is_english(text: str, *, around: Iterable[str] = ()) -> bool:
    """False where script or little words say that a text is in another language.

    Args:
        text: the answer as a whole, or a claim that may be in another language than its answer.
        around: the evidence, which tells where the text is too short to.
    """
    told = _told(text[:_ENOUGH])
    if told is None:
        told = _told(" ".join([text, *(other[:_ENOUGH] for other in around)])[:_ENOUGH])
    return told is not False


def is_foreign(text: str) -> bool:
    """Whether a claim alone shows that it is in another language than English."""
    english, foreign, script = _counts(text[:_ENOUGH])
    return script or (not english and foreign >= _SURE)


def _told(text: str) -> bool | None:
    english, foreign, script = _counts(text)
    if script:
        return False
    if not english and foreign < _SURE:
        return None
    return english >= foreign


@lru_cache(maxsize=1_024)
def _counts(text: str) -> tuple[int, int, bool]:
    """Little words that only English has, those that it has not, and whether the letters are of another script."""
    letters = len(_LETTER.findall(text))
    words = _WORD.findall(text)
    plain = [word for word in words if word.islower()]  # "Los" and "Der" may be of a name
    if words and (len(words) == 1 or words[1].islower()):
        plain.append(words[0].lower())
    english = sum(word.lower() in _ENGLISH and word.lower() not in _SHARED for word in words)
    foreign = sum(word in _FOREIGN and word not in _ENGLISH for word in plain)
    return english, foreign, bool(letters) and len(_LATIN.findall(text)) < letters / 2
