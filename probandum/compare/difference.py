"""What differs between two paired outputs, by how much, and whether by more than the luck of the draw."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from probandum.agent.report import Interval
from probandum.agent.taxonomy import Label
from probandum.bench.metrics import area
from probandum.compare.sides import Claim, Paired, Unit
from probandum.tools.evidence import Frozen

Pair = tuple[Unit, Unit]
_RESAMPLES = 1_000
_TAILS = (2.5, 97.5)


class Difference(Frozen):
    """One figure of both, on what is paired."""

    name: str
    group: str
    pairs: int
    a: float
    b: float
    difference: float
    """b - a."""
    interval: Interval | None
    """95%, by a paired bootstrap: pairs are drawn anew, both sides of each together. None below two pairs."""


class McNemar(Frozen):
    """Yes and no on the same things, twice: whether one side says yes more often (McNemar 1947, exact)."""

    name: str
    group: str
    pairs: int
    only_a: int
    """Pairs of which A alone is right, or A alone says yes."""
    only_b: int
    p: float
    """Two-sided, exact: the chance of so uneven a split of these pairs, if either way were as likely."""


class Flip(Frozen):
    """A claim of the same answer with another label."""

    unit: str
    group: str
    claim: str
    text: str
    a: Label
    b: Label
    better: bool | None
    """Whether B agrees with people where A does not; None where nobody said, or both do, or neither."""


class TypeChange(Frozen):
    """How often an error type is named."""

    error_type: str
    a: int
    b: int


class Comparison(Frozen):
    """What ``compare`` finds."""

    a: str
    b: str
    judges: tuple[str, str]
    kind: str
    pairs: int
    only_a: int
    """Rows or answers that are in A alone, and in no figure."""
    only_b: int
    same_answers: bool
    """Whether the answers are the same; otherwise the claims are not, and only rates are compared."""
    differences: tuple[Difference, ...]
    tests: tuple[McNemar, ...]
    flips: tuple[Flip, ...]
    error_types: tuple[TypeChange, ...]


def compare(found: Paired) -> Comparison:
    """Everything that two paired outputs say of each other."""
    return Comparison(
        a=found.a.name,
        b=found.b.name,
        judges=(found.a.judge, found.b.judge),
        kind=found.a.kind,
        pairs=len(found.pairs),
        only_a=len(found.a.units) - len(found.pairs),
        only_b=len(found.b.units) - len(found.pairs),
        same_answers=found.same_answers,
        differences=tuple(_differences(found)),
        tests=tuple(_tests(found)),
        flips=tuple(flip for pair in found.pairs for flip in _flips(*pair)) if found.same_answers else (),
        error_types=_types(found.pairs),
    )


def difference(
    name: str, group: str, pairs: Sequence[Pair], figure: Callable[[Sequence[Unit]], float | None]
) -> Difference | None:
    """A figure of either side and their difference; None where it has none on either."""
    ours, theirs = figure([one for one, _ in pairs]), figure([other for _, other in pairs])
    if ours is None or theirs is None:
        return None
    drawn = [gap for draw in _draws(len(pairs)) if (gap := _gap([pairs[place] for place in draw], figure)) is not None]
    return Difference(
        name=name,
        group=group,
        pairs=len(pairs),
        a=ours,
        b=theirs,
        difference=theirs - ours,
        interval=_interval(drawn) if len(pairs) > 1 and drawn else None,
    )


def mcnemar(name: str, group: str, answers: Sequence[tuple[bool, bool]]) -> McNemar:
    """The exact test; with nothing on which they differ p is 1."""
    only_a = sum(one and not other for one, other in answers)
    only_b = sum(other and not one for one, other in answers)
    uneven, of = min(only_a, only_b), only_a + only_b
    tail = sum(math.comb(of, place) for place in range(uneven + 1))
    p = min(1.0, 2 * tail / 2**of)
    return McNemar(name=name, group=group, pairs=len(answers), only_a=only_a, only_b=only_b, p=p)


def _differences(found: Paired) -> Iterator[Difference]:
    for group, pairs in _groups(found.pairs):
        if found.a.kind == "bench":
            held = [p for p in pairs if p[0].hallucinated is not None and None not in (p[0].risk, p[1].risk)]
            made = [difference("AUC ROC", group, held, _auc), difference("accuracy", group, held, _accuracy)]
        else:
            held = [p for p in pairs if p[0].rate is not None and p[1].rate is not None]
            made = [
                difference("hallucination rate", group, held, _rate),
                difference("answers with an error", group, held, _share_called),
            ]
        yield from (each for each in made if each)


def _tests(found: Paired) -> Iterator[McNemar]:
    for group, pairs in _groups(found.pairs):
        held = [p for p in pairs if p[0].called is not None and p[1].called is not None]
        if found.a.kind == "bench":
            known = [p for p in held if p[0].hallucinated is not None]
            yield mcnemar("rows called as people call them", group, [(_right(a), _right(b)) for a, b in known])
        else:
            yield mcnemar("answers with an error", group, [(bool(a.called), bool(b.called)) for a, b in held])
        if found.same_answers:
            both = [(a.claims[id_], b.claims[id_]) for a, b in pairs for id_ in a.claims if id_ in b.claims]
            yield mcnemar("claims not supported", group, [(_wrong(one), _wrong(other)) for one, other in both])


def _flips(one: Unit, other: Unit) -> Iterator[Flip]:
    for id_, claim in one.claims.items():
        now = other.claims.get(id_)
        if now and now.label is not claim.label:
            better = _better(one, claim, now)
            yield Flip(
                unit=one.id, group=one.group, claim=id_, text=claim.text, a=claim.label, b=now.label, better=better
            )


def _better(unit: Unit, before: Claim, now: Claim) -> bool | None:
    """Where the row is one claim, people's word is about it."""
    if unit.hallucinated is None or len(unit.claims) != 1 or _wrong(before) == _wrong(now):
        return None
    return _wrong(now) == unit.hallucinated


