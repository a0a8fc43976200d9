"""What the classes of a cross-encoder mean, as its own configuration names them; running the model is elsewhere."""

import math
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic import JsonValue

from probandum.tools.errors import ConfigError


class Meaning(StrEnum):
    """What a class says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NEITHER = "neither"
    UNSUPPORTED = "unsupported"
    """Anything but supported: a model of two classes does not tell a denied claim from a missing one."""


_NAMES: Mapping[Meaning, frozenset[str]] = {
    Meaning.SUPPORTED: frozenset(
        {"entailment", "entails", "entailed", "supported", "supports", "support", "consistent", "faithful", "factual"}
    ),
    Meaning.CONTRADICTED: frozenset(
        {"contradiction", "contradicts", "contradicted", "contradictory", "refuted", "refutes", "refute"}
    ),
    Meaning.NEITHER: frozenset({"neutral", "notenoughinfo", "notenoughinformation", "nei", "unknown"}),
    Meaning.UNSUPPORTED: frozenset(
        {"notentailment", "nonentailment", "notentailed", "unsupported", "notsupported", "inconsistent"}
        | {"hallucinated", "hallucination", "unfaithful", "notfactual", "nonfactual"}
    ),
}
_NOT_A_LETTER = re.compile(r"[^a-z]+")
_ONE = 1
_ENOUGH = (
    {Meaning.SUPPORTED, Meaning.UNSUPPORTED},
    {Meaning.SUPPORTED, Meaning.CONTRADICTED},
    {Meaning.SUPPORTED, Meaning.CONTRADICTED, Meaning.NEITHER},
)


class Stance(NamedTuple):
    """How one passage stands to a claim, as probabilities."""

    supported: float
    contradicted: float
    """0 where the model does not tell denial from silence."""


class Head:
    """Reads the logits of a model.

    Attributes:
        classes: what its numbers stand for, in order; one class is the probability of support by itself.
    """

    def __init__(self, classes: Sequence[Meaning]) -> None:
        self.classes = tuple(classes)

    def stance(self, logits: Sequence[float]) -> Stance:
        """What the logits say; `ConfigError` where there are more or fewer than classes."""
        if len(logits) != len(self.classes):
            raise ConfigError(
                f"the model gives {len(logits)} numbers for a claim, and its classes are {len(self.classes)}: "
                f"{', '.join(self.classes)}; set PROBANDUM_VERIFIER_LABELS to one name for each number"
            )
        if len(logits) == _ONE:
            return Stance(1 / (1 + math.exp(-max(-700.0, min(700.0, logits[0])))), 0.0)
        highest = max(logits)
        weights = [math.exp(logit - highest) for logit in logits]
        chances = dict.fromkeys(Meaning, 0.0)
        for meaning, weight in zip(self.classes, weights, strict=True):
            chances[meaning] += weight / sum(weights)
        return Stance(chances[Meaning.SUPPORTED], chances[Meaning.CONTRADICTED])


def head(config: Mapping[str, JsonValue], *, named: Sequence[str] = ()) -> Head:
    """The head that a model's configuration describes.

    Args:
        config: what ``config.json`` says; its ``id2label`` counts. A single number needs a name as well, or a model
            that ranks search results would be taken for a verifier.
        named: the names of the classes in the order of the logits, in place of the configuration's.

    Raises:
        ConfigError: a name is not known here, or the names do not make a head; it says what to set.
    """
    names = list(named) or _labels(config)
    classes = [_meaning(name, names) for name in names]
    if classes == [Meaning.SUPPORTED]:
        return Head(classes)
    if set(classes) not in _ENOUGH or len(set(classes)) != len(classes):
        raise ConfigError(
            f"the classes {', '.join(map(repr, names))} do not make a verifier; it needs one that supports and one "
            "that does not; set PROBANDUM_VERIFIER_LABELS, such as 'contradiction,entailment,neutral'"
        )
    return Head(classes)


def _labels(config: Mapping[str, JsonValue]) -> list[str]:
    by_id = config.get("id2label")
    if isinstance(by_id, dict) and by_id and all(str(key).isdigit() for key in by_id):
        return [str(by_id[key]) for key in sorted(by_id, key=int)]
    raise ConfigError(
        "the model's config.json has no id2label that names its classes; set PROBANDUM_VERIFIER_LABELS to their "
        "names in order, such as 'contradiction,entailment,neutral'"
    )


def _meaning(name: str, names: Sequence[str]) -> Meaning:
    letters = _NOT_A_LETTER.sub("", name.casefold())
    for meaning, known in _NAMES.items():
        if letters in known:
            return meaning
    raise ConfigError(
        f"it is not known what the class {name!r} of the model means (all: {', '.join(map(repr, names))}); set "
        "PROBANDUM_VERIFIER_LABELS to names in the same order, such as 'unsupported,supported'"
    )
