"""The sums over judged claims; pure functions, None wherever nothing was judged."""

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from probandum.agent.consolidation.intervals import bootstrap
from probandum.agent.models import ClaimResult, Verdict
from probandum.agent.report import Report, Scores
from probandum.agent.taxonomy import ErrorType, Label, Outcome, Reason
from probandum.tools.evidence import Origin

Key = TypeVar("Key")

_HALF = 0.5


def risk(unsupported: Iterable[tuple[Hashable, float]]) -> float | None:
    """One number in [0, 1] to rank answers by, from each claim's probability of not being supported, decided or not.

    The mean of the sentences' means, so that a sentence counts once however finely it was cut; giving the largest more
    weight ranked labelled answers worse. None where no claim was looked at.

    Args:
        unsupported: for each claim the sentence that it is from, and the probability.
    """
    sentences: dict[Hashable, list[float]] = {}
    for sentence, p in unsupported:
        sentences.setdefault(sentence, []).append(p)
    return _mean([sum(each) / len(each) for each in sentences.values()])


def scores(claims: Sequence[ClaimResult], *, repeated: Container[str] = (), has_context: bool) -> Scores:
    """All sums of an audit.

    Args:
        claims: every claim of the response.
        repeated: ids of claims that say again what an earlier one said; they count in coverage and nowhere else.
        has_context: whether the request brought a context to be grounded in.
    """
    judged = [c for c in claims if c.verdict]
    counted = [(c.verdict, c.first_verdict or c.verdict) for c in judged if c.verdict and c.id not in repeated]
    labels = Counter(verdict.label for verdict, _ in counted)
    types = Counter(error for verdict, _ in counted for error in verdict.error_types)
    wrong = [float(verdict.label is not Label.SUPPORTED) for verdict, _ in counted]
    return Scores(
        hallucination_rate=_mean(wrong),
        hallucination_interval=bootstrap(wrong),
        lenient_rate=_mean([_lenient(verdict.label) for verdict, _ in counted]),
        ungrounded_rate=_share(not _grounded(first) for _, first in counted) if has_context else None,
        risk=risk(
            (c.sentence or c.id, 1.0 - c.p_supported)
            for c in claims
            if c.p_supported is not None and c.id not in repeated
        ),
        coverage=len(judged) / len(claims) if claims else None,
        claims=len(claims),
        judged=len(judged),
        undecided=sum(claim.outcome is Outcome.UNDECIDED for claim in claims),
        labels={label: labels[label] for label in Label},
        label_rates=_shares({label: labels[label] for label in Label}),
        error_types={error: types[error] for error in ErrorType if types[error]},
        error_type_shares=_shares({error: types[error] for error in ErrorType if types[error]}),
        mean_confidence=_mean([verdict.confidence for verdict, _ in counted]),
    )


def unjudged_by_reason(claims: Iterable[ClaimResult]) -> Counter[Reason]:
    """How many claims have no verdict, by why."""
    return Counter(claim.reason for claim in claims if claim.reason)


def share_of_responses_with_errors(reports: Iterable[Report]) -> float | None:
    """Of the responses of which anything was judged, the share with at least one claim that is not supported."""
    rates = [report.scores.hallucination_rate for report in reports]
    return _share(rate > 0 for rate in rates if rate is not None)


def _lenient(label: Label) -> float:
    return {Label.SUPPORTED: 0.0, Label.PARTIALLY_SUPPORTED: _HALF}.get(label, 1.0)


def _grounded(verdict: Verdict) -> bool:
    return verdict.label is Label.SUPPORTED and verdict.basis is Origin.CONTEXT


def _share(facts: Iterable[bool]) -> float | None:
    return _mean([float(fact) for fact in facts])


def _shares(counts: Mapping[Key, int]) -> dict[Key, float] | None:
    whole = sum(counts.values())
    return {key: count / whole for key, count in counts.items()} if whole else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
