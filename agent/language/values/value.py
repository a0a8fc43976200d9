"""What a value is: its kind, its unit, and the interval that it may lie in; reading and comparing are elsewhere."""

import math
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What is measured."""

    COUNT = "count"
    """A number of things; the unit is the key of their noun, or empty where it is not said."""
    QUANTITY = "quantity"
    """A measure; the unit is its dimension, the number is in that dimension's base unit."""
    MONEY = "money"
    SHARE = "share"
    """In per cent of a whole."""
    POINTS = "points"
    """Percentage points."""
    DURATION = "duration"
    """In seconds up to weeks, in months from there on."""
    DATE = "date"
    """As days since the year 1; the first and the last day of a month, a year or a decade."""
    CLOCK = "clock"
    """In minutes since midnight."""
    RANK = "rank"
    AGE = "age"
    """In years."""
    TIMES = "times"


class Value(NamedTuple):
    """A value that a text gives, as an interval: ``low`` equals ``high`` where it is exact."""

    kind: Kind
    unit: str
    low: float
    high: float
    start: int
    end: int
    """``[start, end)`` in characters of the text, the words that bound it included."""
    text: str
    """As written."""
    approximate: bool = False
    low_open: bool = False
    high_open: bool = False
    """Whether the bound itself is left out, as in "more than five"."""

    @property
    def is_point(self) -> bool:
        """Whether it is one number and no range."""
        return self.low == self.high

    @property
    def bounded(self) -> bool:
        """Whether it has a bound on both sides."""
        return math.isfinite(self.low) and math.isfinite(self.high)
