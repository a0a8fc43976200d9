"""Sentences that have the claim's words and do not assert them: they deny, ask, report, suppose, hedge or strike it.

What a frame is stands in ``agent/language/assertion.py``; here it becomes a typed difference.
"""

from collections.abc import Iterator, Mapping

from probandum.agent.judges.embedded.alignment import AlignedSentence, Alignment
from probandum.agent.judges.embedded.differences.difference import MIN_OVERLAP_WORDS, Difference
from probandum.agent.language.analysis import TextIndex
from probandum.agent.language.assertion import Scope, Status, governing
from probandum.agent.taxonomy import ErrorType

_FEWEST_WORDS = 3
"""Content words of a claim; fewer stand in many a sentence that is about something else."""
_AS_GOOD = 0.95
"""Share of the best sentence's coverage from which on another sentence may assert the claim in its place."""
_TYPES: Mapping[Status, tuple[ErrorType, str | None]] = {
    Status.NEGATED: (ErrorType.OTHER, "negation"),
    Status.RETRACTED: (ErrorType.OTHER, "negation"),
    Status.REPORTED: (ErrorType.ATTRIBUTION_FAILURE, None),
    Status.QUESTIONED: (ErrorType.HYPERBOLE, None),
    Status.HYPOTHETICAL: (ErrorType.HYPERBOLE, None),
    Status.POSSIBLE: (ErrorType.HYPERBOLE, None),
}


def frames(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """The frame around the sentence that has most of the claim, where no other that has as much asserts it."""
    top = max((found.coverage for found in alignment.nearest), default=0.0)
    if top < MIN_OVERLAP_WORDS:
        return
    near = [found for found in alignment.nearest if found.coverage >= _AS_GOOD * top]
    if _is_chance(alignment, near[0]):
        return
    scopes = [_scope(alignment, found, evidence) for found in near]
    if any(scope is None for scope in scopes):
        return
    scope = scopes[0]
    if scope is not None:
        kind, detail = _TYPES[scope.status]
        denied = scope.status in (Status.NEGATED, Status.RETRACTED)
        yield Difference(
            kind, "a plain statement", scope.trigger, near[0], contradicts=denied, detail=detail, status=scope.status
        )


def _is_chance(alignment: Alignment, found: AlignedSentence) -> bool:
    """Whether the claim has so few words that they may stand in a sentence which is about something else."""
    few = sum(word.content for word in alignment.claim.words)
    return few < _FEWEST_WORDS and sum(word.content for word in found.sentence.words) > few + _FEWEST_WORDS


def _scope(alignment: Alignment, found: AlignedSentence, evidence: TextIndex) -> Scope | None:
    keys = frozenset(word.key for word in alignment.claim.words if word.content)
    return governing(alignment.claim.text, keys, found.sentence, evidence.texts[found.passage])
