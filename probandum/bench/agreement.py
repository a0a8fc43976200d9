"""How far a judge's labels and error types agree with those of people, and with themselves when it is asked again."""

from collections import Counter
from collections.abc import Iterable, Sequence

from probandum.agent.taxonomy import Label
from probandum.bench.audited_rows import AuditedRow, FoundClaim
from probandum.bench.labels import error_types_of, label_of, label_of_error_types, to_dataset_label
from probandum.bench.metrics import kappa, macro_f1
from probandum.tools.evidence import Frozen


class LabelAgreement(Frozen):
    """Of errors that people say conflict with the context or are not in it, what the judge says of them."""

    rows: int
    """Rows whose errors are all of one of the two kinds."""
    called: int
    """Of these, rows of which the judge calls some claim wrong; the figures are about these."""
    agree: float | None
    """Share of the called rows on which both say the same kind."""
    majority: float | None
    """What saying the more frequent kind every time would give."""
    kappa: float | None


class TypeAgreement(Frozen):
    """Of errors whose type is one of ours, whether the judge names it."""

    rows: int
    called: int
    """Of these, rows of which the judge names an error type; the figures are about these."""
    agree: float | None
    """Share of the called rows on which one of the judge's types is one of people's."""
    majority: float | None
    """What naming the most frequent type every time would give."""


class Stability(Frozen):
    """What changes when the same rows are audited again."""

    passes: int
    rows: int
    """Rows with a risk in every pass."""
    row_flips: float | None
    """Share of the rows that are not on the same side of the threshold every time."""
    claims: int
    """Claims that were judged in every pass."""
    label_flips: float | None
    """Share of these whose label is not the same every time."""
    unmatched: int
    """Claims that were not made and judged in every pass; in no share."""


def labels_macro_f1(rows: Sequence[AuditedRow]) -> float | None:
    """Mean F1 over the labels that people gave, on rows of one claim."""
    found = [(label_of(row.dataset, row.label), row.dataset, row.one_claim) for row in rows]
    pairs = [(people, to_dataset_label(dataset, ours.label)) for people, dataset, ours in found if people and ours]
    return macro_f1([people for people, _ in pairs], [ours for _, ours in pairs])


def label_agreement(rows: Sequence[AuditedRow]) -> LabelAgreement | None:
    """Agreement on labels in disguise; None where the data set has none."""
    known = [(people, _kind(row)) for row in rows if (people := label_of_error_types(row.dataset, row.error_types))]
    if not known:
        return None
    called = [(people, ours) for people, ours in known if ours]
    theirs, own = [each for each, _ in called], [each for _, each in called]
    same = sum(a is b for a, b in called)
    return LabelAgreement(
        rows=len(known),
        called=len(called),
        agree=same / len(called) if called else None,
        majority=max(Counter(theirs).values()) / len(called) if called else None,
        kappa=kappa(theirs, own),
    )


def type_agreement(rows: Sequence[AuditedRow]) -> TypeAgreement | None:
    """Agreement on error types; None where none of the data set's is one of ours."""
    known = [(people, _types(row)) for row in rows if (people := error_types_of(row.dataset, row.error_types))]
    if not known:
        return None
    called = [(people, ours) for people, ours in known if ours]
    counts = Counter(each for people, _ in called for each in people)
    return TypeAgreement(
        rows=len(known),
        called=len(called),
        agree=sum(bool(people & ours) for people, ours in called) / len(called) if called else None,
        majority=max(counts.values()) / len(called) if called else None,
    )


def stability(rows: Sequence[AuditedRow], *, threshold: float) -> Stability | None:
    """What several audits of each row have in common; None where there was only one."""
    passes = max((len(row.passes) for row in rows), default=0)
    if passes < 2:  # noqa: PLR2004 - nothing to compare
        return None
    sides = [[each.risk > threshold for each in row.passes if each.risk is not None] for row in rows]
    whole = [side for side in sides if len(side) == passes]
    claims = [labels for row in rows for labels in _labels(row)]
    matched = [labels for labels in claims if len(labels) == passes]
    return Stability(
        passes=passes,
        rows=len(whole),
        row_flips=_share(len(set(side)) > 1 for side in whole) if whole else None,
        claims=len(matched),
        label_flips=_share(len(set(labels)) > 1 for labels in matched) if matched else None,
        unmatched=len(claims) - len(matched),
    )


def _labels(row: AuditedRow) -> list[list[Label]]:
    """The labels of each claim of a row, over its passes."""
    by_id: dict[str, list[Label]] = {}
    for each in row.passes:
        for claim in each.claims:
            by_id.setdefault(claim.id, []).append(claim.label)
    return list(by_id.values())


def _kind(row: AuditedRow) -> Label | None:
    """Contradicted or absent, as the judge's most doubtful claim that is not supported; None where all are."""
    wrong = [claim for claim in row.first.claims if claim.label is not Label.SUPPORTED]
    if not wrong:
        return None
    worst = max(wrong, key=lambda claim: claim.p_unsupported)
    return Label.CONTRADICTED if _conflicts(worst) else Label.ABSENT


def _conflicts(claim: FoundClaim) -> bool:
    partly = claim.label is Label.PARTIALLY_SUPPORTED and claim.conflicts
    return claim.label is Label.CONTRADICTED or partly


def _types(row: AuditedRow) -> frozenset[str]:
    return frozenset(each for claim in row.first.claims for each in claim.error_types)


def _share(facts: Iterable[bool]) -> float:
    held = list(facts)
    return sum(held) / len(held)
