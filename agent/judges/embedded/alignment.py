"""What of a claim is found in the evidence, in a few shares; what they are worth is fitted elsewhere."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probandum.agent.language.analysis import (
    PREFIX_LENGTH,
    AnalyzedSentence,
    Pair,
    TextIndex,
    analyze_sentence,
    cooccurrences,
)
from probandum.agent.language.lexicon import word_set
from probandum.agent.language.names import kin
from probandum.agent.language.tokens import Token

WINDOW = 5
"""How many content words of a claim further on are looked for together in the evidence."""
_MOST_PLACES = 1_000
"""Sentences that are looked at for one word; a word of more says little of what a sentence is about."""
NEAREST = 3
"""How many sentences that bear on a claim are looked at more closely."""
_POINTING = word_set("people")
_EXPLETIVE = re.compile(r"\W*it\s+(?:is|was|has\s+been)\s+(?:[\w']+\s+){1,4}that\b", re.IGNORECASE)
"""An "it" that stands for what follows: "it is false that"."""
_PRIOR = 0.25
"""What is believed of a share before the first word is seen."""
_PRIOR_WORDS = 0.1
"""How many words that belief weighs as much as; a whole one made long claims of nothing but new words look worse than
short ones."""
_LAST = 3.0
"""How much the last content word weighs: a sentence begins with what is known and ends with what it says of it."""


@dataclass(frozen=True, slots=True)
class AlignedSentence:
    """One sentence of the evidence that bears on a claim."""

    passage: int
    """Place of its passage among those shown."""
    place: int
    """Place of the sentence among all that are shown."""
    sentence: AnalyzedSentence
    coverage: float
    """Share of the claim's content words that stand in it."""


@dataclass(frozen=True, slots=True)
class Features:
    """Shares in [0, 1]; 0 says that everything of the claim is in the evidence."""

    missing: float
    """Content words that stand nowhere in the evidence, nor does a relative of the word; the last word weighs more."""
    apart: float
    """Content words near each other in the claim that are not so, in either order, in the evidence."""
    swapped: float
    """Content words near each other in the claim that are so in the evidence, but only the other way round."""
    joined: float
    """Content words next to each other in the claim of which both stand in the evidence, but never near each other."""
    trigrams: float
    """Words three in a row that never are in the evidence."""
    scattered: float
    """Content words outside the best two neighbouring sentences."""
    specifics: float
    """Numbers and capitalised words that stand nowhere in the evidence."""
    lone: float
    """1 where such a word stands between words that are in the evidence."""
    misplaced: float
    """Numbers and capitalised words that do not stand around the best sentence."""
    pointing: float
    """1 where the claim opens with a word that points at something outside it."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim beside the evidence."""

    claim: AnalyzedSentence
    features: Features
    nearest: tuple[AlignedSentence, ...]
    """The sentences that bear most on the claim, best first; empty where none shares a content word with it."""
    unseen: frozenset[str]
    """The claim's content words that stand nowhere in the evidence."""


def align(claim: str, evidence: TextIndex) -> Alignment:
    """Measure a claim against everything that is shown."""
    sentence = analyze_sentence(claim)
    otherwise = _called_otherwise(sentence, evidence)
    sequence = [word.key for word in sentence.words if word.content and word.key not in otherwise]
    places = {key: evidence.index.get(key, ()) for key in sequence}
    unseen = frozenset(key for key, found in places.items() if not found)
    counts, nearest = _nearest(places, evidence)
    specific = [key for key in _specific(sentence.words) if key not in otherwise]
    features = Features(
        missing=_missing(sequence, unseen, evidence),
        apart=_apart(sequence, unseen, evidence),
        swapped=_swapped(sequence, evidence),
        joined=_joined(sequence, unseen, evidence),
        trigrams=_new_trigrams([word.key for word in sentence.words], evidence),
        scattered=_share(len(places) - _nearest_pair(places, counts), len(places)),
        specifics=_plain(sum(key in unseen for key in specific), len(specific)),
        lone=float(_any_lone(sequence, unseen, frozenset(specific))),
        misplaced=_misplaced(specific, nearest, evidence),
        pointing=float(bool(sentence.words) and sentence.words[0].key in _POINTING and not _EXPLETIVE.match(claim)),
    )
    return Alignment(sentence, features, nearest, unseen)


