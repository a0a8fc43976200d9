"""Typed differences between a claim and the sentences nearest to it; how much they weigh is fitted elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from probandum.agent.embedded.dates import Date, agree
from probandum.agent.embedded.measure import Comparison, Found
from probandum.agent.embedded.names import Name, known
from probandum.agent.embedded.quantities import comparable, same
from probandum.agent.embedded.reading import STUB, Line, Shown
from probandum.agent.embedded.tokens import stem
from probandum.agent.embedded.words import listed, paired
from probandum.agent.taxonomy import ErrorType


@dataclass(frozen=True, slots=True)
class Clash:
    """One difference, in the words of either side."""

    type: ErrorType
    claim: str
    evidence: str
    found: Found
    hard: bool
    """Both cannot be true together; otherwise the claim only goes further than the evidence."""
    detail: str | None = None


_NEGATIONS = listed("negations")
_UNIVERSALS = listed("universals") - _NEGATIONS
_PARTIALS = listed("partials")
_HEDGES = listed("hedges")
_PLANS = listed("plans")
_CAUSES = listed("causes")
_SAYINGS = listed("sayings")
_OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in (*paired("antonyms"), *(pair[::-1] for pair in paired("antonyms"))):
    _OPPOSITES[stem(_one)] = _OPPOSITES.get(stem(_one), frozenset()) | {stem(_other)}

NEAR_ENOUGH = 0.5
"""Share of the claim's other content words that a sentence must have before a difference from it counts."""
SAME_SLOT = 0.65
"""The same for another name in the same place."""
SAME_STATEMENT = 0.75
"""The same for differences in a little word, which mean nothing between sentences about different things."""


def clashes(comparison: Comparison, evidence: Shown) -> tuple[Clash, ...]:
    """The differences that can be named, hard ones first; empty where no sentence is near enough to the claim."""
    if not comparison.best:
        return ()
    found = tuple(
        clash
        for look in (_dates, _quantities, _names, _opposites, _negation, _soft)
        for clash in look(comparison, evidence)
    )
    return tuple(sorted(found, key=lambda clash: not clash.hard))


def _covered(comparison: Comparison, line: Line, *, without: frozenset[str] = frozenset()) -> float:
    content = {word.key for word in comparison.claim.words if word.content} - without
    return sum(key in line.keys for key in content) / len(content) if content else 0.0


def _keys_within(line: Line, start: int, end: int) -> frozenset[str]:
    return frozenset(w.key for w in line.words if start <= w.start - line.start < end)


