"""What the context says on the question and the answer leaves out; told as a finding, never counted in a score."""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from probandum.agent.language.analysis import AnalyzedSentence, analyze_sentence, analyze_text
from probandum.tools.evidence import Evidence, Origin

MOST = 5
"""How many are named at most, those nearest to the question first."""
_FEWEST_WORDS = 5
"""Content words; a shorter line is a heading or a scrap."""
_BEARS = 0.3
"""Share of the question's weight that a sentence must have to bear on it."""
_COVERED = 0.4
"""Share of a sentence's content words from which on the answer speaks of it."""


class Omission(NamedTuple):
    """A sentence of the context that the answer does not speak of."""

    evidence_id: str
    text: str


def omissions(question: str | None, *, response: str, evidence: Iterable[Evidence]) -> tuple[Omission, ...]:
    """Sentences of the context that share the question's words and hardly any of the answer's; without a question none.

    Words are weighed by how few sentences have them (inverse document frequency), so that the word that all of the
    context is about tells nothing. Sees words only: a fact that the answer tells in quite other words is named, too.
    """
    sentences = [
        (item.id, sentence)
        for item in evidence
        if item.origin is Origin.CONTEXT
        for sentence in analyze_text(item.text).sentences
    ]
    asked = _content(analyze_sentence(question or ""))
    if not asked or not sentences:
        return ()
    weights = {
        key: math.log(1 + len(sentences) / (1 + sum(key in sentence.keys for _, sentence in sentences)))
        for key in asked
    }
    said = _content(analyze_sentence(response))
    found = sorted(_left_out(sentences, weights, said), key=lambda each: -each[0])
    return tuple(omission for _, omission in found[:MOST])


def _left_out(
    sentences: list[tuple[str, AnalyzedSentence]], weights: dict[str, float], said: frozenset[str]
) -> Iterator[tuple[float, Omission]]:
    whole = sum(weights.values())
    seen: set[frozenset[str]] = set()
    for evidence_id, sentence in sentences:
        content = _content(sentence)
        if len(content) < _FEWEST_WORDS or content in seen:
            continue
        seen.add(content)
        bears = sum(weight for key, weight in weights.items() if key in content)
        if bears >= _BEARS * whole and len(content & said) < _COVERED * len(content):
            yield bears, Omission(evidence_id, sentence.text)


def _content(sentence: AnalyzedSentence) -> frozenset[str]:
    return frozenset(word.key for word in sentence.words if word.content)
