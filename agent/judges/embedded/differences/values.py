"""Dates and amounts of a claim that the evidence has otherwise; names and words are elsewhere."""

from collections.abc import Iterator

from probandum.agent.judges.embedded.alignment import AlignedSentence, Alignment
from probandum.agent.judges.embedded.differences.difference import MIN_OVERLAP, Difference, is_comparable_at
from probandum.agent.language.analysis import AnalyzedSentence, TextIndex
from probandum.agent.language.dates import Date, agree
from probandum.agent.language.quantities import Quantity, allows, comparable, same
from probandum.agent.taxonomy import ErrorType


def dates(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """Dates that stand nowhere in the evidence, beside another one in a sentence about the same."""
    for date in alignment.claim.dates:
        if any(agree(date, other) for other in evidence.dates) or (not date.month and str(date.year) in evidence.index):
            continue
        for found in alignment.nearest:
            rival = _rival_date(date, found.sentence)
            if rival and is_comparable_at(
                alignment, found.sentence, start=date.start, end=date.end, enough=MIN_OVERLAP
            ):
                yield _difference(ErrorType.TEMPORAL, alignment, date, rival, found)
                break


def quantities(alignment: Alignment, evidence: TextIndex) -> Iterator[Difference]:
    """Amounts that stand nowhere in the evidence, beside another one of the same unit in a sentence about the same."""
    claim = alignment.claim
    for quantity in claim.quantities:
        if any(same(quantity, other) for other in evidence.quantities) or f"{quantity.value:g}" in evidence.index:
            continue
        for found in alignment.nearest:
            rivals = [q for q in found.sentence.quantities if comparable(quantity, q)]
            near = is_comparable_at(
                alignment, found.sentence, start=quantity.start, end=quantity.end, enough=MIN_OVERLAP
            )
            if rivals and near and not any(allows(claim.text, quantity, rival) for rival in rivals):
                yield _difference(ErrorType.NUMBER, alignment, quantity, rivals[0], found)
                break


def _rival_date(date: Date, sentence: AnalyzedSentence) -> Date | None:
    return next(
        (d for d in sentence.dates if any(mine and theirs for mine, theirs in zip(date[2:], d[2:], strict=True))), None
    )


def _difference(
    kind: ErrorType, alignment: Alignment, mine: Date | Quantity, theirs: Date | Quantity, found: AlignedSentence
) -> Difference:
    said, instead = alignment.claim.text[mine.start : mine.end], found.sentence.text[theirs.start : theirs.end]
    return Difference(kind, said, instead, found, contradicts=True)
