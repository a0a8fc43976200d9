"""All kinds of typed differences between a claim and the sentences nearest to it, a file each; weights are fitted."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import Difference
from probandum.agent.judges.embedded.differences.frames import frames
from probandum.agent.judges.embedded.differences.names import names
from probandum.agent.judges.embedded.differences.overstatement import overstatements
from probandum.agent.judges.embedded.differences.polarity import antonyms, negations
from probandum.agent.judges.embedded.differences.roles import swaps
from probandum.agent.judges.embedded.differences.substitution import genders, misspellings, substitutions
from probandum.agent.judges.embedded.differences.values import dates, quantities
from probandum.agent.language.analysis import TextIndex

Finder = Callable[[Alignment, TextIndex], Iterator[Difference]]
KINDS: Mapping[str, Finder] = {
    "dates": dates,
    "quantities": quantities,
    "names": names,
    "replaced": substitutions,
    "opposites": antonyms,
    "negations": negations,
    "sexes": genders,
    "reaches": overstatements,
    "misspellings": misspellings,
    "frames": frames,
    "swaps": swaps,
}
"""In the order in which differences are told; what an earlier one has named, a later one does not name again."""


def differences(alignment: Alignment, evidence: TextIndex) -> tuple[Difference, ...]:
    """The differences that can be named, hard ones first; empty where no sentence is near enough to the claim."""
    if not alignment.nearest:
        return ()
    found: list[Difference] = []
    for look in KINDS.values():
        found += [difference for difference in look(alignment, evidence) if not _named(difference, found)]
    return tuple(sorted(found, key=lambda difference: not difference.contradicts))


def contradicting_kinds(alignment: Alignment, evidence: TextIndex) -> frozenset[str]:
    """The kinds of which there is a difference that cannot be true together with the evidence."""
    if not alignment.nearest:
        return frozenset()
    return frozenset(
        kind for kind, look in KINDS.items() if any(difference.contradicts for difference in look(alignment, evidence))
    )


def _named(difference: Difference, earlier: Sequence[Difference]) -> bool:
    return difference.contradicts and any(other.contradicts and difference.claim in other.claim for other in earlier)
