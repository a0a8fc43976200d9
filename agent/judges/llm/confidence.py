"""How sure a language model is of a claim, read off the probability of one word of its reply; asking is elsewhere.

Every reply says first whether the claim is fully stated. How likely "yes" was at that place ranks claims better than
the label that the same small model writes after it, and costs no call of its own.
"""

import math
import re
from collections.abc import Mapping, Sequence

from probandum.agent.judges.llm.chat.protocol import TokenCandidates
from probandum.agent.models import Verdict
from probandum.agent.taxonomy import Label

_FIELD = re.compile(r'"fully_stated"\s*:\s*"?\s*$')
_NOT_PART_OF_A_WORD = " \t\n\r.,:;!*`'\"▁Ġ"
_WORDS = {"yes": "yes", "y": "yes", "no": "no", "n": "no"}


def p_fully_stated(tokens: Sequence[TokenCandidates]) -> tuple[float, ...]:
    """The probability of "yes" at each place where a reply says whether a claim is fully stated, in its order.

    Under a grammar the candidates may be those before the grammar, so that only the ratio of "yes" to "no" counts.
    A place that has neither among its candidates ends the reading: what follows could not be told apart.
    """
    found, written = [], ""
    for token in tokens:
        if _FIELD.search(written) and token.token.strip(_NOT_PART_OF_A_WORD):
            p = p_yes(token.logprobs)
            if p is None:
                break
            found.append(p)
        elif _FIELD.search(written) is None and (inside := re.search(r'"fully_stated"\s*:\s*"(yes|no)', token.token)):
            found.append(1.0 if inside[1] == "yes" else 0.0)  # the whole field in one token
        written = (written + token.token)[-60:]
    return tuple(found)


def p_yes(candidates: Mapping[str, float]) -> float | None:
    """The probability of "yes" among "yes" and "no", in whatever case; None where neither is a candidate."""
    mass = {"yes": 0.0, "no": 0.0}
    for token, logprob in candidates.items():
        word = _WORDS.get(token.strip(_NOT_PART_OF_A_WORD).casefold())
        if word:
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
