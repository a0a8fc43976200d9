"""How far a mean could be off by the luck of the draw; pure, and the same for the same values."""

from collections.abc import Sequence

import numpy as np

from probandum.agent.models import Interval
from probandum.tools.evidence import digest

FEWEST = 10
"""Values below which an interval would say nothing."""
_RESAMPLES = 2_000


def bootstrap(values: Sequence[float]) -> Interval | None:
    """The 95% percentile bootstrap interval of the mean (Efron 1979), by 2,000 resamples; None below ten values.

    The draws are seeded by the values themselves, so that the same values give the same interval.
    """
    if len(values) < FEWEST:
        return None
    seed = int(digest(*(f"{value:.9g}" for value in values))[:16], 16)
    draws = np.random.default_rng(seed).choice(np.asarray(values), size=(_RESAMPLES, len(values)))
    low, high = np.percentile(draws.mean(axis=1), [2.5, 97.5])
    return Interval(low=float(low), high=float(high))
