"""Where a claim goes further than the sentence about the same: wider, surer, already done, explained, attributed."""

from collections.abc import Iterator

from probandum.agent.judges.embedded.alignment import AlignedSentence, Alignment
from probandum.agent.judges.embedded.differences.difference import MIN_OVERLAP_WORDS, Difference, coverage
from probandum.agent.language.analysis import AnalyzedSentence, TextIndex
from probandum.agent.language.lexicon import word_set
from probandum.agent.taxonomy import ErrorType

_UNIVERSALS = word_set("universals") - word_set("negations")
_PARTIALS = word_set("partials")
_HEDGES = word_set("hedges")
_PLANS = word_set("plans")
_CAUSES = word_set("causes")
_SAYINGS = word_set("sayings")


def overstatements(alignment: Alignment, _: TextIndex) -> Iterator[Difference]:
    """What the claim adds to the sentence that has nearly all of it; none of it is a contradiction by itself."""
    found = alignment.nearest[0]
    if coverage(alignment, found.sentence) < MIN_OVERLAP_WORDS:
        return
    claim, sentence = alignment.claim, found.sentence
    yield from _broader(ErrorType.OVERGENERALIZATION, claim, _UNIVERSALS, found, _PARTIALS)
    hedges = _first(sentence, _HEDGES)
    if hedges and not _first(claim, _HEDGES):
        yield Difference(ErrorType.HYPERBOLE, "stated as certain", hedges, found, contradicts=False)
    plans = _first(sentence, _PLANS)
    if plans and not _first(claim, _PLANS) and any(w.text.endswith("ed") for w in claim.words):
        yield Difference(ErrorType.TEMPORAL, "told as done", plans, found, contradicts=False)
    causes = _first(claim, _CAUSES)
    if causes and not _first(sentence, _CAUSES):
        yield Difference(ErrorType.REASONING_ERROR, causes, "no cause named", found, contradicts=False)
    saying = _first(claim, _SAYINGS)
    if saying and not _first(sentence, _SAYINGS) and not sentence.keys & {'"'}:
        yield Difference(ErrorType.ATTRIBUTION_FAILURE, saying, "not said by anyone there", found, contradicts=False)


def _broader(
    kind: ErrorType, claim: AnalyzedSentence, wide: frozenset[str], found: AlignedSentence, narrow: frozenset[str]
) -> Iterator[Difference]:
    said, instead = _first(claim, wide), _first(found.sentence, narrow)
    if said and instead and not _first(found.sentence, wide) and not _first(claim, narrow):
        yield Difference(kind, said, instead, found, contradicts=False)


def _first(sentence: AnalyzedSentence, words: frozenset[str]) -> str | None:
    return next((word.text for word in sentence.words if word.text.lower() in words), None)
