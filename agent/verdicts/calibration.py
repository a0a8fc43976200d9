"""What a judge's probabilities are worth by labels of people; applying that takes no library, fitting is elsewhere.

Platt scaling (Platt 1999) is a logistic curve over the log-odds, isotonic regression (Zadrozny & Elkan 2002) a table to
read between.
"""

import math
from bisect import bisect_right
from typing import Annotated, Literal

from pydantic import Field, model_validator

from probandum.tools.evidence import Frozen, digest

ConfidenceSource = Literal["calibrated", "logprob", "votes", "stated", "person"]
_EDGE = 1e-6
"""How near to 0 or 1 a probability may come before its log-odds are taken."""


class Platt(Frozen):
    """``1 / (1 + exp(-(slope * logit(p) + offset)))``."""

    method: Literal["platt"] = "platt"
    slope: float
    offset: float

    def __call__(self, p: float) -> float:
        """The probability that a stated one stands for."""
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, self.slope * logit(p) + self.offset))))


class Isotonic(Frozen):
    """A rising table: between two points of it lies a straight line, beyond its ends it is level."""

    method: Literal["isotonic"] = "isotonic"
    stated: tuple[float, ...] = Field(min_length=1)
    """Rising."""
    true: tuple[float, ...] = Field(min_length=1)
    """As many; never falling."""

    @model_validator(mode="after")
    def _a_table(self) -> "Isotonic":
        rising = all(a < b for a, b in zip(self.stated, self.stated[1:], strict=False))
        if len(self.stated) != len(self.true) or not rising or list(self.true) != sorted(self.true):
            raise ValueError("an isotonic table rises in 'stated', does not fall in 'true', and has as many of each")
        return self

    def __call__(self, p: float) -> float:
        """The probability that a stated one stands for."""
        place = bisect_right(self.stated, p)
        if place == 0:
            return self.true[0]
        if place == len(self.stated):
            return self.true[-1]
        low, high = self.stated[place - 1], self.stated[place]
        share = (p - low) / (high - low)
        return self.true[place - 1] + share * (self.true[place] - self.true[place - 1])


class Acceptance(Frozen):
    """From which probability on a ``supported`` verdict may be believed, and what labels of people promise of that.

    The promise holds for claims and evidence drawn as the labelled ones were; how it is made is told in
    ``probandum/bench/acceptance.py``.
    """

    threshold: float = Field(ge=0, le=1)
    """Of the judge's own probability, before the calibration."""
    max_false_support: float = Field(gt=0, lt=1)
    sure: float = Field(gt=0, lt=1)
    """The confidence of the statement: over draws of the labels, so often it is true."""
    labels: int = Field(ge=1)
    """Labelled claims that the judge called supported with at least this probability."""
    wrong: int = Field(ge=0)
    """Of those, claims that people did not call supported."""

    @property
    def promise(self) -> str:
        """The statement, in words."""
        share, sure = f"{self.max_false_support * 100:g}%", f"{self.sure * 100:g}%"
        of_which = f"of the supported verdicts with a probability of {self.threshold:g} or more"
        return f"{of_which} at most {share} are wrong ({sure}, n = {self.labels})"


class CalibrationInfo(Frozen):
    """Which calibration was applied, as the report names it."""

    method: Literal["platt", "isotonic"]
    sha256: str
    """Of the calibration."""
    labels: int
    fitted_on: tuple[str, ...]
    """Names of the files that the labels came from."""
    acceptance: Acceptance | None = None


class Calibration(Frozen):
    """What was fitted for one judge."""

    curve: Annotated[Platt | Isotonic, Field(discriminator="method")]
    """From the judge's probability that a claim is supported to how often people say so."""
    confidence_source: ConfidenceSource
    """Where the probabilities that it was fitted on came from; others are left as they are."""
    labels: int = Field(ge=1)
    fitted_on: tuple[str, ...] = ()
    brier_before: float
    """Mean squared error of the judge's own probabilities on the labels."""
    brier_after: float
    """The same of calibrated ones, each fitted without the fold that it is measured on."""
    acceptance: Acceptance | None = None

    @property
    def info(self) -> CalibrationInfo:
        """Its name in a report."""
        return CalibrationInfo(
            method=self.curve.method,
            sha256=digest(self.model_dump_json()),
            labels=self.labels,
            fitted_on=self.fitted_on,
            acceptance=self.acceptance,
        )


def logit(p: float) -> float:
    """The log-odds, kept finite."""
    inside = min(1 - _EDGE, max(_EDGE, p))
    return math.log(inside / (1 - inside))
