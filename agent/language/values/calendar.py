"""Dates and times of the day in a text, as intervals of days and as minutes; other values are read elsewhere."""

import re
from collections.abc import Iterator
from datetime import date

from probandum.agent.language.dates import dates
from probandum.agent.language.values.value import Kind, Value

_DECADE = re.compile(r"\b(?:the\s+)?(?P<part>early|mid|late)?[\s-]?(?P<year>1\d\d0|20\d0)['’]?s\b", re.IGNORECASE)
_CENTURY = re.compile(r"\b(?:the\s+)?(?P<number>\d{1,2})(?:st|nd|rd|th)\s+century\b", re.IGNORECASE)
_NUMERIC = re.compile(
    r"(?<![\w/.])(?:(?P<day>[0-3]?\d)[/.])?(?P<month>0?[1-9]|1[0-2])[/.](?P<year>1\d{3}|20\d{2})\b(?![/.]\d)"
)
_SPAN = re.compile(r"(?<![\w.,$€£])(?P<first>1[5-9]\d\d|20\d\d)\s?[–—-]\s?(?P<last>1[5-9]\d\d|20\d\d|\d\d)\b(?!\s?%)")
_CLOCK = re.compile(
    r"\b(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s?(?:(?P<half>[ap])m\b|(?P<dotted>[ap])\.m\b\.?)"
    r"|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b(?::[0-5]\d)?|\b(?P<word>noon|midday|midnight)\b",
    re.IGNORECASE,
)
_PARTS = {"early": (0, 3), "mid": (3, 6), "late": (6, 9)}
_LAST_YEAR = 9_998


def calendar_values(text: str) -> Iterator[Value]:
    """Dates and times, the most exact form of each stretch first."""
    yield from _clocks(text)
    for match in _CENTURY.finditer(text):
        first = (int(match["number"]) - 1) * 100
        yield _years(text, max(1, first), first + 99, match.start(), match.end())
    for match in _DECADE.finditer(text):
        year = int(match["year"])
        begin, end = _PARTS.get((match["part"] or "").lower(), (0, 9))
        yield _years(text, year + begin, year + end, match.start(), match.end())
    for match in _SPAN.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        last = last if last > 100 else first // 100 * 100 + last  # noqa: PLR2004 - "2015–24"
        if first < last:
            yield _years(text, first, last, match.start(), match.end())
    for match in _NUMERIC.finditer(text):
        if value := _day(text, match.span(), int(match["year"]), int(match["month"]), int(match["day"] or 0)):
            yield value
    for found in dates(text):
        if value := _day(text, (found.start, found.end), found.year or 0, found.month or 0, found.day or 0):
            yield value


def _clocks(text: str) -> Iterator[Value]:
    for match in _CLOCK.finditer(text):
        if match["word"]:
            minutes = 0 if match["word"].lower() == "midnight" else 720
        elif match["hour24"]:
            minutes = int(match["hour24"]) * 60 + int(match["minute24"])
        else:
            minutes = (
                int(match["hour"]) % 12 * 60
                + int(match["minute"] or 0)
                + (720 if (match["half"] or match["dotted"]).lower() == "p" else 0)
            )
        yield Value(Kind.CLOCK, "", float(minutes), float(minutes), match.start(), match.end(), match.group())


def _day(text: str, span: tuple[int, int], year: int, month: int, day: int) -> Value | None:
    """A date as far as it is said; one without a year is a day of any year; None where there is no such day."""
    start, end = span
    try:
        if not year:
            date(2000, month, day or 1)
            return Value(
                Kind.DATE, "of a year", float(month * 31 + day), float(month * 31 + day), start, end, text[start:end]
            )
        if not month:
            return _years(text, year, year, start, end)
        first = date(year, month, day or 1)
        last = first if day else date(year + month // 12, month % 12 + 1, 1)
    except ValueError:
        return None
    low, high = first.toordinal(), last.toordinal() - (0 if day else 1)
    return Value(Kind.DATE, "", float(low), float(high), start, end, text[start:end])


def _years(text: str, first: int, last: int, start: int, end: int) -> Value:
    low, high = date(min(first, _LAST_YEAR), 1, 1), date(min(last, _LAST_YEAR), 12, 31)
    return Value(Kind.DATE, "", float(low.toordinal()), float(high.toordinal()), start, end, text[start:end])