def _dates(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    for date in comparison.claim.dates:
        if any(agree(date, other) for other in evidence.dates) or (not date.month and str(date.year) in evidence.index):
            continue
        for found in comparison.best:
            rival = _rival_date(date, found.line)
            rest = _keys_within(comparison.claim, date.start, date.end)
            if rival and _covered(comparison, found.line, without=rest) >= NEAR_ENOUGH:
                yield _clash(ErrorType.TEMPORAL, comparison, date, rival, found)
                break


def _rival_date(date: Date, line: Line) -> Date | None:
    return next(
        (d for d in line.dates if any(mine and theirs for mine, theirs in zip(date[2:], d[2:], strict=True))), None
    )


def _quantities(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    claim = comparison.claim
    for quantity in claim.quantities:
        if any(same(quantity, other) for other in evidence.quantities) or f"{quantity.value:g}" in evidence.index:
            continue
        for found in comparison.best:
            rival = next((q for q in found.line.quantities if comparable(quantity, q)), None)
            rest = _keys_within(claim, quantity.start, quantity.end)
            if rival and _covered(comparison, found.line, without=rest) >= NEAR_ENOUGH:
                yield _clash(ErrorType.NUMBER, comparison, quantity, rival, found)
                break


def _names(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    claim = comparison.claim
    for name in claim.names:
        # Austria, where the Austrian is named; but a first name alone does not make another person the same one.
        related = name.keys[-1][:STUB] in evidence.beginnings
        if related or known(name, keys=evidence.index, others=evidence.names):
            continue
        for found in comparison.best:
            rival = next((other for other in found.line.names if _takes_place(name, claim, other, found.line)), None)
            if rival and _covered(comparison, found.line, without=frozenset(name.keys)) >= SAME_SLOT:
                yield _clash(ErrorType.ENTITY, comparison, name, rival, found)
                break


def _takes_place(name: Name, claim: Line, other: Name, line: Line) -> bool:
    """Whether another name stands where the claim has this one: after or before the same word."""
    if claim.keys.issuperset(other.keys):
        return False
    return any(
        mine is not None and mine == theirs
        for mine, theirs in zip(_neighbours(name, claim), _neighbours(other, line), strict=True)
    )


def _neighbours(name: Name, line: Line) -> tuple[str | None, str | None]:
    before = [word.key for word in line.words if word.end - line.start <= name.start]
    after = [word.key for word in line.words if word.start - line.start >= name.end]
    return (before[-1] if before else None), (after[0] if after else None)


def _opposites(comparison: Comparison, _: Shown) -> Iterator[Clash]:
    found = comparison.best[0]
    for word in comparison.claim.words:
        rivals = _OPPOSITES.get(word.key, frozenset()) & found.line.keys
        if not rivals or word.key in found.line.keys or rivals & comparison.claim.keys:
            continue
        if _covered(comparison, found.line, without=frozenset({word.key})) >= SAME_STATEMENT:
            rival = next(w.text for w in found.line.words if w.key in rivals)
            yield Clash(
                ErrorType.OTHER,
                word.text,
                rival,
                found,
                hard=(_negating(comparison.claim, found.line) is None)
                == (_negating(found.line, comparison.claim) is None),
                detail="relation",
            )


def _negation(comparison: Comparison, _: Shown) -> Iterator[Clash]:
    found = comparison.best[0]
    claim, line = comparison.claim, found.line
    here, there = _negating(claim, line), _negating(line, claim)
    if (here is None) == (there is None) or claim.keys & line.keys & _NEGATIONS:
        return
    if _covered(comparison, line) < SAME_STATEMENT or any(True for _clash in _opposites(comparison, _)):
        return  # about something else, or a negated opposite, which says the same
    sides = (here, "no negation") if here else ("no negation", there or "")
    yield Clash(ErrorType.OTHER, *sides, found, hard=True, detail="negation")


def _negating(line: Line, other: Line) -> str | None:
    """A negation between two words that both stand in the other line too, so that it turns what both speak of."""
    content = [word for word in line.words if word.content]
    for word in line.words:
        if word.key in _NEGATIONS:
            before = [near.key for near in content if near.start < word.start]
            after = [near.key for near in content if near.start > word.start]
            if before and after and before[-1] in other.keys and after[0] in other.keys:
                return word.text
    return None


def _soft(comparison: Comparison, _: Shown) -> Iterator[Clash]:
    found = comparison.best[0]
    if _covered(comparison, found.line) < SAME_STATEMENT:
        return
    claim, line = comparison.claim, found.line
    yield from _broader(ErrorType.OVERGENERALIZATION, claim, _UNIVERSALS, found, _PARTIALS)
    hedges = _first(line, _HEDGES)
    if hedges and not _first(claim, _HEDGES):
        yield Clash(ErrorType.HYPERBOLE, "stated as certain", hedges, found, hard=False)
    plans = _first(line, _PLANS)
    if plans and not _first(claim, _PLANS) and any(w.text.endswith("ed") for w in claim.words):
        yield Clash(ErrorType.TEMPORAL, "told as done", plans, found, hard=False)
    causes = _first(claim, _CAUSES)
    if causes and not _first(line, _CAUSES):
        yield Clash(ErrorType.REASONING_ERROR, causes, "no cause named", found, hard=False)
    saying = _first(claim, _SAYINGS)
    if saying and not _first(line, _SAYINGS) and not line.keys & {'"'}:
        yield Clash(ErrorType.ATTRIBUTION_FAILURE, saying, "not said by anyone there", found, hard=False)


def _broader(
    kind: ErrorType, claim: Line, wide: frozenset[str], found: Found, narrow: frozenset[str]
) -> Iterator[Clash]:
    said, instead = _first(claim, wide), _first(found.line, narrow)
    if said and instead and not _first(found.line, wide) and not _first(claim, narrow):
        yield Clash(kind, said, instead, found, hard=False)


def _first(line: Line, words: frozenset[str]) -> str | None:
    return next((word.text for word in line.words if word.text.lower() in words), None)


def _clash(
    kind: ErrorType,
    comparison: Comparison,
    mine: tuple[int, int, *tuple[object, ...]],
    theirs: tuple[int, int, *tuple[object, ...]],
    found: Found,
) -> Clash:
    return Clash(
        kind,
        comparison.claim.text[mine[0] : mine[1]],
        found.line.text[theirs[0] : theirs[1]],
        found,
        hard=True,
    )
