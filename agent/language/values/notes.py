"""What code works out of the values of a claim and its evidence, in words that help whoever judges.

A small model that is told ``36 months = three years`` need not reckon. Only what bears on a value of the claim is told.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations

from probandum.agent.language.values.comparison import Relation, compare
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Kind, Value

_MOST = 6
_VALUES = 40
"""Of the evidence that are looked at; pairs of them are tried for sums."""
_ADDED = (Kind.COUNT, Kind.QUANTITY, Kind.MONEY, Kind.DURATION, Kind.SHARE)
_ENOUGH = 2.0
"""Differences of dates shorter than this many days are not told in years."""


def computed_notes(claim: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """A few short sentences; none where the claim has no value or the evidence has it as it stands.

    Args:
        claim: whose values are looked for.
        evidence: the sentences that come nearest to it.
    """
    found = [value for sentence in evidence for value in read_values(sentence)][:_VALUES]
    notes: list[str] = []
    for value in read_values(claim):
        if any(_words(value) == _words(other) for other in found):
            continue
        notes += _notes_on(value, found)
    return tuple(dict.fromkeys(notes))[:_MOST]


def _notes_on(value: Value, found: Sequence[Value]) -> list[str]:
    same = [*_same(value, found)]
    if same:
        return same[:2]
    worked_out = [*_worked_out(value, found)]
    return worked_out[:2] if worked_out else [*_others(value, found)][:2]


def _same(value: Value, found: Sequence[Value]) -> Iterator[str]:
    for other in found:
        match compare(value, other):
            case Relation.EQUAL:
                yield f"{other.text.strip()} = {value.text.strip()}"
            case Relation.INCLUDED if other.kind is not Kind.COUNT or value.unit == other.unit:
                yield f"{other.text.strip()} is in keeping with “{value.text.strip()}”"


def _others(value: Value, found: Sequence[Value]) -> Iterator[str]:
    """What measures the same and is another value: both in one form, where they are written in two."""
    for other in found:
        if compare(value, other) is Relation.CONFLICT and value.unit == other.unit and value.unit:
            yield f"{other.text.strip()} is not {value.text.strip()}"


def _worked_out(value: Value, found: Sequence[Value]) -> Iterator[str]:
    """Sums, differences and shares of two values of the evidence that come to the claim's."""
    if not value.is_point:
        return
    points = [other for other in found if other.is_point]
    for one, other in permutations(points, 2):
        if one.kind is other.kind and one.unit == other.unit and one.kind in _ADDED:
            yield from _of_two(value, one, other)
    for one, other in permutations([other for other in found if other.kind is Kind.DATE and not other.unit], 2):
        years = (other.low - one.low) / 365.2425
        if (
            value.kind in (Kind.DURATION, Kind.AGE) or (value.kind is Kind.COUNT and not value.unit)
        ) and years * 365 >= _ENOUGH:
            told = value.low / 12 if value.kind is Kind.DURATION else value.low
            if value.unit in ("month", "") and abs(told - years) < 0.5 and told == round(told):  # noqa: PLR2004
                yield f"from {one.text.strip()} to {other.text.strip()} is {round(years)} years"
    whole = [other for other in points if other.kind is Kind.COUNT]
    if len(whole) > 2 and value.kind is Kind.COUNT and abs(sum(each.low for each in whole) - value.low) < 1e-9:  # noqa: PLR2004
        yield f"{' + '.join(each.text.strip() for each in whole)} = {value.low:g}"


def _of_two(value: Value, one: Value, other: Value) -> Iterator[str]:
    alike = value.kind is one.kind and (value.unit == one.unit or "" in (value.unit, one.unit))
    ones, others = one.text.strip(), other.text.strip()
    if alike and one.start < other.start and _close(one.low + other.low, value.low):
        yield f"{ones} + {others} = {value.text.strip()}"
    if alike and _close(one.low - other.low, value.low) and value.low:
        yield f"{ones} − {others} = {value.text.strip()}"
    if value.kind is Kind.POINTS and one.kind is Kind.SHARE and _close(abs(one.low - other.low), value.low):
        yield f"{ones} − {others} = {value.text.strip()}"
    if value.kind is Kind.SHARE and other.low and one.kind is not Kind.SHARE:
        if _close(100 * one.low / other.low, value.low, 0.02):
            yield f"{ones} is {value.text.strip()} of {others}"
        change = 100 * (one.low - other.low) / abs(other.low)
        if _close(abs(change), value.low, 0.02):
            yield f"from {others} to {ones} is {change:+.3g}%"
    if value.kind is Kind.TIMES and other.low and _close(one.low / other.low, value.low, 0.02):
        yield f"{ones} is {value.low:g} times {others}"


def _close(one: float, other: float, tolerance: float = 1e-6) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other), 1e-12)


def _words(value: Value) -> str:
    return " ".join(value.text.lower().split())