def _types(pairs: Sequence[Pair]) -> tuple[TypeChange, ...]:
    ours, theirs = _named(one for one, _ in pairs), _named(other for _, other in pairs)
    names = sorted({*ours, *theirs}, key=lambda name: (-abs(theirs[name] - ours[name]), name))
    return tuple(TypeChange(error_type=name, a=ours[name], b=theirs[name]) for name in names)


def _named(units: Iterable[Unit]) -> Counter[str]:
    return Counter(each for unit in units for claim in unit.claims.values() for each in claim.error_types)


def _groups(pairs: Sequence[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    for group in dict.fromkeys(one.group for one, _ in pairs):
        yield group, [pair for pair in pairs if pair[0].group == group]


def _auc(units: Sequence[Unit]) -> float | None:
    return area([bool(unit.hallucinated) for unit in units], [unit.risk or 0.0 for unit in units])


def _accuracy(units: Sequence[Unit]) -> float | None:
    return _mean([float(_right(unit)) for unit in units])


def _rate(units: Sequence[Unit]) -> float | None:
    return _mean([unit.rate for unit in units if unit.rate is not None])


def _share_called(units: Sequence[Unit]) -> float | None:
    return _mean([float(bool(unit.called)) for unit in units])


def _right(unit: Unit) -> bool:
    return unit.called == unit.hallucinated


def _wrong(claim: Claim) -> bool:
    return claim.label is not Label.SUPPORTED


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _gap(pairs: Sequence[Pair], figure: Callable[[Sequence[Unit]], float | None]) -> float | None:
    ours, theirs = figure([one for one, _ in pairs]), figure([other for _, other in pairs])
    return None if ours is None or theirs is None else theirs - ours


def _draws(number: int) -> Iterator[list[int]]:
    import numpy as np

    chosen = np.random.default_rng(0)
    for _ in range(_RESAMPLES if number > 1 else 0):
        yield chosen.integers(0, number, size=number).tolist()


def _interval(values: Sequence[float]) -> Interval:
    import numpy as np

    low, high = np.percentile(values, _TAILS)
    return Interval(low=float(low), high=float(high))
