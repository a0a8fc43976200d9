"""All typed differences between a claim and the lines nearest to it; each kind has its place, weights are fitted."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from probandum.agent.judges.embedded.alignment import Comparison
from probandum.agent.judges.embedded.differences.difference import Clash
from probandum.agent.judges.embedded.differences.names import names
from probandum.agent.judges.embedded.differences.overstatement import reaches
from probandum.agent.judges.embedded.differences.polarity import negations, opposites
from probandum.agent.judges.embedded.differences.substitution import replaced, sexes
from probandum.agent.judges.embedded.differences.values import dates, quantities
from probandum.agent.language.analysis import Shown

Look = Callable[[Comparison, Shown], Iterator[Clash]]
KINDS: Mapping[str, Look] = {
    "dates": dates,
    "quantities": quantities,
    "names": names,
    "replaced": replaced,
    "opposites": opposites,
    "negations": negations,
    "sexes": sexes,
    "reaches": reaches,
}
"""In the order in which differences are told; what an earlier one has named, a later one does not name again."""


def clashes(comparison: Comparison, evidence: Shown) -> tuple[Clash, ...]:
    """The differences that can be named, hard ones first; empty where no sentence is near enough to the claim."""
    if not comparison.best:
        return ()
    found: list[Clash] = []
    for look in KINDS.values():
        found += [clash for clash in look(comparison, evidence) if not _named(clash, found)]
    return tuple(sorted(found, key=lambda clash: not clash.hard))


def hard_kinds(comparison: Comparison, evidence: Shown) -> frozenset[str]:
    """The kinds of which there is a difference that cannot be true together with the evidence."""
    if not comparison.best:
        return frozenset()
    return frozenset(kind for kind, look in KINDS.items() if any(clash.hard for clash in look(comparison, evidence)))


def _named(clash: Clash, earlier: Sequence[Clash]) -> bool:
    return clash.hard and any(other.hard and clash.claim in other.claim for other in earlier)
