"""Sentences of a response and the claims in them, with exact spans; whether a claim holds is decided elsewhere."""

import re
from collections.abc import Iterator, Sequence

from probandum.agent.claims.checkable import no_claim_reason
from probandum.agent.claims.splitting import split_sentence
from probandum.agent.models import Claim, Extraction, Sentence, Span
from probandum.agent.taxonomy import NoClaim
from probandum.tools.segmentation.sentences import BlockKind, SentenceSpan, sentences

_SEPARATOR = re.compile(r"[|:\s-]+")


def extract_clauses(response: str, *, all_checkable: bool = False) -> Extraction:
    """Account for every sentence of a response; every claim is a clause of it.

    A clause that lacks its subject is given that of the clause before it; beyond that the words are the response's own.
    """
    accounted: list[Sentence] = []
    claims: list[Claim] = []
    stretches = sentences(response)
    for place, stretch in enumerate(stretches):
        reason = _reason(response, stretches, place, all_checkable=all_checkable)
        given = () if reason else tuple(_claims(response, stretch, f"s{place + 1}"))
        claims.extend(given)
        accounted.append(
            Sentence(
                id=f"s{place + 1}",
                text=response[stretch.start : stretch.end],
                span=Span(start=stretch.start, end=stretch.end),
                claims=tuple(claim.id for claim in given),
                reason=reason,
            )
        )
    return Extraction(sentences=tuple(accounted), claims=tuple(claims))


def _reason(response: str, stretches: Sequence[SentenceSpan], place: int, *, all_checkable: bool) -> NoClaim | None:
    stretch = stretches[place]
    if stretch.kind is BlockKind.ROW:
        following = stretches[place + 1] if place + 1 < len(stretches) else None
        if _is_separator(response, stretch) or (following and _is_separator(response, following)):
            return NoClaim.HEADING
    return no_claim_reason(response[stretch.start : stretch.end], kind=stretch.kind, all_checkable=all_checkable)


def _is_separator(response: str, stretch: SentenceSpan) -> bool:
    return stretch.kind is BlockKind.ROW and _SEPARATOR.fullmatch(response, stretch.start, stretch.end) is not None


def _claims(response: str, stretch: SentenceSpan, sentence: str) -> Iterator[Claim]:
    text = response[stretch.start : stretch.end]
    if stretch.kind not in (BlockKind.PROSE, BlockKind.ITEM):
        yield Claim.of(text, sentence=sentence, span=Span(start=stretch.start, end=stretch.end))
        return
    for clause in split_sentence(text):
        span = Span(start=stretch.start + clause.start, end=stretch.start + clause.end)
        yield Claim.of(clause.text, sentence=sentence, span=span)
