"""What of a claim is found in the evidence, in a few quantities; what they are worth is fitted elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from probandum.agent.embedded.reading import STUB, Line, Pair, Reading, Triple
from probandum.agent.embedded.tokens import Token, tokens


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the evidence that bears on a claim."""

    passage: int
    """Place of its passage among those shown."""
    place: int
    """Place of the line in its passage."""
    line: Line
    coverage: float
    """Share of the claim's content words that stand in it, by weight."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares in [0, 1]; 0 says that everything of the claim is in the evidence."""

    missing: float
    """Content words that stand nowhere in the evidence; half, where a relative of the word does."""
    pairs: float
    """Neighbouring words that are no neighbours in the evidence."""
    triples: float
    """The same for three in a row."""
    apart: float
    """Content words near each other in the claim that share no sentence of the evidence."""
    uncovered: float
    """Content words outside the best sentence."""
    scattered: float
    """Content words outside the best sentence and its neighbours."""
    specifics: float
    """Numbers and capitalised words that stand nowhere in the evidence."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A claim beside the evidence."""

    words: tuple[Token, ...]
    measures: Measures
    best: tuple[Found, ...]
    """The lines that bear most on the claim, best first; empty where none shares a content word with it."""
    missing: tuple[Token, ...]
    """The claim's content words that stand nowhere in the evidence."""


NEAR = 3
"""How many content words further on still count as near."""


def compare(claim: str, passages: Sequence[Reading]) -> Comparison:
    """Measure a claim against all passages together."""
    words = tokens(claim)
    content = tuple(dict.fromkeys(word.key for word in words if word.content))
    lines = _lines_of(content, passages)
    unseen = frozenset(key for key in content if not lines[key])
    best = _best(content, lines, passages)
    keys = tuple(word.key for word in words)
    measures = Measures(
        missing=_share(sum(_weight_missing(key, passages) for key in unseen), len(content)),
        pairs=_new_pairs(tuple(zip(keys, keys[1:], strict=False)), passages),
        triples=_new_triples(tuple(zip(keys, keys[1:], keys[2:], strict=False)), passages),
        apart=_apart([word.key for word in words if word.content], lines),
        uncovered=1.0 - best[0].coverage if best else 1.0,
        scattered=_scattered(content, best, passages),
        specifics=_specifics(words, unseen),
    )
    return Comparison(words, measures, best, tuple(word for word in words if word.key in unseen))


Place = tuple[int, int]


def _lines_of(content: Sequence[str], passages: Sequence[Reading]) -> dict[str, frozenset[Place]]:
    return {
        key: frozenset((p, place) for p, passage in enumerate(passages) for place in passage.index.get(key, ()))
        for key in content
    }


def _weight_missing(key: str, passages: Sequence[Reading]) -> float:
    related = len(key) >= STUB and any(key[:STUB] in passage.beginnings for passage in passages)
    return 0.5 if related else 1.0


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _new_pairs(pairs: Sequence[Pair], passages: Sequence[Reading]) -> float:
    return _share(sum(not any(pair in passage.pairs for passage in passages) for pair in pairs), len(pairs))


def _new_triples(triples: Sequence[Triple], passages: Sequence[Reading]) -> float:
    return _share(sum(not any(triple in passage.triples for passage in passages) for triple in triples), len(triples))


def _apart(content: Sequence[str], lines: dict[str, frozenset[Place]]) -> float:
    near = [(one, other) for at, one in enumerate(content) for other in content[at + 1 : at + 1 + NEAR]]
    return _share(sum(lines[one].isdisjoint(lines[other]) for one, other in near), len(near))


def _best(content: Sequence[str], lines: dict[str, frozenset[Place]], passages: Sequence[Reading]) -> tuple[Found, ...]:
    counts: dict[Place, int] = {}
    for key in content:
        for place in lines[key]:
            counts[place] = counts.get(place, 0) + 1
    top = sorted(counts, key=lambda place: (-counts[place], len(passages[place[0]].lines[place[1]].keys), place))[:3]
    return tuple(Found(p, at, passages[p].lines[at], counts[p, at] / len(content)) for p, at in top)


def _scattered(content: Sequence[str], best: Sequence[Found], passages: Sequence[Reading]) -> float:
    if not best:
        return 1.0
    lines = passages[best[0].passage].lines
    window = lines[max(0, best[0].place - 1) : best[0].place + 2]
    return _share(sum(not any(key in line.keys for line in window) for key in content), len(content))


def _specifics(words: Sequence[Token], unseen: frozenset[str]) -> float:
    specific = [
        word for at, word in enumerate(words) if word.content and (word.number or (at > 0 and word.text[0].isupper()))
    ]
    return _share(sum(word.key in unseen for word in specific), len(specific))
