"""Sentences of a response and the claims in them, with exact spans; whether a claim holds is decided elsewhere."""

from probandum.agent.embedded.checkable import reason_not
from probandum.agent.judge import Extraction
from probandum.agent.models import Claim, Sentence, Span
from probandum.tools.sentences import sentences


def extract(response: str, *, all_checkable: bool = False) -> Extraction:
    """Account for every sentence of a response; every claim is a stretch of it as it stands."""
    accounted: list[Sentence] = []
    claims: list[Claim] = []
    for place, stretch in enumerate(sentences(response), start=1):
        text = response[stretch.start : stretch.end]
        span = Span(start=stretch.start, end=stretch.end)
        reason = reason_not(text, kind=stretch.kind, all_checkable=all_checkable)
        given = () if reason else (Claim.of(text, sentence=f"s{place}", span=span),)
        claims.extend(given)
        accounted.append(
            Sentence(id=f"s{place}", text=text, span=span, claims=tuple(c.id for c in given), reason=reason)
        )
    return Extraction(sentences=tuple(accounted), claims=tuple(claims))
