"""The fitted numbers and how they turn measures into probabilities; the fitting itself is in ``fit.py``."""

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from probandum.agent.embedded.measure import Measures
from probandum.tools.evidence import digest


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the sum of the measures says."""

    name: str
    scale: float
    middle: float

    def unsupported(self, measures: Measures) -> float:
        """Probability in (0, 1) that the claim is anything but supported."""
        return 1.0 / (1.0 + math.exp(-(novelty(measures) - self.middle) * self.scale))


def novelty(measures: Measures) -> float:
    """How much of a claim is new to the evidence: a plain sum, since fitted weights transferred worse."""
    m = measures
    return m.missing + m.pairs + m.triples + m.uncovered + 0.5 * m.specifics


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    text = files(__package__).joinpath("weights.json").read_text(encoding="utf-8")
    fitted = json.loads(text)
    return Weights(
        name=f"{fitted['version']}/{digest(text)[:12]}",
        scale=float(fitted["scale"]),
        middle=float(fitted["middle"]),
    )
