"""How far the origins of its quotes carry a verdict; pure, so that it can be read as a table.

What stands in the request's context or in the user's own documents is taken at its word. A page of the web is the word
of somebody: it takes two who do not repeat each other, or one whom the user trusts by name. A model's memory proves
nothing, nor does arithmetic by itself.
"""

from collections.abc import Collection, Mapping, Sequence

import networkx as nx

from probandum.agent.models import Step, Verdict
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.web.domains import registrable_domain
from probandum.tools.web.independence import publisher_groups, text_groups

SINGLE_SOURCE = "single_source"
"""The detail of a verdict that one page of the web supports, and nobody else."""
_ENOUGH = 2
_ROOT = "root"
_OWN = (Origin.CONTEXT, Origin.CORPUS)
_NO_SOURCE = (
    "Nothing speaks for it but a model's own answers, or sums of numbers that a model chose. Such evidence may show "
    "that the claim is unsure, and never that it is right."
)
_ONE_PAGE = (
    "One source of the web alone speaks for it. It takes two that do not repeat each other, or one that is trusted by "
    "name (trusted_domains)."
)


def apply_source_trust(verdict: Verdict, evidence: Mapping[str, Evidence], *, trusted: Collection[str] = ()) -> Verdict:
    """The verdict, or the weaker one that its quotes carry; half of what spoke for support then speaks against it.

    Args:
        verdict: as the judge gave it.
        evidence: whatever it may quote, by id.
        trusted: registrable domains each of which is enough by itself.
    """
    quoted = [evidence[quote.evidence_id] for quote in verdict.quotes if quote.evidence_id in evidence]
    affirms = verdict.label in (Label.SUPPORTED, Label.PARTIALLY_SUPPORTED)
    if not affirms or not quoted or any(item.origin in _OWN for item in quoted):
        return verdict
    pages = [item for item in quoted if item.origin is Origin.WEB]
    if not pages:
        return _weaker(verdict, Label.UNEVALUATABLE, _NO_SOURCE)
    if verdict.label is Label.SUPPORTED and not _vouched_for(verdict, pages, trusted):
        return _weaker(verdict, Label.PARTIALLY_SUPPORTED, _ONE_PAGE)
    return verdict


def independent_sources(verdict: Verdict, evidence: Mapping[str, Evidence]) -> int | None:
    """How many sources that do not repeat each other are behind a verdict; None where it quotes nothing.

    The number of paths from the quotes to the claim that share neither a publisher nor a text (Menger): pages of one
    registrable domain are one publisher, as are two of which one names the other; passages that are nearly alike are
    one text. Computed on the claim's own ancestors, since on the whole graph it would take hours.
    """
    items = list({quote.evidence_id: evidence[quote.evidence_id] for quote in verdict.quotes}.values())
    if len(items) < 2:  # noqa: PLR2004 - nothing to compare
        return len(items) or None
    of_publisher, of_text = publisher_groups(items), text_groups(items)
    if min(len(set(of_publisher)), len(set(of_text))) == len(items):
        return len(items)
    if len(set(of_publisher)) == 1 or len(set(of_text)) == 1:
        return 1
    paths: nx.DiGraph[str] = nx.DiGraph()
    for publisher, text in zip(of_publisher, of_text, strict=True):
        paths.add_edges_from([(_ROOT, f"p:{publisher}"), (f"p:{publisher}", f"t:{text}"), (f"t:{text}", "claim")])
    return int(nx.node_connectivity(paths, _ROOT, "claim"))


def _vouched_for(verdict: Verdict, pages: Sequence[Evidence], trusted: Collection[str]) -> bool:
    by_id = {item.id: item for item in pages}
    on_pages = verdict.model_copy(update={"quotes": tuple(q for q in verdict.quotes if q.evidence_id in by_id)})
    if any(registrable_domain(item.source) in trusted for item in pages):
        return True
    return (independent_sources(on_pages, by_id) or 0) >= _ENOUGH


def _weaker(verdict: Verdict, label: Label, reason: str) -> Verdict:
    moved = verdict.probabilities.get(Label.SUPPORTED, 0.0) / 2
    probabilities = {**verdict.probabilities, Label.SUPPORTED: moved}
    probabilities[label] = probabilities.get(label, 0.0) + moved
    partial = label is Label.PARTIALLY_SUPPORTED
    return Verdict.model_validate(
        {
            **dict(verdict),
            "label": label,
            "why": None if partial else Why.UNDECIDABLE,
            "error_types": (ErrorType.OTHER,) if partial else (),
            "detail": SINGLE_SOURCE if partial else None,
            "correction": None,
            "steps": (*verdict.steps, Step(name="trust", text=f"{verdict.label.value} by the judge. {reason}")),
            "probabilities": probabilities,
            "confidence": probabilities[label],
        }
    )
