"""How far a mean could be off by the luck of the draw; pure, and the same for the same values."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from probandum.agent.report import Interval
from probandum.tools.evidence import digest

FEWEST = 10
"""Values below which an interval would say nothing."""
_RESAMPLES = 2_000
_PLACES = 1_000_000
"""Drawn at a time."""


def bootstrap(values: Sequence[float]) -> Interval | None:
    """The 95% percentile bootstrap interval of the mean (Efron 1979), by 2,000 resamples; None below ten values.

    The draws are seeded by the values themselves, so that the same values give the same interval in whatever order.
    """
    if len(values) < FEWEST:
        return None
    given = np.sort(np.asarray(values, dtype=float))
    return _between([given[draw].mean(axis=1) for draw in _draws(given)])


def bootstrap_ratio(parts: Sequence[float], wholes: Sequence[float]) -> Interval | None:
    """The same for the sum of the parts over the sum of the wholes, each part drawn with its whole; None below ten.

    With the wrong claims of an answer as a part and all its claims as the whole this is the cluster bootstrap: claims
    of one answer are alike, so answers are drawn, not claims.
    """
    if len(parts) < FEWEST:
        return None
    part, whole = np.asarray(sorted(zip(parts, wholes, strict=True)), dtype=float).T
    return _between([part[draw].sum(axis=1) / whole[draw].sum(axis=1) for draw in _draws((*part, *whole), len(parts))])


def _draws(seeding: Sequence[float] | NDArray[np.float64], size: int | None = None) -> Iterator[NDArray[np.int64]]:
    """Places for all resamples, a few resamples at a time, so that many values need no more memory than few."""
    size = size or len(seeding)
    seed = int(digest(*(f"{value:.9g}" for value in seeding))[:16], 16)
    generator = np.random.default_rng(seed)
    step = max(1, _PLACES // size)
    for done in range(0, _RESAMPLES, step):
        yield generator.integers(0, size, size=(min(step, _RESAMPLES - done), size))


def _between(means: Sequence[NDArray[np.float64]]) -> Interval:
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return Interval(low=float(low), high=float(high))
