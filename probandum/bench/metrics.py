"""Figures from labels and risks; scikit-learn does the arithmetic (extra ``bench``)."""

from collections.abc import Sequence
from typing import Any

from probandum.tools.errors import ConfigError

_RESAMPLES = 1_000
_TAILS = (2.5, 97.5)


def auc(labels: Sequence[bool], risks: Sequence[float]) -> float | None:
    """Area under the ROC curve; None where only one class is there."""
    if len(set(labels)) < 2:  # noqa: PLR2004 - two classes
        return None
    return float(_sklearn().roc_auc_score(labels, risks))


def auc_interval(labels: Sequence[bool], risks: Sequence[float]) -> tuple[float, float] | None:
    """95% percentile bootstrap interval of the AUC over rows, drawn with a fixed seed; None as above."""
    if auc(labels, risks) is None:
        return None
    import numpy as np

    truth, rank = np.asarray(labels), np.asarray(risks)
    chosen = np.random.default_rng(0).integers(0, len(truth), size=(_RESAMPLES, len(truth)))
    areas = [_sklearn().roc_auc_score(truth[draw], rank[draw]) for draw in chosen if 0 < truth[draw].sum() < len(draw)]
    low, high = np.percentile(areas, _TAILS)
    return float(low), float(high)


def balanced_accuracy(labels: Sequence[bool], risks: Sequence[float], *, threshold: float = 0.5) -> float | None:
    """Mean of the two classes' recall when everything above the threshold is called hallucinated; None as above."""
    if len(set(labels)) < 2:  # noqa: PLR2004 - two classes
        return None
    return float(_sklearn().balanced_accuracy_score(labels, [risk > threshold for risk in risks]))


def macro_f1(people: Sequence[str], found: Sequence[str]) -> float | None:
    """Mean F1 over the labels that people gave; None where they gave fewer than two."""
    labels = sorted(set(people))
    if len(labels) < 2:  # noqa: PLR2004 - as above
        return None
    given, said = [str(each) for each in people], [str(each) for each in found]
    return float(_sklearn().f1_score(given, said, labels=[str(each) for each in labels], average="macro"))


def check_installed() -> None:
    """Raise `ConfigError` now rather than after the audits, where the extra is missing."""
    _sklearn()


def _sklearn() -> Any:  # noqa: ANN401 - a module without types
    try:
        from sklearn import metrics
    except ModuleNotFoundError:
        raise ConfigError("the metrics need the extra 'bench': pip install 'probandum[bench]'") from None
    return metrics