def _called_otherwise(claim: AnalyzedSentence, evidence: TextIndex) -> frozenset[str]:
    """Words of the claim for names that the evidence writes otherwise: initials, or a country for its people."""
    new = [word for word in claim.words if word.content and word.text[0].isupper() and word.key not in evidence.index]
    if not new:
        return frozenset()
    short = {word.key for word in new if len(word.key) > 1 and word.text.isupper()}
    peoples = frozenset(word.key for word in new if any(key in evidence.index for key in kin(word.key)))
    return peoples | (evidence.initials & short if short else frozenset())


def _missing(sequence: Sequence[str], unseen: frozenset[str], evidence: TextIndex) -> float:
    weights = [1.0] * (len(sequence) - 1) + [_LAST]
    lost = [
        weight
        for key, weight in zip(sequence, weights, strict=False)
        if key in unseen and not (len(key) >= PREFIX_LENGTH and key[:PREFIX_LENGTH] in evidence.prefixes)
    ]
    return _share(sum(lost), sum(weights))


def _any_lone(sequence: Sequence[str], unseen: frozenset[str], specific: frozenset[str]) -> bool:
    around = ["", *sequence, ""]
    return any(
        key in unseen and key in specific and before not in unseen and after not in unseen
        for before, key, after in zip(around, sequence, around[2:], strict=False)
    )


def _share(part: float, whole: float) -> float:
    """A share, drawn a little towards the prior, so that short claims do not go to extremes."""
    return (part + _PRIOR * _PRIOR_WORDS) / (whole + _PRIOR_WORDS)


def _plain(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _apart(sequence: list[str], unseen: frozenset[str], evidence: TextIndex) -> float:
    pairs = cooccurrences(sequence, WINDOW)
    if not pairs:
        return _plain(len(unseen), len(set(sequence)))
    return sum(not _are_near(pair, evidence) for pair in pairs) / len(pairs)


def _swapped(sequence: list[str], evidence: TextIndex) -> float:
    pairs = cooccurrences(sequence, WINDOW)
    cooccurring = evidence.cooccurring
    return _plain(sum(pair not in cooccurring and pair[::-1] in cooccurring for pair in pairs), len(pairs))


def _joined(sequence: list[str], unseen: frozenset[str], evidence: TextIndex) -> float:
    pairs = cooccurrences(sequence, 1)
    new = [pair for pair in pairs if not _are_near(pair, evidence)]
    return _plain(sum(unseen.isdisjoint(pair) for pair in new), len(pairs))


def _are_near(pair: Pair, evidence: TextIndex) -> bool:
    return pair in evidence.cooccurring or pair[::-1] in evidence.cooccurring


def _new_trigrams(keys: list[str], evidence: TextIndex) -> float:
    trigrams = list(zip(keys, keys[1:], keys[2:], strict=False))
    return _share(_plain(sum(t not in evidence.trigrams for t in trigrams), len(trigrams)) * len(keys), len(keys))


def _nearest(
    places: Mapping[str, Sequence[int]], evidence: TextIndex
) -> tuple[Mapping[int, int], tuple[AlignedSentence, ...]]:
    counts: dict[int, int] = {}
    weights: dict[int, float] = {}
    for found in places.values():
        weight = math.log((len(evidence.sentences) + 1) / (len(found) + 0.5))  # rare words say what a sentence is about
        for place in found[:_MOST_PLACES]:
            counts[place] = counts.get(place, 0) + 1
            weights[place] = weights.get(place, 0.0) + weight
    top = sorted(counts, key=lambda place: (-weights[place], place))[:NEAREST]
    return counts, tuple(
        AlignedSentence(evidence.passages[place], place, evidence.sentences[place], counts[place] / len(places))
        for place in top
    )


def _nearest_pair(places: Mapping[str, Sequence[int]], counts: Mapping[int, int]) -> int:
    nearest = max(counts.values(), default=0)
    for place, count in counts.items():
        if count + counts.get(place + 1, 0) > nearest:
            nearest = max(nearest, sum(place in found or place + 1 in found for found in places.values()))
    return nearest


def _specific(words: Sequence[Token]) -> list[str]:
    return [
        word.key
        for place, word in enumerate(words)
        if word.content and (word.number or (place > 0 and word.text[0].isupper()))
    ]


def _misplaced(specific: Sequence[str], nearest: Sequence[AlignedSentence], evidence: TextIndex) -> float:
    if not nearest:
        return 0.0
    around = evidence.sentences[max(0, nearest[0].place - 1) : nearest[0].place + 2]
    return _plain(sum(not any(key in sentence.keys for sentence in around) for key in specific), len(specific))
