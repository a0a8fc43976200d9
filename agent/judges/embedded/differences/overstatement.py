"""Where a claim goes further than the line about the same: wider, surer, already done, explained, said by someone."""

from collections.abc import Iterator

from probandum.agent.judges.embedded.alignment import Comparison, Found
from probandum.agent.judges.embedded.differences.difference import SAME_STATEMENT, Clash, covered
from probandum.agent.language.analysis import Line, Shown
from probandum.agent.language.lexicon import listed
from probandum.agent.taxonomy import ErrorType

_UNIVERSALS = listed("universals") - listed("negations")
_PARTIALS = listed("partials")
_HEDGES = listed("hedges")
_PLANS = listed("plans")
_CAUSES = listed("causes")
_SAYINGS = listed("sayings")


def reaches(comparison: Comparison, _: Shown) -> Iterator[Clash]:
    """What the claim adds to the line that has nearly all of it; none of it is a contradiction by itself."""
    found = comparison.best[0]
    if covered(comparison, found.line) < SAME_STATEMENT:
        return
    claim, line = comparison.claim, found.line
    yield from _broader(ErrorType.OVERGENERALIZATION, claim, _UNIVERSALS, found, _PARTIALS)
    hedges = _first(line, _HEDGES)
    if hedges and not _first(claim, _HEDGES):
        yield Clash(ErrorType.HYPERBOLE, "stated as certain", hedges, found, hard=False)
    plans = _first(line, _PLANS)
    if plans and not _first(claim, _PLANS) and any(w.text.endswith("ed") for w in claim.words):
        yield Clash(ErrorType.TEMPORAL, "told as done", plans, found, hard=False)
    causes = _first(claim, _CAUSES)
    if causes and not _first(line, _CAUSES):
        yield Clash(ErrorType.REASONING_ERROR, causes, "no cause named", found, hard=False)
    saying = _first(claim, _SAYINGS)
    if saying and not _first(line, _SAYINGS) and not line.keys & {'"'}:
        yield Clash(ErrorType.ATTRIBUTION_FAILURE, saying, "not said by anyone there", found, hard=False)


def _broader(
    kind: ErrorType, claim: Line, wide: frozenset[str], found: Found, narrow: frozenset[str]
) -> Iterator[Clash]:
    said, instead = _first(claim, wide), _first(found.line, narrow)
    if said and instead and not _first(found.line, wide) and not _first(claim, narrow):
        yield Clash(kind, said, instead, found, hard=False)


def _first(line: Line, words: frozenset[str]) -> str | None:
    return next((word.text for word in line.words if word.text.lower() in words), None)
