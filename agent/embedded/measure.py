"""What of a claim is found in the evidence, in a few shares; what they are worth is fitted elsewhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probandum.agent.embedded.reading import STUB, Line, Shown, line_of, near
from probandum.agent.embedded.tokens import Token
from probandum.agent.embedded.words import listed

NEAR = 3
"""How many content words of a claim further on are looked for together in the evidence."""
BEST = 3
"""How many lines that bear on a claim are looked at more closely."""
_POINTING = listed("people")
_PRIOR = 0.25
"""What is believed of a share before the first word is seen; weighs as much as one word."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the evidence that bears on a claim."""

    passage: int
    """Place of its passage among those shown."""
    place: int
    """Place of the line among all that are shown."""
    line: Line
    coverage: float
    """Share of the claim's content words that stand in it."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares in [0, 1]; 0 says that everything of the claim is in the evidence."""

    missing: float
    """Content words that stand nowhere in the evidence; half, where a relative of the word does."""
    apart: float
    """Content words near each other in the claim that are not so, in this order, in the evidence."""
    triples: float
    """Words three in a row that never are in the evidence."""
    scattered: float
    """Content words outside the best two neighbouring sentences."""
    specifics: float
    """Numbers and capitalised words that stand nowhere in the evidence."""
    misplaced: float
    """Numbers and capitalised words that do not stand around the best sentence."""
    pointing: float
    """1 where the claim opens with a word that points at something outside it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A claim beside the evidence."""

    claim: Line
    measures: Measures
    best: tuple[Found, ...]
    """The lines that bear most on the claim, best first; empty where none shares a content word with it."""
    unseen: frozenset[str]
    """The claim's content words that stand nowhere in the evidence."""


def compare(claim: str, evidence: Shown) -> Comparison:
    """Measure a claim against everything that is shown."""
    line = line_of(claim)
    sequence = [word.key for word in line.words if word.content]
    places = {key: evidence.index.get(key, ()) for key in sequence}
    unseen = frozenset(key for key, found in places.items() if not found) - _short_names(line, evidence)
    counts, best = _best(places, evidence)
    specific = _specific(line.words)
    measures = Measures(
        missing=_share(sum(_missing(key, evidence) for key in unseen), len(places)),
        apart=_apart(sequence, unseen, evidence),
        triples=_new_triples([word.key for word in line.words], evidence),
        scattered=_share(len(places) - _best_pair(places, counts), len(places)),
        specifics=_plain(sum(key in unseen for key in specific), len(specific)),
        misplaced=_misplaced(specific, best, evidence),
        pointing=float(bool(line.words) and line.words[0].key in _POINTING),
    )
    return Comparison(line, measures, best, unseen)


def _short_names(claim: Line, evidence: Shown) -> frozenset[str]:
    """Words of the claim that are the initials of a name in the evidence."""
    short = {word.key for word in claim.words if len(word.key) > 1 and word.text.isupper()}
    return evidence.initials & short if short else frozenset()


def _missing(key: str, evidence: Shown) -> float:
    return 0.5 if len(key) >= STUB and key[:STUB] in evidence.beginnings else 1.0


def _share(part: float, whole: int) -> float:
    """A share, drawn towards the prior by one imagined word, so that short claims do not go to extremes."""
    return (part + _PRIOR) / (whole + 1)


def _plain(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _apart(sequence: list[str], unseen: frozenset[str], evidence: Shown) -> float:
    words = len(set(sequence))
    pairs = near(sequence, NEAR)
    if not pairs:
        return _share(len(unseen), words)
    return _share(_plain(sum(pair not in evidence.together for pair in pairs), len(pairs)) * words, words)


def _new_triples(keys: list[str], evidence: Shown) -> float:
    triples = list(zip(keys, keys[1:], keys[2:], strict=False))
    return _share(_plain(sum(t not in evidence.triples for t in triples), len(triples)) * len(keys), len(keys))


def _best(places: Mapping[str, Sequence[int]], evidence: Shown) -> tuple[Mapping[int, int], tuple[Found, ...]]:
    counts: dict[int, int] = {}
    weights: dict[int, float] = {}
    for found in places.values():
        weight = math.log((len(evidence.lines) + 1) / (len(found) + 0.5))  # rare words say what a line is about
        for place in found:
            counts[place] = counts.get(place, 0) + 1
            weights[place] = weights.get(place, 0.0) + weight
    top = sorted(counts, key=lambda place: (-weights[place], place))[:BEST]
    return counts, tuple(
        Found(evidence.passages[place], place, evidence.lines[place], counts[place] / len(places)) for place in top
    )


def _best_pair(places: Mapping[str, Sequence[int]], counts: Mapping[int, int]) -> int:
    best = max(counts.values(), default=0)
    for place, count in counts.items():
        if count + counts.get(place + 1, 0) > best:
            best = max(best, sum(place in found or place + 1 in found for found in places.values()))
    return best


def _specific(words: Sequence[Token]) -> list[str]:
    return [
        word.key
        for place, word in enumerate(words)
        if word.content and (word.number or (place > 0 and word.text[0].isupper()))
    ]


def _misplaced(specific: Sequence[str], best: Sequence[Found], evidence: Shown) -> float:
    if not best:
        return 0.0
    around = evidence.lines[max(0, best[0].place - 1) : best[0].place + 2]
    return _plain(sum(not any(key in line.keys for line in around) for key in specific), len(specific))
