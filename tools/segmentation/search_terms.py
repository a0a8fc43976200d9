"""One light tokeniser for passages and queries; how words are searched is elsewhere."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

# Marks that Python's \w leaves out although words are written with them (Arabic, Hebrew, Indic, Thai and their kin).
_MARKS = (
    "\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0980-\u0983\u09bc-\u09cd"
    "\u0a01-\u0d4d\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
# Scripts that do not put spaces between words: pairs of characters stand in for words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)+|[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[\w{_MARKS}])+(?:['-](?:(?![{_UNSPACED}])[\w{_MARKS}])+)*"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSPACED_START = re.compile(f"[{_UNSPACED}]")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2212", "-") | dict.fromkeys("\u2018\u2019\u02bc", "'"))
_MIN_STEM = 3

_COMMON = """
    a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further had has have having he her here hers him his how i
    if in into is it its itself just me more most my of off on once only or other our out over own same she should so
    some such than that the their theirs them then there these they this those through to too under until up very was we
    were what when where which while who whom why will with would you your
"""
STOP_WORDS = frozenset(_COMMON.split())
"""English words too common to search by; negations are not among them."""


def tokens(text: str) -> list[str]:
    """The searchable words of a text in order: case, accents, hyphens and light endings evened out, numbers kept."""
    return [token for word in _TOKEN.findall(_folded(text)) for token in _forms(word)]


def query_tokens(query: str) -> list[str]:
    """The words to search by, each once: without stop words, unless the query has nothing else."""
    words = _TOKEN.findall(_folded(query))
    kept = [word for word in words if word not in STOP_WORDS] or words
    return list(dict.fromkeys(token for word in kept for token in _forms(word)))


def _folded(text: str) -> str:
    folded = text.translate(_DASHES).casefold()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", folded)))


@lru_cache(maxsize=1 << 16)
def _forms(word: str) -> tuple[str, ...]:
    """What one word is found by: itself, or the parts of a compound and the compound written together."""
    if word[0].isdecimal() and _THOUSANDS.fullmatch(word):
        return (word.replace(",", ""),)
    if _UNSPACED_START.match(word):
        return tuple(first + second for first, second in pairwise(word)) or (word,)
    if "-" in word:
        parts = word.split("-")
        return tuple(dict.fromkeys((*map(_stem, parts), _stem("".join(parts)))))
    return (_stem(word),)


def _stem(word: str) -> str:
    """The word without its commonest English endings; both sides are cut alike, so it need not be a word."""
    word = word.removesuffix("'s").replace("'", "")
    if len(word) <= _MIN_STEM or not (word.isascii() and word.isalpha()):
        return word
    word = _singular(word)
    for suffix in ("ing", "ed"):
        base = word.removesuffix(suffix)
        if base != word and len(base) >= _MIN_STEM and re.search("[aeiouy]", base):
            doubled = base[-1] == base[-2] and base[-1] not in "aeioulsz"
            word = base[:-1] if doubled else base
            break
    word = word.removesuffix("e") if len(word) > _MIN_STEM else word
    return word[:-1] + "i" if word[-1] == "y" else word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word
