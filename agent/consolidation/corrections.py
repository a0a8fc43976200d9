"""The response with its faulty stretches changed to what verified quotes support, and with nothing else changed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from probandum.agent.models import ClaimResult, Span, Verdict
from probandum.agent.report import Change, CorrectedResponse
from probandum.agent.taxonomy import Label

_WORD = re.compile(r"\w+(?:[.,:/'’-]\w+)*%?|[^\w\s]")
_FAULTY = (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED)


def corrected(response: str, claims: Sequence[ClaimResult]) -> CorrectedResponse | None:
    """The corrected response; None where no verified quote corrects anything.

    A claim with a correction changes the words in which the correction differs from it, each where it stands once in
    the claim's own stretch of the response. A contradicted claim without one is struck, unless its words there serve
    another claim, too. A claim without a verified quote, or not found in the response, changes nothing.
    """
    changes: list[Change] = []
    for sentence in _by_sentence(claims):
        made: list[Change] = []
        for claim in sentence:
            new = list(_changes(response, claim, sentence))
            if not any(_overlap(one.span, other.span) for one in new for other in made):
                made += new
        changes += made
    if not changes:
        return None
    ordered = sorted(changes, key=lambda change: change.span.start)
    return CorrectedResponse(text=_applied(response, ordered), changes=tuple(ordered))


def _by_sentence(claims: Sequence[ClaimResult]) -> Iterable[Sequence[ClaimResult]]:
    """The claims of each sentence together: only they can stand on the same words."""
    grouped: dict[str | None, list[ClaimResult]] = {}
    for claim in claims:
        grouped.setdefault(claim.sentence, []).append(claim)
    return grouped.values()


def _changes(response: str, claim: ClaimResult, claims: Sequence[ClaimResult]) -> Iterator[Change]:
    verdict, span = claim.verdict, claim.span
    if verdict is None or span is None or not verdict.quotes or verdict.label not in _FAULTY:
        return
    said = response[span.start : span.end]
    if verdict.correction:
        for old, new in _differences(claim.text, verdict.correction):
            start = _once(old, said)
            if start is None:
                return
            place = Span(start=span.start + start, end=span.start + start + len(old))
            yield _change(claim, verdict, place, old=old, new=new)
    elif verdict.label is Label.CONTRADICTED and not _shared(claim, span, claims):
        yield _change(claim, verdict, span, old=said, new=None)


def _change(claim: ClaimResult, verdict: Verdict, span: Span, *, old: str, new: str | None) -> Change:
    return Change(claim=claim.id, span=span, old=old, new=new, quotes=verdict.quotes)


def _differences(claim: str, correction: str) -> Iterator[tuple[str, str]]:
    """The stretches of the claim that the correction says otherwise, each with what it says instead.

    An insertion takes the word before it along, so that every stretch has a place to be found at.
    """
    ours, theirs = list(_WORD.finditer(claim)), list(_WORD.finditer(correction))
    changes = Levenshtein.opcodes([w.group() for w in ours], [w.group() for w in theirs])
    for change in changes:
        if change.tag == "equal":
            continue
        first, other = change.src_start, change.dest_start
        if change.tag == "insert" and first:
            first, other = first - 1, other - 1
        if change.tag == "insert" and first == change.src_end:
            yield "", ""  # before everything: there is no word to hold on to
            return
        yield (
            claim[ours[first].start() : ours[change.src_end - 1].end()],
            correction[theirs[other].start() : theirs[change.dest_end - 1].end()] if other < change.dest_end else "",
        )


def _once(words: str, text: str) -> int | None:
    """Where ``words`` stand in ``text`` as whole words, if once; None where they do not or more often."""
    if not words:
        return None
    found = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]
    return found[0] if len(found) == 1 else None


def _shared(claim: ClaimResult, span: Span, claims: Sequence[ClaimResult]) -> bool:
    """Whether another claim that did not fall stands on some of the same words."""
    return any(
        other.id != claim.id
        and other.span is not None
        and _overlap(span, other.span)
        and not (other.verdict and other.verdict.label is Label.CONTRADICTED)
        for other in claims
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _applied(response: str, changes: Sequence[Change]) -> str:
    pieces, place = [], 0
    for change in changes:
        before = response[place : change.span.start]
        place = change.span.end
        if not change.new and response[place : place + 1] in (" ", "\n", ""):
            # What is struck takes one of the spaces or line ends around it along.
            before, place = (before[:-1], place) if before.endswith((" ", "\n")) else (before, place + (not before))
        pieces += [before, change.new or ""]
    return "".join([*pieces, response[place:]])
