"""The fitted numbers and how they turn measures into probabilities; the fitting itself is in ``fit.py``."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from probandum.agent.judges.embedded.alignment import Features
from probandum.agent.taxonomy import Label
from probandum.tools.evidence import digest

UNSUPPORTED_LABELS = (Label.CONTRADICTED, Label.ABSENT, Label.PARTIALLY_SUPPORTED)
"""What a claim that is not supported can be, by what was measured."""
_UNDECIDED = 0.01
"""Share of the unsupported that goes to ``unevaluatable``, which no measure tells."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the measures say."""

    name: str
    support: Mapping[str, float]
    """Log-odds of not being supported: ``constant``, per unit of ``novelty``, ``hard`` if a difference contradicts."""
    others: Mapping[str, tuple[float, ...]]
    """Label to the weights of `feature_vector`: which label, given that the claim is not supported."""

    def probabilities(self, features: Features, *, contradicts: bool) -> dict[Label, float]:
        """Over all labels, each in (0, 1), summing to 1."""
        w = self.support
        odds = w["constant"] + w["novelty"] * novelty(features) + w["hard"] * contradicts
        unsupported = 1.0 / (1.0 + math.exp(-odds))
        described = feature_vector(features, contradicts=contradicts)
        raised = {
            label: math.exp(sum(a * b for a, b in zip(self.others[label], described, strict=True)))
            for label in UNSUPPORTED_LABELS
        }
        share = (1.0 - _UNDECIDED) * unsupported / sum(raised.values())
        found = {label: share * raised[label] for label in UNSUPPORTED_LABELS}
        return {
            Label.SUPPORTED: 1.0 - unsupported,
            **found,
            Label.UNEVALUATABLE: _UNDECIDED * unsupported,
        }


def novelty(features: Features) -> float:
    """How much of a claim is new to the evidence.

    A plain sum: weights fitted to each measure did worse on data sets that were left out.
    """
    m = features
    aligned = (1.0 - m.missing) ** 2
    return (
        1.5 * m.missing
        + 0.75 * m.apart
        + 0.5 * m.swapped
        + 0.5 * m.joined
        + 0.25 * m.trigrams
        + 0.5 * m.scattered
        + aligned * (0.5 * m.specifics + 0.5 * (m.specifics > 0) + 0.5 * m.lone + 0.5 * m.misplaced)
        + 0.25 * m.pointing * min(1.0, 1.5 * m.trigrams)
    )


def feature_vector(features: Features, *, contradicts: bool) -> Sequence[float]:
    """What tells the labels of unsupported claims apart, a constant first."""
    return (1.0, features.missing, features.scattered, float(contradicts))


@cache
def shipped_weights() -> Weights:
    """The weights that come with the package."""
    return parse(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))


def parse(text: str) -> Weights:
    """Weights from the JSON text that ``fit.py`` writes."""
    fitted: Mapping[str, Any] = json.loads(text)
    return Weights(
        name=f"{fitted['version']}/{digest(text)[:12]}",
        support={name: float(value) for name, value in fitted["support"].items()},
        others={label: tuple(float(value) for value in values) for label, values in fitted["others"].items()},
    )
