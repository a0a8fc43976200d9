"""Numbers in a text, in digits or in words, with their scale; what they measure is read elsewhere."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from probandum.agent.language.values.lexicon import table

_SIGNS = {"½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅛": 1 / 8, "⅜": 3 / 8}
_WORDS = "|".join(sorted([*table("numbers"), "hundred", "thousand", "million", "billion"], key=len, reverse=True))
_DIGITS = re.compile(
    r"(?<![\w.,/])(?<![^\W\d]-)(?P<currency>[$€£¥]\s?|(?:USD|EUR|GBP|CHF|JPY)\s?)?"
    r"(?P<sign>[-−])?(?P<digits>\d{1,3}(?:(?:[,   ]|, )\d{3})+(?:\.\d+)?(?![\d,]\d)(?!\d)|\d+(?:\.\d+)?)"
    rf"(?P<part>[{''.join(_SIGNS)}])?"
    r"(?:(?P<short>bn|mn|tn|k|m)(?![\w])|[\s-](?P<scale>hundred|thousand|million|billion|trillion|bn|mn)\b)?",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"\b(?:(?:{_WORDS})\b(?:[\s-]+(?:and\s+)?(?:{_WORDS})\b){{0,8}}|a\s+(?:dozen|hundred|thousand|million)\b)",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(
    r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|\bv?\d+(?:\.\d+){2,}|\b24/7\b|\b(?:ISBN|DOI|No\.|§+|Section|Article|Figure|Table)"
    r"\s?:?\s?[\d][\d.\-–xX/]*|\+\d[\d\s()-]{6,18}\d|\b\d+(?:-\d+){2,}\b|\bone\s+of\s+(?:the|its|his|her|their|our|my)\b"
    r"|\b(?:no|any|some|every|another|this|that|which|each)\s+one\b|\bone\s+(?:can|may|must|should|could|might|another)\b",
    re.IGNORECASE,
)


class Number(NamedTuple):
    """``[start, end)`` in characters of the text."""

    start: int
    end: int
    value: float
    currency: str
    scale: float = 1.0
    """What of it is a word such as "million", which may hold for a number before it, too."""


def numbers(text: str, *, in_words: bool = True) -> tuple[Number, ...]:
    """The numbers of a text in order; versions, telephone numbers, marks of citation and the like are none."""
    taken = [match.span() for match in _NO_NUMBER.finditer(text)]
    found = [
        number
        for number in (*_in_digits(text), *(_in_words(text) if in_words else ()))
        if not _lies_in(number.start, taken)
    ]
    found.sort()
    return tuple(number for place, number in enumerate(found) if not place or number.start >= found[place - 1].end)


def _lies_in(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _in_digits(text: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        value = float(re.sub(r"[^\d.]", "", match["digits"])) + _SIGNS.get(match["part"] or "", 0.0)
        currency = (match["currency"] or "").strip().lower()
        short = (match["short"] or "").lower()
        if short == "m" and not currency:
            short = ""  # "300 m" and "300m" are metres
        scale = float(table("scales").get((match["scale"] or short).lower(), 1.0))
        end = match.end() if short or not match["short"] else match.end("part" if match["part"] else "digits")
        yield Number(match.start(), end, (-value if match["sign"] else value) * scale, currency, scale)


def _in_words(text: str) -> Iterator[Number]:
    for match in _SPELLED.finditer(text):
        words = re.findall(r"[a-z]+", match.group().lower())
        value = _value([word for word in words if word not in ("and", "a")] or ["one"])
        if value is not None:
            yield Number(match.start(), match.end(), value, "")


def _value(words: list[str]) -> float | None:
    """Of number words in a row: ``two hundred and five``, ``twenty one thousand``; None where they make no number."""
    whole = part = 0.0
    for word in words:
        if word == "hundred":
            part = (part or 1) * 100
        elif word in ("thousand", "million", "billion"):
            whole, part = whole + (part or 1) * table("scales")[word], 0.0
        elif word == "dozen":
            part = (part or 1) * 12
        else:
            value = float(table("numbers")[word])
            if part % 10 or (part % 100 and value >= 10):  # noqa: PLR2004 - "five six" is two numbers
                return None
            part += value
    return whole + part
