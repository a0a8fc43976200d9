"""From which probability on ``supported`` may be believed, so that the promise made of it holds; fitted on labels.

Learn then Test (Angelopoulos, Bates, Candès, Jordan & Lei 2021): each threshold of a grid that was fixed beforehand is
a hypothesis, "of the supported verdicts from this probability on, more than ``max_false_support`` are wrong". It is
tested by the exact binomial tail (that is Clopper & Pearson's bound), and the grid by the fallback procedure (Wiens
2003), which spends ``1 - sure`` once over all thresholds. So the chance, over draws of the labels, that a threshold is
given whose share of wrong verdicts is larger than promised is at most ``1 - sure``. Conformal risk control would
promise the same of an average over draws only, which is not what the report says.
"""

from collections.abc import Sequence
from typing import NamedTuple

from probandum.agent.report import Acceptance

GRID = (0.995, 0.99, 0.975, 0.95, 0.925, 0.9, 0.875, 0.85, 0.825, 0.8, 0.775, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.0)
"""Thresholds, the strictest first."""


class SupportedClaim(NamedTuple):
    """A labelled claim that the judge called supported."""

    probability: float
    """The judge's own, before any calibration."""
    wrong: bool
    """Whether people did not call it supported."""


class PromiseRefused(NamedTuple):
    """The promise cannot be made with these labels, and why."""

    message: str


def fit_acceptance(
    given: Sequence[SupportedClaim], *, max_false_support: float, sure: float = 0.95
) -> Acceptance | PromiseRefused:
    """The lowest threshold of which the promise can be made.

    Args:
        given: the supported verdicts on labelled claims.
        max_false_support: the share of wrong ones that is promised not to be exceeded, in (0, 1).
        sure: how often, over draws of the labels, the promise is to hold, in (0, 1).
    """
    level, passed = 0.0, None
    for threshold in GRID:
        level += (1.0 - sure) / len(GRID)
        held = [each for each in given if each.probability >= threshold]
        wrong = sum(each.wrong for each in held)
        if held and binomial_tail(wrong, len(held), max_false_support) <= level:
            passed = Acceptance(
                threshold=threshold, max_false_support=max_false_support, sure=sure, labels=len(held), wrong=wrong
            )
        else:
            level = 0.0  # what was spent on a hypothesis that stands is gone
    return passed or PromiseRefused(_why(given, max_false_support, sure))


def binomial_tail(wrong: int, number: int, share: float) -> float:
    """The probability of at most so many wrong ones among so many, if each is wrong with this chance."""
    from scipy.stats import binom

    return float(binom.cdf(wrong, number, share))


def _why(given: Sequence[SupportedClaim], share: float, sure: float) -> str:
    wrong = sum(each.wrong for each in given)
    flawless = next(n for n in range(1, 1_000_000) if (1 - share) ** n <= (1 - sure) / len(GRID))
    strict = [each for each in given if each.probability >= _strictest(given)]
    return (
        f"no threshold can be given from which on at most {share * 100:g}% of the supported verdicts are wrong "
        f"({sure * 100:g}%): people deny {wrong} of the {len(given)} supported verdicts on these labels, and "
        f"{sum(each.wrong for each in strict)} of the {len(strict)} most probable ones; it takes at least {flawless} "
        "labelled supported verdicts without an error among them, so give more labels, or allow a larger share"
    )


def _strictest(given: Sequence[SupportedClaim]) -> float:
    """The probability that the most probable tenth has at least."""
    ranked = sorted((each.probability for each in given), reverse=True)
    return ranked[max(0, len(ranked) // 10 - 1)] if ranked else 1.0
