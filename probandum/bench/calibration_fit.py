"""Fits what a judge's probabilities are worth on labels of people, with scikit-learn (extra ``bench``)."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from probandum.agent.models import ConfidenceSource
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.calibration import Calibration, Isotonic, Platt, logit
from probandum.bench.acceptance import SupportedClaim
from probandum.bench.audited_rows import AuditedRow, FoundClaim
from probandum.tools.errors import ConfigError, InputError

FEWEST, FEWEST_OF_EACH = 50, 10
"""Labels, and labels of either kind, below which a fit would say more of the draw than of the judge."""
_FOLDS = 5
Method = Literal["auto", "isotonic", "platt"]
Curve = Platt | Isotonic


class Labelled(NamedTuple):
    """A claim that was judged, and what people say of it."""

    claim: FoundClaim
    supported: bool


def labelled_claims(rows: Sequence[AuditedRow]) -> tuple[Labelled, ...]:
    """Rows that are one claim and whose probability comes from where most of theirs come from."""
    found = [
        Labelled(claim, not row.hallucinated)
        for row in rows
        if (claim := row.one_claim) is not None and row.hallucinated is not None
    ]
    sources = Counter(each.claim.confidence_source for each in found)
    usual = sources.most_common(1)[0][0] if sources else None
    return tuple(each for each in found if each.claim.confidence_source == usual)


def supported_verdicts(found: Sequence[Labelled]) -> tuple[SupportedClaim, ...]:
    """Those that the judge called supported."""
    called = (each for each in found if each.claim.label is Label.SUPPORTED)
    return tuple(SupportedClaim(each.claim.uncalibrated, wrong=not each.supported) for each in called)


def fit(found: Sequence[Labelled], *, method: Method = "auto", fitted_on: tuple[str, ...] = ()) -> Calibration:
    """The calibration of these labels.

    Args:
        found: the labelled claims.
        method: ``auto`` takes the one with the smaller cross-validated Brier score.
        fitted_on: names of the files that they come from.

    Raises:
        InputError: there are too few labels, in all or of a kind.
        ConfigError: the extra is not installed.
    """
    given, true = [each.claim.uncalibrated for each in found], [each.supported for each in found]
    _enough(true)
    chosen: dict[str, Callable[[Sequence[float], Sequence[bool]], Curve]] = (
        _FITS if method == "auto" else {method: _FITS[method]}
    )
    errors = {name: _held_out_error(given, true, fitter) for name, fitter in chosen.items()}
    best = min(errors, key=lambda name: errors[name])
    source: ConfidenceSource = found[0].claim.confidence_source  # type: ignore[assignment]  # written by a verdict
    return Calibration(
        curve=chosen[best](given, true),
        confidence_source=source,
        labels=len(found),
        fitted_on=fitted_on,
        brier_before=_error(given, true),
        brier_after=errors[best],
    )


def _enough(true: Sequence[bool]) -> None:
    few = min(sum(true), len(true) - sum(true))
    if len(true) < FEWEST or few < FEWEST_OF_EACH:
        raise InputError(
            f"{len(true)} labelled claims, {sum(true)} of them supported, are too few to calibrate on; it takes "
            f"{FEWEST}, and {FEWEST_OF_EACH} of either kind. Rows count that are one claim with 'hallucinated': give "
            "files of labelled claims, such as 'probandum review --to-labels' writes"
        )


def _held_out_error(given: Sequence[float], true: Sequence[bool], fitter: "Callable[..., Curve]") -> float:
    _check()
    from sklearn.model_selection import StratifiedKFold

    total = 0.0
    for others, left_out in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(given, true):
        curve = fitter([given[place] for place in others], [true[place] for place in others])
        total += sum((curve(given[place]) - true[place]) ** 2 for place in left_out)
    return total / len(given)


def _error(given: Sequence[float], true: Sequence[bool]) -> float:
    return sum((p - label) ** 2 for p, label in zip(given, true, strict=True)) / len(given)


def _platt(given: Sequence[float], true: Sequence[bool]) -> Platt:
    _check()
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6, max_iter=1_000).fit([[logit(p)] for p in given], list(true))
    return Platt(slope=float(model.coef_[0][0]), offset=float(model.intercept_[0]))


def _isotonic(given: Sequence[float], true: Sequence[bool]) -> Isotonic:
    _check()
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(list(given), [float(t) for t in true])
    table = {float(x): float(y) for x, y in zip(model.X_thresholds_, model.y_thresholds_, strict=True)}
    return Isotonic(stated=tuple(table), true=tuple(table.values()))


_FITS: dict[str, Callable[[Sequence[float], Sequence[bool]], Curve]] = {"platt": _platt, "isotonic": _isotonic}


def _check() -> None:
    try:
        import sklearn  # noqa: F401 - only to say by name what is missing
    except ModuleNotFoundError:
        raise ConfigError("calibrating needs the extra 'bench': pip install 'probandum[bench]'") from None
