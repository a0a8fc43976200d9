"""Puts a calibration to work: on verdicts, on who judged, and on which supported verdicts may be believed."""

from collections.abc import Iterable, Mapping

from probandum.agent.models import ClaimResult, Finding, JudgeInfo, Verdict
from probandum.agent.taxonomy import FindingKind, Label
from probandum.agent.verdicts.calibration import Acceptance, Calibration


def calibrated(results: Mapping[str, ClaimResult], calibration: Calibration | None) -> dict[str, ClaimResult]:
    """The judged claims, by id, with calibrated probabilities; empty where there is nothing to apply."""
    if calibration is None:
        return {}
    return {
        id_: result.model_copy(update={"verdict": calibrated_verdict(result.verdict, calibration)})
        for id_, result in results.items()
        if result.verdict
    }


def calibrated_verdict(verdict: Verdict, calibration: Calibration) -> Verdict:
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


def calibrated_info(info: JudgeInfo, calibration: Calibration | None) -> JudgeInfo:
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


def not_accepted(results: Iterable[ClaimResult], acceptance: Acceptance | None) -> tuple[Finding, ...]:
    """The finding that supported verdicts are left outside of what the labels promise, if some are."""
    outside = [r.id for r in results if r.verdict and reason_not_to_accept(r.verdict, acceptance)]
    if acceptance is None or not outside:
        return ()
    those = "1 supported verdict is" if len(outside) == 1 else f"{len(outside)} supported verdicts are"
    message = f"{those} not covered by the promise that {acceptance.promise}; a person should look"
    return (Finding(kind=FindingKind.NOT_ACCEPTED, message=message, claims=tuple(outside)),)
