"""How right the embedded judge was on answers marked by people, as ``benchmarks rightness --write`` measured it."""

import json
from functools import cache
from importlib.resources import files

from probandum.agent.report import Rightness

FILE = "rightness.json"


@cache
def measured_rightness() -> tuple[Rightness, ...]:
    """What was measured, for each setting."""
    told = json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    return tuple(map(Rightness.model_validate, told))
