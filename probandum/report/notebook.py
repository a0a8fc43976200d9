"""A report as a fragment of HTML for a notebook: the answer with its claims underlined, what shows each on hovering."""

from collections.abc import Iterator
from typing import NamedTuple

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.report.html import environment, kind_of, marked_response
from probandum.report.summary import headline

_MOST_CHARACTERS = 12_000
"""Of the answer; what stands beyond is left to the whole report, so that a notebook stays small."""
_HINT = 300
_MOST_BYTES = 60_000


class Piece(NamedTuple):
    """A stretch of the answer, how it is underlined, and what is shown on hovering."""

    text: str
    kind: str | None = None
    hint: str = ""


def as_fragment(report: Report) -> str:
    """One element that needs nothing else, under 60 KB, and shows every foreign text as text."""
    template = environment().get_template("notebook.html.j2")
    room = _MOST_CHARACTERS
    while True:
        pieces = list(_pieces(report, room))
        left = max(0, len(report.response) - room)
        page: str = template.render(
            headline=headline(report).plain, pieces=pieces, left=left, findings=report.findings[:5]
        )
        if len(page.encode()) < _MOST_BYTES or not room:
            return page
        room //= 2


def _pieces(report: Report, room: int) -> Iterator[Piece]:
    sources = {item.id: item.source for item in report.evidence}
    for text, claims in marked_response(report):
        if room <= 0:
            return
        shown, room = text[:room], room - len(text)
        hint = "\n".join(_hint(claim, sources) for claim in claims[:3])
        yield Piece(shown, kind_of(claims[0]), hint) if claims else Piece(shown)


def _hint(claim: ClaimResult, sources: dict[str, str]) -> str:
    verdict = claim.verdict
    types = ", ".join(error.value for error in verdict.error_types) if verdict else ""
    said = kind_of(claim).replace("_", " ") + (f" ({types})" if types else "")
    quotes = [f"“{quote.text}” — {sources[quote.evidence_id]}" for quote in (verdict.quotes[:1] if verdict else ())]
    told = quotes or [claim.message or "no words of the evidence say so"]
    return " ".join(f"{said}: {told[0]}".split())[:_HINT]
