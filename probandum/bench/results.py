"""Adds up what the audited rows of one file say of the judge; the arithmetic itself is in the files beside."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pydantic import Field

from probandum.agent.taxonomy import Label, Reason
from probandum.bench.agreement import (
    LabelAgreement,
    Stability,
    TypeAgreement,
    label_agreement,
    labels_macro_f1,
    stability,
    type_agreement,
)
from probandum.bench.audited_rows import AuditedRow
from probandum.bench.metrics import (
    Bin,
    Point,
    auc,
    auc_interval,
    aurc,
    balanced_accuracy,
    brier,
    ece,
    f1,
    reliability,
    risk_coverage,
)
from probandum.tools.evidence import Frozen


class Spent(Frozen):
    """What the audits of a file cost, all passes together."""

    llm_calls: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: float | None
    """None where nobody said the price."""
    currency: str | None


class Calibrated(Frozen):
    """How far stated probabilities are true, on rows of one claim: the risk of a longer answer is no probability."""

    rows: int
    brier: float
    ece: float
    """Ten bins of equal width."""
    bins: tuple[Bin, ...]


class FileResult(Frozen):
    """How a judge did on one file."""

    file: str
    variant: str = ""
    """What was changed for this row of the table, in an ablation."""
    rows: int
    """All rows that were audited."""
    measured: int
    """Rows with a human label and a risk; the figures are about these."""
    positive: int
    """Of the measured rows, those that people call hallucinated."""
    not_declarative: int
    """Rows without any sentence that states something; counted apart, in no figure."""
    auc_roc: float | None
    auc_low: float | None
    auc_high: float | None
    """95% bootstrap interval."""
    threshold: float = 0.5
    """The risk above which a row is called hallucinated."""
    threshold_from: str | None = None
    """The file that it was chosen on; None where nobody chose it."""
    balanced_accuracy: float | None
    """At the threshold."""
    f1: float | None
    """Of the hallucinated class, at the threshold."""
    decided: float | None = None
    """Of the measured rows, the share that is decided under the judge's setting: it has a claim that is surely not
    supported, or all of its claims surely are."""
    decided_balanced_accuracy: float | None = None
    """Of those; None where people call them all alike."""
    macro_f1: float | None = None
    """Mean F1 over the labels that people gave, on rows of one claim; None where what the data set's labels mean is
    not known (``bench/meanings.json``)."""
    label_agreement: LabelAgreement | None = None
    type_agreement: TypeAgreement | None = None
    calibration: Calibrated | None = None
    aurc: float | None = None
    """Area under the curve of error over coverage; the less the better."""
    risk_coverage: tuple[Point, ...] = ()
    stability: Stability | None = None
    """None where each row was audited once."""
    spent: Spent
    coverage: float | None
    """Rows with a risk / rows that state something."""
    errors: int
    """Rows on which the audit failed or left everything unjudged."""
    unjudged: dict[Reason, int] = Field(default_factory=dict)
    """Claims without a verdict, by why; of audits that came to a report."""
    rows_per_second: float | None
    """Of the rows that were audited now; None where all were kept from before."""
    baseline: dict[str, float | None] | None = None
    """AUC of each lexical feature on the measured rows."""


def file_metrics(
    rows: Sequence[AuditedRow],
    *,
    threshold: float = 0.5,
    threshold_from: str | None = None,
    rows_per_second: float | None = None,
    baseline: dict[str, float | None] | None = None,
) -> FileResult:
    """The figures of one file, of one way of asking.

    Args:
        rows: what came of its rows, one at least.
        threshold: the risk above which a row is called hallucinated.
        threshold_from: the file that it was chosen on.
        rows_per_second: how fast it went.
        baseline: figures of the lexical features.
    """
    stated = [row for row in rows if row.first.stated]
    labels, risks = labelled(stated)
    sure = list(_decided(stated))
    low, high = auc_interval(labels, risks) or (None, None)
    curve = risk_coverage(labels, risks, threshold=threshold)
    scored = sum(row.first.risk is not None for row in stated)
    return FileResult(
        file=rows[0].file,
        variant=rows[0].variant,
        rows=len(rows),
        measured=len(labels),
        positive=sum(labels),
        not_declarative=len(rows) - len(stated),
        auc_roc=auc(labels, risks),
        auc_low=low,
        auc_high=high,
        threshold=threshold,
        threshold_from=threshold_from,
        balanced_accuracy=balanced_accuracy(labels, risks, threshold=threshold),
        f1=f1(labels, risks, threshold=threshold),
        decided=len(sure) / len(labels) if labels else None,
        decided_balanced_accuracy=balanced_accuracy([true for true, _ in sure], [float(wrong) for _, wrong in sure]),
        macro_f1=labels_macro_f1(stated),
        label_agreement=label_agreement(stated),
        type_agreement=type_agreement(stated),
        calibration=_calibrated(stated),
        aurc=aurc(curve),
        risk_coverage=curve,
        stability=stability(stated, threshold=threshold),
        spent=_spent(rows),
        coverage=scored / len(stated) if stated else None,
        errors=len(stated) - scored,
        unjudged=dict(sum((Counter(row.first.unjudged) for row in stated), Counter())),
        rows_per_second=rows_per_second,
        baseline=baseline,
    )


def labelled(rows: Sequence[AuditedRow]) -> tuple[list[bool], list[float]]:
    """Labels and risks of the rows that have both."""
    pairs = [(row.hallucinated, row.first.risk) for row in rows]
    held = [(label, risk) for label, risk in pairs if label is not None and risk is not None]
    return [label for label, _ in held], [risk for _, risk in held]


def _decided(rows: Iterable[AuditedRow]) -> Iterator[tuple[bool, bool]]:
    """Of the measured rows that are decided: whether people, and whether the judge, call them hallucinated."""
    for row in rows:
        claims = row.first.claims
        if row.hallucinated is None or row.first.risk is None or not claims:
            continue
        wrong = any(claim.decided and claim.label is not Label.SUPPORTED for claim in claims)
        if wrong or all(claim.decided for claim in claims):
            yield row.hallucinated, wrong


def _calibrated(rows: Sequence[AuditedRow]) -> Calibrated | None:
    labels, risks = labelled([row for row in rows if row.one_claim])
    bins = reliability(labels, risks)
    error, gap = brier(labels, risks), ece(bins)
    return None if error is None or gap is None else Calibrated(rows=len(labels), brier=error, ece=gap, bins=bins)


def _spent(rows: Sequence[AuditedRow]) -> Spent:
    passes = [each for row in rows for each in row.passes]
    costs = [each.cost for each in passes if each.cost is not None]
    return Spent(
        llm_calls=sum(each.usage.llm_calls for each in passes),
        prompt_tokens=sum(each.usage.prompt_tokens for each in passes),
        cached_tokens=sum(each.usage.cached_tokens for each in passes),
        completion_tokens=sum(each.usage.completion_tokens for each in passes),
        cost=sum(costs) if costs else None,
        currency=next((each.currency for each in passes if each.currency), None),
    )
