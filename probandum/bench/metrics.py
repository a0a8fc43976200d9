"""Figures from labels and risks; scikit-learn does the arithmetic where it can (extra ``bench``)."""

from collections.abc import Sequence
from typing import Any

from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Frozen

_RESAMPLES = 1_000
_TAILS = (2.5, 97.5)
_BINS = 10


class Bin(Frozen):
    """Rows of about the same stated risk."""

    stated: float
    """Their mean risk."""
    true: float
    """The share that people call hallucinated."""
    rows: int


class Point(Frozen):
    """The most certain rows of a file, and how often the judge is wrong on them."""

    coverage: float
    """Their share of all rows."""
    error: float


def auc(labels: Sequence[bool], risks: Sequence[float]) -> float | None:
    """Area under the ROC curve; None where only one class is there."""
    if _one_class(labels):
        return None
    return float(_sklearn().roc_auc_score(labels, risks))


def auc_interval(labels: Sequence[bool], risks: Sequence[float]) -> tuple[float, float] | None:
    """95% percentile bootstrap interval of the AUC over rows in any order, drawn with a fixed seed; None as above."""
    if auc(labels, risks) is None:
        return None
    import numpy as np

    truth, rank = np.asarray(labels), np.asarray(risks)
    order = np.lexsort((truth, rank))
    truth, rank = truth[order], rank[order]
    chosen = np.random.default_rng(0).integers(0, len(truth), size=(_RESAMPLES, len(truth)))
    areas = [found for draw in chosen if (found := area(truth[draw], rank[draw])) is not None]
    low, high = np.percentile(areas, _TAILS)
    return float(low), float(high)


def area(labels: Any, risks: Any) -> float | None:  # noqa: ANN401 - whatever numpy takes
    """The same area as `auc`, from ranks (Mann & Whitney 1947): a bootstrap asks for it thousands of times."""
    import numpy as np
    from scipy.stats import rankdata

    truth = np.asarray(labels, dtype=bool)
    positive = int(truth.sum())
    pairs = positive * (len(truth) - positive)
    if not pairs:
        return None
    return float((rankdata(risks)[truth].sum() - positive * (positive + 1) / 2) / pairs)


def auc_difference(labels: Sequence[bool], one: Sequence[float], other: Sequence[float]) -> tuple[float, float] | None:
    """95% percentile interval of how much better ``one`` ranks the same rows (paired bootstrap); None as above."""
    if auc(labels, one) is None:
        return None
    import numpy as np

    truth, first, second = np.asarray(labels), np.asarray(one), np.asarray(other)
    chosen = np.random.default_rng(0).integers(0, len(truth), size=(_RESAMPLES, len(truth)))
    pairs = [(area(truth[draw], first[draw]), area(truth[draw], second[draw])) for draw in chosen]
    gaps = [mine - theirs for mine, theirs in pairs if mine is not None and theirs is not None]
    low, high = np.percentile(gaps, _TAILS)
    return float(low), float(high)


def balanced_accuracy(labels: Sequence[bool], risks: Sequence[float], *, threshold: float = 0.5) -> float | None:
    """Mean of the two classes' recall when everything above the threshold is called hallucinated; None as above."""
    if _one_class(labels):
        return None
    return float(_sklearn().balanced_accuracy_score(labels, [risk > threshold for risk in risks]))


def f1(labels: Sequence[bool], risks: Sequence[float], *, threshold: float = 0.5) -> float | None:
    """F1 of the hallucinated class at the threshold; None where no row is of it."""
    if not any(labels):
        return None
    return float(_sklearn().f1_score(labels, [risk > threshold for risk in risks], zero_division=0.0))


def best_threshold(labels: Sequence[bool], risks: Sequence[float]) -> float | None:
    """The threshold of the highest balanced accuracy, half-way to the next lower risk; None as above."""
    if _one_class(labels):
        return None
    false, true, cuts = _sklearn().roc_curve(labels, risks, drop_intermediate=False)
    best = int((true - false).argmax())
    lower = [risk for risk in risks if risk < cuts[best]]
    return float((min(cuts[best], 1.0) + max(lower, default=0.0)) / 2)


def macro_f1(people: Sequence[str], found: Sequence[str]) -> float | None:
    """Mean F1 over the labels that people gave; None where they gave fewer than two."""
    labels = sorted({str(each) for each in people})
    if len(labels) < 2:  # noqa: PLR2004 - nothing to tell apart
        return None
    given, said = [str(each) for each in people], [str(each) for each in found]
    return float(_sklearn().f1_score(given, said, labels=labels, average="macro", zero_division=0.0))


def kappa(people: Sequence[str], found: Sequence[str]) -> float | None:
    """Cohen's kappa: agreement beyond what the frequencies alone would give; None where they are all of one kind."""
    if len({*people, *found}) < 2:  # noqa: PLR2004 - as above
        return None
    return float(_sklearn().cohen_kappa_score([str(each) for each in people], [str(each) for each in found]))


def brier(labels: Sequence[bool], risks: Sequence[float]) -> float | None:
    """Mean squared difference of risk and label; None without rows."""
    if not labels:
        return None
    return sum((risk - label) ** 2 for label, risk in zip(labels, risks, strict=True)) / len(labels)


def reliability(labels: Sequence[bool], risks: Sequence[float]) -> tuple[Bin, ...]:
    """Rows in ten bins of equal width, empty ones left out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for label, risk in zip(labels, risks, strict=True):
        held.setdefault(min(int(risk * _BINS), _BINS - 1), []).append((risk, label))
    return tuple(
        Bin(stated=sum(r for r, _ in rows) / len(rows), true=sum(b for _, b in rows) / len(rows), rows=len(rows))
        for _, rows in sorted(held.items())
    )


def ece(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al. 2015): how far stated and true are apart, over rows; None without."""
    total = sum(each.rows for each in bins)
    return sum(abs(each.stated - each.true) * each.rows for each in bins) / total if total else None


def risk_coverage(labels: Sequence[bool], risks: Sequence[float], *, threshold: float) -> tuple[Point, ...]:
    """The error rate among the most certain rows, for every number of them (El-Yaniv & Wiener 2010).

    Certain is what is far from the threshold; rows that are equally so are taken together.
    """
    ranked = sorted(
        ((abs(risk - threshold), (risk > threshold) != label) for label, risk in zip(labels, risks, strict=True)),
        key=lambda pair: -pair[0],
    )
    points, wrong = [], 0
    for place, (certain, is_wrong) in enumerate(ranked, start=1):
        wrong += is_wrong
        if place == len(ranked) or ranked[place][0] < certain:
            points.append(Point(coverage=place / len(ranked), error=wrong / place))
    return tuple(points)


def aurc(points: Sequence[Point]) -> float | None:
    """Area under that curve (Geifman et al. 2019), each step as high as at its end; None without rows."""
    if not points:
        return None
    starts = [0.0, *(point.coverage for point in points[:-1])]
    return sum((point.coverage - start) * point.error for start, point in zip(starts, points, strict=True))


def check_installed() -> None:
    """Raise `ConfigError` now rather than after the audits, where the extra is missing."""
    _sklearn()


def _one_class(labels: Sequence[bool]) -> bool:
    return len(set(labels)) < 2  # noqa: PLR2004 - two classes


def _sklearn() -> Any:  # noqa: ANN401 - a module without types
    try:
        from sklearn import metrics
    except ModuleNotFoundError:
        raise ConfigError("the metrics need the extra 'bench': pip install 'probandum[bench]'") from None
    return metrics
