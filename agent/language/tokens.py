"""Words of a text with exact offsets and a normalised key each; what they mean together is read elsewhere."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from probandum.agent.language.lexicon import word_list, word_map, word_set


class Token(NamedTuple):
    """One word or number; ``[start, end)`` in characters of the text."""

    start: int
    end: int
    text: str
    """As it stands."""
    key: str
    """Equal for forms of the same word: lower case, without accents, stemmed; numbers as plain digits."""
    content: bool
    """Whether it says something of its own: no article, preposition, pronoun, auxiliary."""
    number: bool


_TOKEN = re.compile(
    r"-(?:LRB|RRB|LSB|RSB|LCB|RCB)-"  # brackets in treebank text
    r"|(?:[^\W\d_]\. ?)+[^\W\d_]\.(?!\w)"  # U.S., also spaced out
    r"|\d{1,3}(?:, \d{3}){1,6}(?![\d,])|\d{1,3}\. \d{1,2}(?![\d.)])"  # numbers that a tokenizer has torn apart
    r"|\d+(?:[,.]\d+)*"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|['’][^\W\d_]+"
)
_SPLIT = re.compile(r"^(?!n['’]t$)(.+?)(n['’]t|['’](?:s|S|d|ll|re|ve|m|t))$")

FUNCTION_WORDS = word_set("function")
_BASES = {form: base for base, forms in word_map("irregular").items() for form in forms.split()}
_SCALES = {word: float(scale) for word, scale in word_map("scales").items() if len(word) > 1}
NUMBER_WORDS = {word: value for value, word in enumerate(word_list("numbers"))} | {
    word: 10 * value for value, word in enumerate(word_list("tens"), start=2)
}
_ACRONYMS = frozenset({"us", "who"})
"""Little words that are names when written in capitals."""
_TENS = word_set("tens")
_TEN = 10
_SHARES = {word: str(share) for word, share in word_map("shares").items()}
_ENOUGH = 3
"""A stem keeps at least this many letters."""
_SHORT_IN_L = 5
"""A stem of no more letters keeps both: fill, small, spell."""


def tokens(text: str) -> tuple[Token, ...]:
    """The words and numbers of a text in order; a contraction gives two, its second part as in treebank text."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if word[0] == "-":
            continue
        split = _SPLIT.match(word) if ("'" in word or "’" in word) and word[0].isalpha() else None
        if split is None:
            _add(found, _token(word, start), text)
            continue
        found.append(_token(split[1], start))
        found.append(_token(split[2], start + split.start(2)))
    return tuple(found)


def shifted(words: Sequence[Token], by: int) -> tuple[Token, ...]:
    """The same words in a text that begins so many characters earlier."""
    if not by:
        return tuple(words)
    return tuple([Token(w[0] + by, w[1] + by, w[2], w[3], w[4], w[5]) for w in words])


def _add(found: list[Token], token: Token, text: str) -> None:
    """Add a token, as one with the number before it where the two are one number: 5.8 million, twenty-five."""
    before = found[-1] if found else None
    if before is None or not before.number or token.start - before.end != 1 or not _is_decimal(before.key):
        found.append(token)
        return
    lower = token.text.lower()
    if lower in _SCALES:
        value = float(before.key) * _SCALES[lower]
    elif before.text.lower() in _TENS and 0 < NUMBER_WORDS.get(lower, 0) < _TEN:
        value = float(before.key) + NUMBER_WORDS[lower]
    else:
        found.append(token)
        return
    whole = text[before.start : token.end]
    found[-1] = before._replace(end=token.end, text=whole, key=plain_number(f"{value:.6f}"))


def _is_decimal(key: str) -> bool:
    return key.count(".") <= 1


def _token(word: str, start: int) -> Token:
    return Token(start, start + len(word), word, *_read(word))


@lru_cache(maxsize=65_536)
def _read(word: str) -> tuple[str, bool, bool]:
    if word[0].isdigit():
        return plain_number(word), True, True
    lower = word.replace("’", "'").lower().strip("'").replace(".", "").replace(" ", "")
    if lower in ("n't", "nt"):
        return "not", False, False
    if lower in NUMBER_WORDS and lower != "one":
        return str(NUMBER_WORDS[lower]), True, True
    if lower in _SHARES:
        return _SHARES[lower], True, True
    if not lower.isascii():
        lower = "".join(each for each in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(each))
    content = (word.isupper() and lower in _ACRONYMS) or (lower not in FUNCTION_WORDS and len(lower) > 1)
    return (stem(lower) if content else lower), content, False


def plain_number(text: str) -> str:
    """Digits without thousands separators and without a fraction of zeros: ``1,200.0`` gives ``1200``."""
    plain = text.replace(",", "").replace(" ", "")
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0"


def stem(word: str) -> str:
    """A light stem of a lower-case English word: plural, past, participle and adverb endings fall away."""
    word = _BASES.get(word, word)
    if len(word) <= _ENOUGH:
        return word
    return _without_ending(word)


def _without_ending(word: str) -> str:
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("ied", "y")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + kept
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("ches", "shes", "xes", "zes")) else word[:-1]
    for ending in ("ing", "ed", "ly"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) > len(ending) and any(vowel in root for vowel in "aeiouy"):
            word = root
            if len(word) > _ENOUGH and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]  # "stopped" had its p doubled for the ending
            break
    if word.endswith("ll") and len(word) > _SHORT_IN_L:
        return word[:-1]  # "cancelled" and "cancel", and so "install" in all its forms
    return word[:-1] if word.endswith("e") and len(word) > _ENOUGH else word
