"""How two values go together: the same, one following from the other, or not both true; reading them is elsewhere."""

import math
from collections.abc import Iterable
from enum import StrEnum

from probandum.agent.language.values.value import Kind, Value

_ROUGHLY = 0.1
"""How far a value may be from another that it is said to be about, as a part of it."""
_FAR = 0.2
"""How far two single values are apart, as a part of the larger, from which on no rounding makes them one."""
_CALENDAR = 0.035
"""How far days may be from months that they are counted in: a month has 28 to 31."""
_DAYS_PER_MONTH = 365.2425 / 12
_SECONDS_PER_DAY = 86_400.0
_EQUAL = 1e-6


class Relation(StrEnum):
    """What the evidence's value says of the claim's."""

    EQUAL = "equal"
    """The same, in whatever words; rounded where the claim says so."""
    INCLUDED = "included"
    """The claim's follows from the evidence's: it is a wider range, a bound that holds, a coarser date."""
    CONFLICT = "conflict"
    """They measure the same and cannot both be the value of one thing."""
    UNRELATED = "unrelated"
    """They measure something else, or overlap without one following from the other."""


FOLLOWS = (Relation.EQUAL, Relation.INCLUDED)
"""What a value of the evidence may be for the claim's to hold."""


def follows(claim: Value, evidence: Iterable[Value]) -> bool:
    """Whether a claim's value is one of the evidence's, or follows from one."""
    return any(other.kind is claim.kind and compare(claim, other) in FOLLOWS for other in evidence)


def compare(claim: Value, evidence: Value) -> Relation:
    """How a claim's value goes with one of the evidence, if both are of the same thing."""
    factor = _factor(claim, evidence)
    if factor is None:
        return Relation.UNRELATED
    if factor == 1.0 and _are_far_points(claim, evidence):
        return Relation.CONFLICT
    return _compared(claim, evidence, factor)


def _compared(claim: Value, evidence: Value, factor: float) -> Relation:
    low, high = evidence.low * factor, evidence.high * factor
    if _two_limits(claim, evidence) and not _same(claim.high, high, _EQUAL):
        return Relation.CONFLICT
    tolerance = _tolerance(claim, evidence, factor)
    same = _same(claim.low, low, tolerance) and _same(claim.high, high, tolerance)
    if same or (claim.is_point and low == high and _rounds(claim.low, low)):
        bounds = (claim.low_open, claim.high_open) == (evidence.low_open, evidence.high_open)
        return Relation.EQUAL if bounds else Relation.INCLUDED
    if _within(claim, low, high, tolerance):
        return Relation.INCLUDED
    if _apart(claim, low, high, tolerance):
        return Relation.CONFLICT
    return Relation.UNRELATED


def _are_far_points(claim: Value, evidence: Value) -> bool:
    """Whether both are single values further apart than any rounding, which most that are compared are."""
    if claim.low != claim.high or evidence.low != evidence.high:
        return False
    return abs(claim.low - evidence.low) > _FAR * max(abs(claim.low), abs(evidence.low))


def _two_limits(claim: Value, evidence: Value) -> bool:
    """Whether both say how much at most: "within a month" is not "within three", though what takes one takes no three.

    Of counts and shares the wider bound follows from the narrower one.
    """
    limits = claim.kind in (Kind.DURATION, Kind.MONEY) and claim.kind is evidence.kind
    return limits and math.isinf(claim.low) and math.isinf(evidence.low)


def _factor(claim: Value, evidence: Value) -> float | None:
    """What the evidence's numbers are multiplied by to be in the claim's unit; None where they measure other things."""
    if claim.kind is not evidence.kind:
        return None
    if claim.unit == evidence.unit:
        return 1.0
    if claim.kind is Kind.DURATION:
        months = _DAYS_PER_MONTH * _SECONDS_PER_DAY
        return months if evidence.unit == "month" else 1 / months
    return 1.0 if claim.kind is Kind.COUNT and "" in (claim.unit, evidence.unit) else None


def _tolerance(claim: Value, evidence: Value, factor: float) -> float:
    if claim.kind in (Kind.DATE, Kind.CLOCK, Kind.RANK) and not (claim.approximate or evidence.approximate):
        return 0.0
    rough = _ROUGHLY if claim.approximate or evidence.approximate else _EQUAL
    return max(rough, _CALENDAR) if factor != 1.0 else rough


def _same(one: float, other: float, tolerance: float) -> bool:
    if math.isinf(one) or math.isinf(other):
        return one == other
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


def _rounds(claim: float, evidence: float) -> bool:
    """Whether a claim's value is the other rounded to the digits that the claim gives, of at least two."""
    digits = len(f"{claim:.12g}".replace(".", "").replace("-", "").strip("0"))
    return digits > 1 and float(f"{evidence:.{digits}g}") == claim and f"{evidence:g}" != f"{claim:g}"


def _within(claim: Value, low: float, high: float, tolerance: float) -> bool:
    """Whether every value that the evidence leaves open is one that the claim allows."""
    wide = 1 + tolerance if claim.approximate else 1.0
    above = low > claim.low if claim.low_open else low * wide >= claim.low or _same(low, claim.low, tolerance)
    below = high < claim.high if claim.high_open else high <= claim.high * wide or _same(high, claim.high, tolerance)
    return above and below and (claim.low, claim.high) != (low, high)


def _apart(claim: Value, low: float, high: float, tolerance: float) -> bool:
    gap = max(claim.low - high, low - claim.high)
    if gap == 0.0:
        return (claim.low_open and claim.low == high) or (claim.high_open and claim.high == low)
    edge = max((abs(each) for each in (claim.low, claim.high, low, high) if math.isfinite(each)), default=0.0)
    return gap > tolerance * edge
