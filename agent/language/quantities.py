"""Amounts in a text with value and unit, however they are written; dates are elsewhere."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from probandum.agent.language.lexicon import word_list, word_map
from probandum.agent.language.tokens import Token, stem


class Quantity(NamedTuple):
    """``[start, end)`` in characters of the text."""

    start: int
    end: int
    value: float
    unit: str
    """``%``, a currency sign, a short unit, ``#`` for a rank, else the key of the noun that is counted, or nothing."""


_SCALES: dict[str, float] = word_map("scales")
_SHARES: dict[str, float] = word_map("shares")
_UNITS: dict[str, str] = {stem(word): unit for word, unit in word_map("units").items()}
_ORDINALS = {word: float(value) for value, word in enumerate(word_list("ordinals"))}
_IN_WORDS = frozenset({*_SHARES, *_ORDINALS, "dozen"})
_RANK = re.compile(r"\s?(?:st|nd|rd|th)\b")
_CURRENCY = re.compile(r"([$€£])\s?$")
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_PER_CENT = re.compile(r"\s?(?:%|per ?cent\b)", re.IGNORECASE)

_AT_LEAST = re.compile(
    r"(?:more than|over|above|at least|exceed(?:s|ed|ing)?|upwards of|no less than|beyond)\s+[$€£]?\s?$"
)
_AT_MOST = re.compile(r"(?:less than|fewer than|under|below|at most|up to|no more than|almost|nearly)\s+[$€£]?\s?$")
_BOUND_LENGTH = 16


def quantities(text: str, words: Sequence[Token]) -> tuple[Quantity, ...]:
    """The amounts of a text in order, given its words; numbers that can only be years are left out."""
    found: list[Quantity] = []
    place = 0
    while place < len(words):
        if not words[place].number and words[place].text.lower() not in _IN_WORDS:
            place += 1
            continue
        quantity, taken = _at(text, words, place)
        if quantity:
            found.append(quantity)
        place += taken
    return tuple(found)


def same(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts can be the same: equal value, and units that do not speak against it."""
    units = {one.unit, other.unit}
    close = math.isclose(one.value, other.value, rel_tol=1e-6)
    return close and (len(units) == 1 or not units & {"%", "$", "€", "£", "#"} or "" in units)


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts measure the same thing, so that different values speak against each other."""
    return one.unit == other.unit and one.unit != ""


def is_year(word: Token) -> bool:
    """Whether a number can only be a year."""
    return _YEAR.fullmatch(word.text) is not None


def _at(text: str, words: Sequence[Token], place: int) -> tuple[Quantity | None, int]:
    word = words[place]
    lower = word.text.lower()
    if lower in _SHARES:
        return Quantity(word.start, word.end, float(word.key), "%"), 1
    if lower in _ORDINALS and lower != "second":
        return Quantity(word.start, word.end, _ORDINALS[lower], "#"), 1
    if lower == "dozen":
        return Quantity(word.start, word.end, 12.0, _unit(text, words, place + 1)), 1
    if not word.number or is_year(word):
        return None, 1
    return _amount(text, words, place)


def _amount(text: str, words: Sequence[Token], place: int) -> tuple[Quantity, int]:
    word = words[place]
    value = as_number(word)
    if _RANK.match(text, word.end):
        return Quantity(word.start, word.end, value, "#"), 1
    sign = _currency(text, word.start)
    after = words[place + 1] if place + 1 < len(words) else None
    if sign and after and after.start == word.end and after.text.lower() in _SCALES:
        return Quantity(word.start, after.end, value * _SCALES[after.text.lower()], sign), 2
    return Quantity(word.start, word.end, value, sign or _unit(text, words, place + 1)), 1


def as_number(word: Token) -> float:
    """The value of a number; not a number where it is none that can be compared."""
    try:
        return float(word.key)
    except ValueError:
        return math.nan  # a version or an address, equal to nothing


def _currency(text: str, start: int) -> str:
    sign = _CURRENCY.search(text, max(0, start - 2), start)
    return sign[1] if sign else ""


def _unit(text: str, words: Sequence[Token], following: int) -> str:
    if following > 0 and _PER_CENT.match(text, words[following - 1].end):
        return "%"
    for word in words[following : following + 3]:
        if word.content and not word.number:
            return _UNITS.get(word.key, word.key)
    return ""


def allows(text: str, said: Quantity, found: Quantity) -> bool:
    """Whether an amount of a text can be true beside another value: it is that value rounded, or a bound for it."""
    before = text[max(0, said.start - _BOUND_LENGTH) : said.start].lower()
    if _AT_LEAST.search(before):
        return found.value >= said.value
    if _AT_MOST.search(before):
        return found.value <= said.value
    digits = _significant(said.value)
    rounded = float(f"{found.value:.{digits}g}") if math.isfinite(found.value) else math.nan
    return rounded == said.value


def _significant(value: float) -> int:
    """How many digits of a value say something: 1,200 has two."""
    return max(1, len(f"{value:.12g}".replace(".", "").replace("-", "").strip("0")))
