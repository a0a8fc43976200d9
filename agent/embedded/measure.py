"""What of a claim is found in the evidence, in a few shares; what they are worth is fitted elsewhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probandum.agent.embedded.reading import STUB, Line, Reading, line_of, near
from probandum.agent.embedded.tokens import Token
from probandum.agent.embedded.words import listed

NEAR = 3
"""How many content words of a claim further on are looked for together in the evidence."""
_POINTING = listed("people")
_PRIOR = 0.25
"""What is believed of a share before the first word is seen; weighs as much as one word."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the evidence that bears on a claim."""

    passage: int
    """Place of its passage among those shown."""
    place: int
    """Place of the line in its passage."""
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


Place = tuple[int, int]


def compare(claim: str, passages: Sequence[Reading]) -> Comparison:
    """Measure a claim against all passages together."""
    line = line_of(claim)
    sequence = [word.key for word in line.words if word.content]
    content = tuple(dict.fromkeys(sequence))
    lines = {key: _places(key, passages) for key in content}
    unseen = frozenset(key for key in content if not lines[key])
    counts, best = _best(lines, passages)
    specific = _specific(line.words)
    measures = Measures(
        missing=_share(sum(_missing(key, passages) for key in unseen), len(content)),
        apart=_apart(sequence, unseen, passages),
        triples=_new_triples([word.key for word in line.words], passages),
        scattered=_share(len(content) - _best_pair(lines, counts), len(content)),
        specifics=_plain(sum(key in unseen for key in specific), len(specific)),
        misplaced=_misplaced(specific, best, passages),
        pointing=float(bool(line.words) and line.words[0].key in _POINTING),
    )
    return Comparison(line, measures, best, unseen)


def _places(key: str, passages: Sequence[Reading]) -> tuple[Place, ...]:
    return tuple((p, place) for p, passage in enumerate(passages) for place in passage.index.get(key, ()))


def _missing(key: str, passages: Sequence[Reading]) -> float:
    related = len(key) >= STUB and any(key[:STUB] in passage.beginnings for passage in passages)
    return 0.5 if related else 1.0


def _share(part: float, whole: int) -> float:
    """A share, drawn towards the prior by one imagined word, so that short claims do not go to extremes."""
    return (part + _PRIOR) / (whole + 1)


def _plain(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _apart(sequence: list[str], unseen: frozenset[str], passages: Sequence[Reading]) -> float:
    words = len(set(sequence))
    pairs = near(sequence, NEAR)
    if not pairs:
        return _share(len(unseen), words)
    new = sum(not any(pair in passage.together for passage in passages) for pair in pairs)
    return _share(new / len(pairs) * words, words)


def _new_triples(keys: list[str], passages: Sequence[Reading]) -> float:
    triples = list(zip(keys, keys[1:], keys[2:], strict=False))
    new = sum(not any(triple in passage.triples for passage in passages) for triple in triples)
    return _share(_plain(new, len(triples)) * len(keys), len(keys))


def _best(
    lines: Mapping[str, Sequence[Place]], passages: Sequence[Reading]
) -> tuple[Mapping[Place, int], tuple[Found, ...]]:
    counts: dict[Place, int] = {}
    weights: dict[Place, float] = {}
    total = sum(len(passage.lines) for passage in passages)
    for found in lines.values():
        weight = math.log((total + 1) / (len(found) + 0.5))  # rare words say more about what a line is about
        for place in found:
            counts[place] = counts.get(place, 0) + 1
            weights[place] = weights.get(place, 0.0) + weight
    top = sorted(counts, key=lambda place: (-weights[place], place))[:3]
    return counts, tuple(Found(p, at, passages[p].lines[at], counts[p, at] / len(lines)) for p, at in top)


def _best_pair(lines: Mapping[str, Sequence[Place]], counts: Mapping[Place, int]) -> int:
    best = max(counts.values(), default=0)
    for (passage, place), count in counts.items():
        after = counts.get((passage, place + 1), 0)
        if count + after > best:
            both = {(passage, place), (passage, place + 1)}
            best = max(best, sum(not both.isdisjoint(found) for found in lines.values()))
    return best


def _specific(words: Sequence[Token]) -> list[str]:
    return [
        word.key
        for place, word in enumerate(words)
        if word.content and (word.number or (place > 0 and word.text[0].isupper()))
    ]


def _misplaced(specific: Sequence[str], best: Sequence[Found], passages: Sequence[Reading]) -> float:
    if not best:
        return 0.0
    lines = passages[best[0].passage].lines[max(0, best[0].place - 1) : best[0].place + 2]
    return _plain(sum(not any(key in line.keys for line in lines) for key in specific), len(specific))
