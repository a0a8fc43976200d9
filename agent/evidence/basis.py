"""Says what a verdict rests on; one rule for every judge."""

from collections.abc import Iterable, Sequence

from probandum.agent.models import Case, Quote
from probandum.tools.evidence import Origin

_NEAREST_FIRST = tuple(Origin)


def basis(quotes: Sequence[Quote], case: Case) -> Origin:
    """The origin furthest from the request among the quoted evidence.

    Without quotes it is the furthest among all that was shown, and where nothing was shown, among all that was asked.
    """
    cited = {quote.evidence_id for quote in quotes}
    shown = [item.origin for item in case.evidence if not cited or item.id in cited]
    return _furthest(shown or [search.origin for search in case.trail if search.origin])


def _furthest(origins: Iterable[Origin]) -> Origin:
    return max(origins, key=_NEAREST_FIRST.index, default=Origin.CONTEXT)
