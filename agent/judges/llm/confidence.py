"""How sure a language model is of a claim, read off the probability of one word; asking for that word is elsewhere.

A single token, "yes" or "no" to whether every part of the claim is stated or implied, ranks claims better than the
label that the same small model writes after its reasoning, and costs next to nothing where the prompt is cached.
"""

import math
from collections.abc import Mapping

from probandum.agent.models import Verdict
from probandum.agent.taxonomy import Label

_NOT_PART_OF_A_WORD = " \t\n\r.,:;!*`'\"▁Ġ"


def p_yes(first_token: Mapping[str, float] | None) -> float | None:
    """The probability of "yes" among "yes" and "no", in whatever case; None where neither is a candidate.

    Args:
        first_token: log-probabilities of the candidates for an answer's first token. Under a grammar they may be those
            before the grammar, so that only their ratio counts.
    """
    mass = {"yes": 0.0, "no": 0.0}
    for token, logprob in (first_token or {}).items():
        word = token.strip(_NOT_PART_OF_A_WORD).casefold()
        if word in mass:
            mass[word] += math.exp(logprob)
    total = sum(mass.values())
    return mass["yes"] / total if total else None


def with_measured_support(verdict: Verdict, p_supported: float) -> Verdict:
    """The verdict with its probabilities from the measured probability that the claim is supported.

    What is left is shared among the other labels as the verdict itself shares it; the label stays what the reasoning
    came to, also where it is no longer the likeliest.
    """
    others = {label: p for label, p in verdict.probabilities.items() if label is not Label.SUPPORTED}
    total = sum(others.values())
    even = 1 / (len(Label) - 1)
    shares = {
        label: others.get(label, 0.0) / total if total else even for label in Label if label is not Label.SUPPORTED
    }
    probabilities = {Label.SUPPORTED: p_supported} | {label: (1 - p_supported) * s for label, s in shares.items()}
    return verdict.model_copy(
        update={
            "probabilities": probabilities,
            "confidence": probabilities[verdict.label],
            "confidence_source": "logprob",
        }
    )
