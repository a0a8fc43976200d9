"""Whether texts are English, by script and by little words; short texts and names prove nothing either way."""

import re
from collections.abc import Iterable
from functools import lru_cache

from probandum.agent.language.lexicon import word_set

_WORD = re.compile(r"(?<!['’\w-])[^\W\d_]+(?![\w-])")
_ENGLISH = word_set("english")
_FOREIGN = word_set("foreign")
_SHARED = word_set("shared_little_words")
"""Little words of English that any other language may have too: "a", "die", "no"."""
_HALF = word_set("shared_with_germanic")
"""Those that only its nearest kin have, which prove half as much: "is", "was"."""
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
        told = _told(" ".join([text, *(other[:_ENOUGH] for other in around)])[:_ENOUGH], surely=False)
    return told is not False


def is_foreign(text: str) -> bool:
    """Whether a claim alone shows that it is in another language than English."""
    english, foreign, script = _counts(text[:_ENOUGH])
    return script or (foreign >= _SURE and foreign > 2 * english)


def _told(text: str, *, surely: bool = True) -> bool | None:
    english, foreign, script = _counts(text)
    if script:
        return False
    if english >= foreign:
        return True if english else None
    return None if surely and foreign < _SURE else False


@lru_cache(maxsize=1_024)
def _counts(text: str) -> tuple[float, int, bool]:
    """Little words that only English has, words that it has not, and whether the letters are of another script."""
    letters = len(_LETTER.findall(text))
    words = _WORD.findall(text)
    plain = [word for word in words if word.islower()]  # "Los" and "Der" may be of a name
    if words and (len(words) == 1 or words[1].islower()):
        plain.append(words[0].lower())
    english = sum(
        0.5 if word in _HALF else 1.0 for word in map(str.lower, words) if word in _ENGLISH and word not in _SHARED
    )
    foreign = sum((word in _FOREIGN or not word.isascii()) and word not in _ENGLISH for word in plain)
    return english, foreign, bool(letters) and len(_LATIN.findall(text)) < letters / 2
