"""What a judge's probabilities are worth by labels of people, and putting that to work; fitting is elsewhere.

Platt scaling (Platt 1999) is a logistic curve over the log-odds, isotonic regression (Zadrozny & Elkan 2002) a table to
read between.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from probandum.agent.models import ClaimResult, ConfidenceSource, Verdict
from probandum.agent.report import Acceptance, CalibrationInfo, Finding, JudgeInfo
from probandum.agent.taxonomy import FindingKind, Label
from probandum.agent.verdicts.decision import Setting, is_decided
from probandum.agent.verdicts.outcome import judged, leaning_of, undecided
from probandum.tools.evidence import Frozen, digest

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


def calibrate_results(
    results: Mapping[str, ClaimResult], calibration: Calibration | None, decide: Setting = "auto"
) -> dict[str, ClaimResult]:
    """The claims that a judge has looked at, by id, with calibrated probabilities; empty where nothing is to apply.

    Where the judge tells by its probabilities how sure it is, the calibrated ones say what is decided.
    """
    if calibration is None:
        return {}
    return {
        id_: _calibrated(result, leaning, calibration, decide)
        for id_, result in results.items()
        if (leaning := leaning_of(result))
    }


def _calibrated(result: ClaimResult, leaning: Verdict, calibration: Calibration, decide: Setting) -> ClaimResult:
    verdict = calibrate_verdict(leaning, calibration)
    decided = result.verdict is not None
    if verdict.decided_at is None and verdict is not leaning:
        decided = is_decided(verdict, decide)
    return judged(result, verdict) if decided else undecided(result, verdict)


def calibrate_verdict(verdict: Verdict, calibration: Calibration) -> Verdict:
    """The verdict with the probabilities that its own stand for; its label stays.

    Verdicts whose confidence comes from elsewhere than those that the calibration was fitted on, and those that have
    been calibrated, stay as they are.
    """
    if verdict.confidence_source != calibration.confidence_source or verdict.uncalibrated is not None:
        return verdict
    own = verdict.probabilities.get(Label.SUPPORTED, 0.0)
    chances = _with_support(verdict.probabilities, calibration.curve(own))
    return verdict.model_copy(
        update={
            "probabilities": chances,
            "confidence": chances[verdict.label],
            "confidence_source": "calibrated",
            "uncalibrated": own,
        }
    )


def _with_support(chances: Mapping[Label, float], supported: float) -> dict[Label, float]:
    """The other labels share what is left as they did before, evenly where nothing was left for them."""
    others = [label for label in Label if label is not Label.SUPPORTED]
    left = sum(chances.get(label, 0.0) for label in others)
    shares = {label: chances.get(label, 0.0) / left if left else 1 / len(others) for label in others}
    return {label: supported if label is Label.SUPPORTED else shares[label] * (1.0 - supported) for label in Label}


def with_calibration(info: JudgeInfo, calibration: Calibration | None) -> JudgeInfo:
    """Who judged, with the calibration named."""
    return info.model_copy(update={"calibration": calibration.info}) if calibration else info


def reason_not_to_accept(verdict: Verdict, acceptance: Acceptance | None) -> str | None:
    """Why a machine's ``supported`` is not covered by what the labels promise; None where it is, or there is none."""
    if acceptance is None or verdict.label is not Label.SUPPORTED or verdict.decided_by == "person":
        return None
    if verdict.uncalibrated is None:
        return "supported, by a probability of another kind than your labels were calibrated on"
    if verdict.uncalibrated < acceptance.threshold:
        return f"supported, with a probability of {verdict.uncalibrated:.2f}, below {acceptance.threshold:g}"
    return None


def acceptance_findings(results: Iterable[ClaimResult], acceptance: Acceptance | None) -> tuple[Finding, ...]:
    """The finding that supported verdicts are left outside of what the labels promise, if some are."""
    outside = [r.id for r in results if r.verdict and reason_not_to_accept(r.verdict, acceptance)]
    if acceptance is None or not outside:
        return ()
    those = "1 supported verdict is" if len(outside) == 1 else f"{len(outside)} supported verdicts are"
    message = f"{those} not covered by the promise that {acceptance.promise}; a person should look"
    return (Finding(kind=FindingKind.NOT_ACCEPTED, message=message, claims=tuple(outside)),)
