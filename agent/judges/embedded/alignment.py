"""What of a claim is found in the evidence, in a few shares; what they are worth is fitted elsewhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probandum.agent.language.analysis import STUB, Line, Pair, Shown, line_of, near
from probandum.agent.language.lexicon import listed
from probandum.agent.language.names import kin
from probandum.agent.language.tokens import Token

NEAR = 5
"""How many content words of a claim further on are looked for together in the evidence."""
BEST = 3
"""How many lines that bear on a claim are looked at more closely."""
_POINTING = listed("people")
_PRIOR = 0.25
"""What is believed of a share before the first word is seen."""
_PRIOR_WORDS = 0.1
"""How many words that belief weighs as much as; a whole one made long claims of nothing but new words look worse than
short ones."""
_LAST = 3.0
"""How much the last content word weighs: a sentence begins with what is known and ends with what it says of it."""


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
    """Content words that stand nowhere in the evidence, nor does a relative of the word; the last word weighs more."""
    apart: float
    """Content words near each other in the claim that are not so, in either order, in the evidence."""
    swapped: float
    """Content words near each other in the claim that are so in the evidence, but only the other way round."""
    joined: float
    """Content words next to each other in the claim of which both stand in the evidence, but never near each other."""
    triples: float
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
    otherwise = _called_otherwise(line, evidence)
    sequence = [word.key for word in line.words if word.content and word.key not in otherwise]
    places = {key: evidence.index.get(key, ()) for key in sequence}
    unseen = frozenset(key for key, found in places.items() if not found)
    counts, best = _best(places, evidence)
    specific = [key for key in _specific(line.words) if key not in otherwise]
    measures = Measures(
        missing=_missing(sequence, unseen, evidence),
        apart=_apart(sequence, unseen, evidence),
        swapped=_swapped(sequence, evidence),
        joined=_joined(sequence, unseen, evidence),
        triples=_new_triples([word.key for word in line.words], evidence),
        scattered=_share(len(places) - _best_pair(places, counts), len(places)),
        specifics=_plain(sum(key in unseen for key in specific), len(specific)),
        lone=float(_any_lone(sequence, unseen, frozenset(specific))),
        misplaced=_misplaced(specific, best, evidence),
        pointing=float(bool(line.words) and line.words[0].key in _POINTING),
    )
    return Comparison(line, measures, best, unseen)


def _called_otherwise(claim: Line, evidence: Shown) -> frozenset[str]:
    """Words of the claim for names that the evidence writes otherwise: initials, or a country for its people."""
    new = [word for word in claim.words if word.content and word.text[0].isupper() and word.key not in evidence.index]
    if not new:
        return frozenset()
    short = {word.key for word in new if len(word.key) > 1 and word.text.isupper()}
    peoples = frozenset(word.key for word in new if any(key in evidence.index for key in kin(word.key)))
    return peoples | (evidence.initials & short if short else frozenset())


def _missing(sequence: Sequence[str], unseen: frozenset[str], evidence: Shown) -> float:
    weights = [1.0] * (len(sequence) - 1) + [_LAST]
    lost = [
        weight
        for key, weight in zip(sequence, weights, strict=False)
        if key in unseen and not (len(key) >= STUB and key[:STUB] in evidence.beginnings)
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


def _apart(sequence: list[str], unseen: frozenset[str], evidence: Shown) -> float:
    pairs = near(sequence, NEAR)
    if not pairs:
        return _plain(len(unseen), len(set(sequence)))
    return sum(not _are_near(pair, evidence) for pair in pairs) / len(pairs)


def _swapped(sequence: list[str], evidence: Shown) -> float:
    pairs = near(sequence, NEAR)
    together = evidence.together
    return _plain(sum(pair not in together and pair[::-1] in together for pair in pairs), len(pairs))


def _joined(sequence: list[str], unseen: frozenset[str], evidence: Shown) -> float:
    pairs = near(sequence, 1)
    new = [pair for pair in pairs if not _are_near(pair, evidence)]
    return _plain(sum(unseen.isdisjoint(pair) for pair in new), len(pairs))


def _are_near(pair: Pair, evidence: Shown) -> bool:
    return pair in evidence.together or pair[::-1] in evidence.together


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
