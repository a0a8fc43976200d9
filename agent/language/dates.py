"""Days, months and years in a text, however they are written; other numbers are elsewhere."""

import re
from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from probandum.agent.language.lexicon import word_list


class Date(NamedTuple):
    """``[start, end)`` in characters of the text; what is not said is None."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None


_MONTHS = {name[:3]: number for number, name in enumerate(word_list("months"), start=1)}
_MONTH = r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]}|t?\.)?" for name in word_list("months")) + r")"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d{2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?P<year>\d{4})-(?P<month>[01]?\d)-(?P<day>[0-3]?\d)\b",
        rf"\b{_MONTH}\s+{_DAY}(?:\s?,?\s+{_YEAR})?\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:\s?,?\s+{_YEAR})?\b",
        rf"\b{_MONTH}\s?,?\s+(?:of\s+)?{_YEAR}\b",
        rf"(?<![\d.,$€£-]){_YEAR}(?:['’]?s)?\b(?![.,]?\d|\s?%)",
    )
)
_ANY_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=4_096)
def dates(text: str) -> tuple[Date, ...]:
    """The dates of a text in order; each stretch of text is read once, in its longest form."""
    if not _ANY_DIGIT.search(text):
        return ()
    found: list[Date] = []
    """Kept in order, so that what a date would lie over is next to where it would go."""
    for date in _candidates(text):
        place = bisect(found, date.start, key=lambda other: other.start)
        before, after = found[place - 1 : place] if place else [], found[place : place + 1]
        if all(date.end <= other.start or other.end <= date.start for other in (*before, *after)):
            found.insert(place, date)
    return tuple(found)


def agree(one: Date, other: Date) -> bool:
    """Whether two dates can be the same: everything that both say is equal, and they share something."""
    said = [(mine, theirs) for mine, theirs in zip(one[2:], other[2:], strict=True) if mine and theirs]
    return bool(said) and all(mine == theirs for mine, theirs in said)


def _candidates(text: str) -> Iterator[Date]:
    for form in _FORMS:
        for match in form.finditer(text):
            parts = match.groupdict()
            month, day, year = parts.get("month"), parts.get("day"), parts.get("year")
            yield Date(
                match.start(), match.end(), int(year) if year else None, _month(month), int(day) if day else None
            )


def _month(said: str | None) -> int | None:
    if said is None:
        return None
    return int(said) if said.isdigit() else _MONTHS[said[:3].lower()]
