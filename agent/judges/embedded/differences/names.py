"""Names of a claim in whose place the evidence has another name; what a name stands for is not known here."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Comparison
from probandum.agent.judges.embedded.differences.difference import SAME_SLOT, Clash, comparable_at
from probandum.agent.language.analysis import STUB, Line, Shown
from probandum.agent.language.names import Name, known
from probandum.agent.taxonomy import ErrorType


def names(comparison: Comparison, evidence: Shown) -> Iterator[Clash]:
    """Names that are not known to the evidence, where a line about the same has another one."""
    claim = comparison.claim
    for name in claim.names:
        # Austria, where the Austrian is named; but a first name alone does not make another person the same one.
        related = name.keys[-1][:STUB] in evidence.beginnings
        if related or known(name, keys=evidence.index, others=evidence.names):
            continue
        for found in comparison.best:
            rival = next((other for other in found.line.names if _takes_place(name, claim, other, found.line)), None)
            if rival and comparable_at(comparison, found.line, start=name.start, end=name.end, enough=SAME_SLOT):
                said, instead = claim.text[name.start : name.end], found.line.text[rival.start : rival.end]
                yield Clash(ErrorType.ENTITY, said, instead, found, hard=True)
                break


def _takes_place(name: Name, claim: Line, other: Name, line: Line) -> bool:
    """Whether another name stands where the claim has this one: after or before the same word."""
    if claim.keys.issuperset(other.keys):
        return False
    return any(
        mine is not None and mine == theirs
        for mine, theirs in zip(_neighbours(name, claim), _neighbours(other, line), strict=True)
    )


def _neighbours(name: Name, line: Line) -> Sequence[str | None]:
    before = [word.key for word in line.words if word.end - line.start <= name.start]
    after = [word.key for word in line.words if word.start - line.start >= name.end]
    return (before[-1] if before else None), (after[0] if after else None)
