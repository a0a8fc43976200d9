"""Whether an English word may be a finite verb, by its form alone; what it does in its sentence is read elsewhere."""

from functools import cache

from probandum.agent.language.lexicon import word_set

_AUXILIARIES = frozenset(
    {"is", "are", "was", "were", "am", "has", "have", "had", "does", "do", "did", "can", "could", "may", "might"}
    | {"must", "shall", "should", "will", "would", "cannot"}
)
_PLURAL = frozenset({"they", "we", "you", "i", "these", "those", "people", "women", "men", "children", "many", "most"})
_NOT_VERBS = frozenset({"hundred", "need", "bed", "red", "speed", "seed", "breed", "feed", "weed", "shed", "indeed"})


def is_finite(word: str, before: str = "") -> bool:
    """Whether a word may be the verb of a clause.

    Args:
        word: lower case, with a contraction as it stands (``isn't``).
        before: the word before it, lower case; the base form of a verb counts after a plural alone.
    """
    plain = word.partition("n't")[0].partition("n’t")[0]
    if plain in _AUXILIARIES or word in ("won't", "can't") or plain in _pasts():
        return True
    if plain in _thirds():
        return before not in (
            "the",
            "a",
            "an",
            "of",
            "its",
            "their",
            "his",
            "her",
            "more",
            "many",
            "several",
            "in",
            "with",
        )
    if plain.endswith("ed") and len(plain) > 3:  # noqa: PLR2004 - "red", "bed"
        return plain not in _NOT_VERBS and before not in ("the", "a", "an", "its", "their", "of", "newly", "more")
    return plain in word_set("verbs") and (before in _PLURAL or (before.endswith("s") and not before.endswith("ss")))


def is_auxiliary(word: str) -> bool:
    """Whether it is a form of "be", "have" or "do", or a modal verb."""
    return word.partition("n't")[0].partition("n’t")[0] in _AUXILIARIES


@cache
def _pasts() -> frozenset[str]:
    return frozenset(word_set("pasts") | word_set("finite"))


@cache
def _thirds() -> frozenset[str]:
    """The forms of the third person: ``grows``, ``passes``, ``carries``."""
    return frozenset(map(_third, word_set("verbs")))


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in "aeiou" else base + "s"
