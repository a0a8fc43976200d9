"""Names of a claim in whose place the evidence has another name; what a name stands for is not known here."""

from collections.abc import Iterator, Sequence

from probandum.agent.judges.embedded.alignment import Alignment
from probandum.agent.judges.embedded.differences.difference import MIN_OVERLAP_NAMES, Difference, is_comparable_at
from probandum.agent.language.analysis import PREFIX_LENGTH, AnalyzedSentence, TextIndex
from probandum.agent.language.names import Name, known
from probandum.agent.taxonomy import ErrorType


def names(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """Names that are not known to the evidence, where a sentence about the same has another one."""
    claim = alignment.claim
    for name in claim.names:
        # Austria, where the Austrian is named; but a first name alone does not make another person the same one.
        related = name.keys[-1][:PREFIX_LENGTH] in evidence.prefixes
        if related or known(name, keys=evidence.index, others=evidence.names):
            continue
        for found in alignment.nearest:
            rival = next(
                (other for other in found.sentence.names if _takes_place(name, claim, other, found.sentence)), None
            )
            if rival and is_comparable_at(
                alignment, found.sentence, start=name.start, end=name.end, enough=MIN_OVERLAP_NAMES
            ):
                said, instead = claim.text[name.start : name.end], found.sentence.text[rival.start : rival.end]
                yield Difference(ErrorType.ENTITY, said, instead, found, contradicts=True)
                break


def _takes_place(name: Name, claim: AnalyzedSentence, other: Name, sentence: AnalyzedSentence) -> bool:
    """Whether another name stands where the claim has this one: after or before the same word."""
    if claim.keys.issuperset(other.keys):
        return False
    return any(
        mine is not None and mine == theirs
        for mine, theirs in zip(_neighbours(name, claim), _neighbours(other, sentence), strict=True)
    )


def _neighbours(name: Name, sentence: AnalyzedSentence) -> Sequence[str | None]:
    before = [word.key for word in sentence.words if word.end - sentence.start <= name.start]
    after = [word.key for word in sentence.words if word.start - sentence.start >= name.end]
    return (before[-1] if before else None), (after[0] if after else None)
