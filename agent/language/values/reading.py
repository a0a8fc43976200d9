"""Reads the values of a text: numbers with what they measure, shares, durations, ages, ranges and bounds."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from probandum.agent.language.tokens import FUNCTION_WORDS, stem
from probandum.agent.language.values.calendar import calendar_values
from probandum.agent.language.values.lexicon import has_digit, has_value_word, singular, table
from probandum.agent.language.values.numbers import Number, numbers
from probandum.agent.language.values.value import Kind, Value

_MOST = 400
"""Values of one text; a text with more is a table, and read row by row."""
_PER_CENT = re.compile(r"\s?(?:%|per\s?cent\b|percent\b|pct\b)", re.IGNORECASE)
_POINTS = re.compile(r"\s?(?:%|per\s?cent(?:age)?|percentage)[\s-]points?\b", re.IGNORECASE)
_UNIT = re.compile(r"[\s-]?(km/h|kWh|MWh|GWh|TWh|°\s?[CF]?|[A-Za-zµ]+)")
_HALF = re.compile(r"\s+and\s+a\s+(half|quarter)\b", re.IGNORECASE)
_OF_HALF = re.compile(r"\b(?P<what>half|quarter)\s+(?:of\s+)?an?\s+(?P<unit>[a-z]+)\b", re.IGNORECASE)
_UNIT_AND_HALF = re.compile(r"\b(?:an?|one)\s+(?P<unit>[a-z]+)\s+and\s+a\s+(?P<what>half|quarter)\b", re.IGNORECASE)
_AN = re.compile(
    r"\b(?:an?|the\s+(?:next|last|past|following|first))\s+(?P<unit>second|minute|hour|day|week|fortnight|month|quarter|"
    r"year|decade|century)\b(?!['’-])",
    re.IGNORECASE,
)
_RATE = re.compile(r"(?:[\w%]|\b(?:once|twice|times|every|each))\s*$")
_FRACTION = re.compile(
    r"(?<!and )\b(?P<many>an?|one|two|three|four|five|seven|nine|\d)[\s-]"
    r"(?P<part>half|thirds?|quarters?|fifths?|sixths?|sevenths?|"
    r"eighths?|ninths?|tenths?)\b(?!\s+(?:of\s+)?an?\s)|(?<!and a )\b(?P<half>half)\b(?!\s+an?\b|[\s-]hour)",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    r"\b(?P<some>\d[\d,]{0,14}|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"\s+(?:in|of|out of)\s+(?:every\s+|the\s+)?"
    r"(?P<all>\d[\d,]{0,14}|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:every|each)\s+(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b", re.IGNORECASE
)
_AGE = re.compile(
    r"\b(?:aged|age)\s+(?P<years>\d{1,3})\b|\b(?P<old>\d{1,3})[\s-]years?[\s-]olds?\b"
    r"|\b(?:who|he|she)\s+(?:is|was|turned)\s+(?P<said>\d{1,3})(?=[,.;)]|\s+and\b|\s*$)"
    r"|\bin\s+(?:his|her|their|my|your)\s+(?:early\s+|mid-?\s?|late\s+)?(?P<decade>teens|twenties|thirties|forties|"
    r"fifties|sixties|seventies|eighties|nineties)\b",
    re.IGNORECASE,
)
_RANK = re.compile(r"\b(?P<number>\d{1,4})(?:st|nd|rd|th)\b", re.IGNORECASE)
_TIMES = re.compile(
    r"\b(?P<word>twice|thrice|doubled?|tripled?)\b|\b(?P<many>\d+|two|three|four|five|six|ten)(?:\s+times\b|-?fold\b)",
    re.IGNORECASE,
)
_TO = re.compile(r"\s?(?:–|—|-|\bto\b|\band\b)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+[$€£¥]?\s?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+[$€£¥]?\s?$", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?P<most>at most|up to|no more than|not more than|no later than|(?:a )?maximum(?: of)?|"
    r"as many as|within|not exceed(?:ing)?)"
    r"|(?P<under>less than|fewer than|under|below|short of)"
    r"|(?P<least>at least|no fewer than|no less than|not less than|(?:a )?minimum(?: of)?)"
    r"|(?P<over>more than|over|above|greater than|exceed(?:s|ed|ing)?|upwards of|longer than|older than|in excess of)"
    r"|(?P<about>about|around|roughly|approximately|approx\.?|some|nearly|almost|close to|an estimated|"
    r"circa|ca\.?|~|just (?:over|under))",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:(?P<least>or more|or longer|or above|or later|and over|and above|or older|plus)"
    r"|(?P<most>or fewer|or less|or below|or under|at most))\b"
    r"|(?P<plus>\+)",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\d(?:st|nd|rd|th|[\s-]?years?|[\s-]?fold|\s+(?:times|in|of|out)\b)|\b(?:aged?|is|was|turned)\s+\d", re.IGNORECASE
)
"""What is read beside numbers with a unit, where digits alone tell it."""
_BOUND_CHARACTERS = 24


@lru_cache(maxsize=4_096)
def read_values(text: str) -> tuple[Value, ...]:
    """The values of a text in order, each stretch of it read once, in its longest form.

    Kept for the texts read last: every claim of an audit is compared with the same sentences.
    """
    in_words, in_digits = has_value_word(text), has_digit(text)
    if not in_words and not in_digits:
        return ()
    found: list[Value] = []
    taken: list[tuple[int, int]] = []
    special = _special(text) if in_words or _OTHERWISE.search(text) else ()
    for value in (*calendar_values(text), *special, *_measured(text, in_words=in_words)):
        if value.kind is Kind.DATE and _is_measured(text, value):
            continue
        if all(value.end <= start or end <= value.start for start, end in taken):
            found.append(value)
            taken.append((value.start, value.end))
        if len(found) >= _MOST:
            break
    return tuple(sorted(found, key=lambda value: value.start))


def _is_measured(text: str, value: Value) -> bool:
    """Whether what looks like a year is a number with a unit: "1850 watts"."""
    unit = _UNIT.match(text, value.end) if value.text.isdigit() else None
    if unit is None:
        return bool(value.text.isdigit() and _PER_CENT.match(text, value.end))
    told = (unit[1].lower(), singular(unit[1]))
    return any(word in table(name) for word in told for name in ("units", "currencies") if len(word) > 1)


def _special(text: str) -> Iterator[Value]:
    """What is told by more than a number and its unit, the longest first."""
    yield from _ages(text)
    yield from _halves(text)
    yield from _shares(text)
    for match in _RANK.finditer(text):
        yield _value(match, Kind.RANK, "", float(match["number"]))
    for match in _TIMES.finditer(text):
        word = (match["word"] or "").lower()
        many = float(table("times")[word]) if word else _small(match["many"])
        yield _value(match, Kind.TIMES, "", many)
    for match in _AN.finditer(text):
        if not _RATE.search(text[max(0, match.start() - 8) : match.start()]) or _led(text, match.start()):
            yield _duration(text, match, 1.0)


def _led(text: str, at: int) -> bool:
    """Whether a verb or preposition leads to what stands at a place, so that it is no rate ("20 mg a day")."""
    before = re.search(r"([A-Za-z]+)\s*$", text[max(0, at - 16) : at])
    word = before[1].lower() if before else ""
    return word in FUNCTION_WORDS or word.endswith(("ed", "ing")) or word in ("takes", "lasts", "took", "have", "has")


def _ages(text: str) -> Iterator[Value]:
    for match in _AGE.finditer(text):
        if match["decade"]:
            low, high = table("ages")[match["decade"].lower()]
            yield Value(Kind.AGE, "", float(low), float(high), match.start(), match.end(), match.group())
        else:
            yield _value(match, Kind.AGE, "", float(match["years"] or match["old"] or match["said"]))


def _halves(text: str) -> Iterator[Value]:
    parts = {"half": 0.5, "quarter": 0.25}
    for match in _UNIT_AND_HALF.finditer(text):
        if singular(match["unit"]) in table("durations"):
            yield _duration(text, match, 1 + parts[match["what"].lower()])
    for match in _OF_HALF.finditer(text):
        if singular(match["unit"]) in table("durations"):
            yield _duration(text, match, parts[match["what"].lower()])


def _shares(text: str) -> Iterator[Value]:
    for match in _OUT_OF.finditer(text):
        some, whole = _small(match["some"]), _small(match["all"])
        if 0 < some <= whole and not _PER_CENT.match(text, match.end()):
            yield _bounded(text, match.span(), Kind.SHARE, "%", 100 * some / whole)
    for match in _EVERY.finditer(text):
        nth = float(table("ordinals")[match["nth"].lower()])
        yield _value(match, Kind.SHARE, "%", 100 / nth)
    for match in _FRACTION.finditer(text):
        if match["half"]:
            yield _bounded(text, match.span(), Kind.SHARE, "%", 50.0)
            continue
        many = 1.0 if match["many"].lower() in ("a", "an", "one") else _small(match["many"])
        part = float(table("fractions")[match["part"].lower()])
        if many < part:
            yield _bounded(text, match.span(), Kind.SHARE, "%", 100 * many / part)


def _small(word: str) -> float:
    plain = word.lower().replace(",", "")
    return float(plain) if plain.isdigit() else 100.0 if plain == "hundred" else float(table("numbers")[plain])


def _measured(text: str, *, in_words: bool) -> Iterator[Value]:
    """Numbers with what follows them, two of them where they are a range."""
    found = numbers(text, in_words=in_words)
    place = 0
    while place < len(found):
        number = found[place]
        after = found[place + 1] if place + 1 < len(found) else None
        if after and _is_range(text, number, after):
            kind, unit, factor, end = _unit(text, after)
            if number.currency and not after.currency and kind is Kind.COUNT:
                kind, unit = Kind.MONEY, table("currencies").get(number.currency, number.currency)
            shared = after.scale if number.scale == 1.0 else 1.0
            low, high = sorted((number.value * shared * factor, after.value * factor))
            start = _range_start(text, number.start)
            yield Value(kind, unit, low, high, start, end, text[start:end])
            place += 2
            continue
        yield _single(text, number)
        place += 1


def _is_range(text: str, one: Number, other: Number) -> bool:
    joint = text[one.end : other.start]
    unit = _UNIT.match(joint) or _PER_CENT.match(joint)
    rest = joint[unit.end() :] if unit and not _TO.fullmatch(joint) else joint
    if not _TO.fullmatch(rest) or len(joint) > 20:  # noqa: PLR2004 - a unit and a word
        return False
    before = text[max(0, one.start - 10) : one.start]
    if _FROM.search(before):
        return False  # "rose from 60 to 80" are two values
    rises = one.value * (other.scale if one.scale == 1.0 else 1.0) < other.value
    return rises and (bool(_BETWEEN.search(before)) or rest.strip().lower() != "and")


def _range_start(text: str, start: int) -> int:
    before = _BETWEEN.search(text[max(0, start - 12) : start])
    return start - (min(12, start) - before.start()) if before else start


def _single(text: str, number: Number) -> Value:
    kind, unit, factor, end = _unit(text, number)
    value = number.value
    if half := _HALF.match(text, number.end):
        value += 0.5 if half[1].lower() == "half" else 0.25
        kind, unit, factor, end = _unit(text, number._replace(end=half.end()))
    return _bounded(text, (number.start, end), kind, unit, value * factor)


def _unit(text: str, number: Number) -> tuple[Kind, str, float, int]:  # noqa: PLR0911 - one for each sort of unit
    """What a number measures: kind, unit, factor to the unit, and where it ends."""
    if points := _POINTS.match(text, number.end):
        return Kind.POINTS, "points", 1.0, points.end()
    if share := _PER_CENT.match(text, number.end):
        return Kind.SHARE, "%", 1.0, share.end()
    currencies = table("currencies")
    word = _UNIT.match(text, number.end)
    name = word[1] if word else ""
    plain = singular(name)
    if number.currency:
        return Kind.MONEY, currencies.get(number.currency, number.currency), 1.0, number.end
    for told in (name.lower(), plain):
        if told in table("durations"):
            base, factor = table("durations")[told]
            return Kind.DURATION, base, float(factor), word.end() if word else number.end
        if told in currencies and told != "cent":
            return Kind.MONEY, currencies[told], 1.0, word.end() if word else number.end
        if told in table("units") and (len(told) > 1 or name == told or name in ("W", "°")):
            dimension, factor = table("units")[told]
            return Kind.QUANTITY, dimension, float(factor), word.end() if word else number.end
    return Kind.COUNT, _counted(text, number.end), 1.0, number.end


def _counted(text: str, at: int) -> str:
    """The key of the noun that is counted; empty where none follows at once."""
    for place, word in enumerate(re.findall(r"[A-Za-z][A-Za-z'’-]*|[.,;:()]", text[at : at + 60])):
        if not word[0].isalpha() or word.lower() in FUNCTION_WORDS or place > 2:  # noqa: PLR2004 - two adjectives
            return ""
        if singular(word) != word.lower() or place == 2:  # noqa: PLR2004
            return stem(word.lower())
    return ""


def _duration(text: str, match: re.Match[str], many: float) -> Value:
    base, factor = table("durations")[singular(match["unit"])]
    return _bounded(text, match.span(), Kind.DURATION, base, many * float(factor))


def _value(match: re.Match[str], kind: Kind, unit: str, value: float) -> Value:
    return Value(kind, unit, value, value, match.start(), match.end(), match.group())


def _bounded(text: str, span: tuple[int, int], kind: Kind, unit: str, value: float) -> Value:
    """A value with the words that bound it or make it approximate."""
    start, end = span
    begin = max(0, start - _BOUND_CHARACTERS)
    before = next(
        (
            found
            for found in reversed([*_BEFORE.finditer(text, begin, start)])
            if not text[found.end() : start].strip("$€£¥ ")
        ),
        None,
    )
    if before and begin and text[before.start() - 1 : before.start()].isalpha():
        before = None
    after = _AFTER.match(text, end)
    low = high = value
    low_open = high_open = approximate = False
    start = before.start() if before else start
    told = {name for found in (before, after) if found for name, words in found.groupdict().items() if words}
    if told & {"most", "under"}:
        low, high_open = -math.inf, "under" in told
    if told & {"least", "over", "plus"}:
        high, low_open = math.inf, "over" in told
    if "about" in told:
        approximate = True
    end = after.end() if after else end
    return Value(kind, unit, low, high, start, end, text[start:end], approximate, low_open, high_open)
