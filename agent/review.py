"""Which claims a person should settle, and how what the person says becomes a verdict; asking is done elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field, ValidationError

from probandum.agent.evidence.quotes import locate
from probandum.agent.models import Claim, ClaimResult, Quote, Reopened, Verdict
from probandum.agent.report import Acceptance
from probandum.agent.taxonomy import NEEDS_QUOTE, ErrorType, Label, Outcome, Why
from probandum.agent.verdicts.calibration import reason_not_to_accept
from probandum.tools.errors import InputError
from probandum.tools.evidence import Evidence, Frozen, Origin

_NEAREST_FIRST = tuple(Origin)


class OpenClaim(Frozen):
    """A claim that waits for a person, with all that the person needs."""

    claim: ClaimResult
    """With the machine's verdict, its steps and quotes, or the reason why there is none."""
    reason: str
    evidence: tuple[Evidence, ...]
    """What the judge was shown for it, or all that the audit has where nothing of its own is known."""


class ReviewRequest(Frozen):
    """What an audit that waits for a person says: the value of its LangGraph interrupt, as JSON."""

    audit_id: str
    claims: tuple[OpenClaim, ...]


class ReviewDecision(Frozen):
    """What a person says of one claim."""

    claim: str
    """Id of the claim."""
    label: Label
    why: Why | None = None
    error_types: tuple[ErrorType, ...] = ()
    detail: str | None = None
    quotes: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Words of the evidence that the verdict rests on; code finds them again."""
    note: str | None = None


class ReviewResponse(Frozen):
    """What is handed back to an audit that waits: the value to resume it with, as JSON."""

    decisions: tuple[ReviewDecision, ...] = ()
    finish: bool = False
    """Whether what is still open stays as the machine left it."""


def reason_to_review(result: ClaimResult, *, below: float, acceptance: Acceptance | None = None) -> str | None:
    """Why a person should look at a claim, or None.

    Args:
        result: what the machine made of it.
        below: the confidence below which a ``partially_supported`` verdict is left open.
        acceptance: what ``supported`` verdicts may be believed; None leaves none of them open.
    """
    verdict = result.verdict
    if result.outcome is Outcome.ERROR:
        return f"the judge failed: {result.message}"
    if result.outcome is Outcome.UNDECIDED:
        return f"undecided: {result.message}"
    if verdict is None or verdict.decided_by == "person":
        return None
    if verdict.label is Label.UNEVALUATABLE:
        return f"the judge could not decide it ({verdict.why})"
    if verdict.label is Label.PARTIALLY_SUPPORTED and verdict.confidence < below:
        return f"partially supported, with a confidence of {verdict.confidence:.0%}"
    return reason_not_to_accept(verdict, acceptance)


def open_claims(
    results: Iterable[ClaimResult],
    evidence: Mapping[str, Evidence],
    *,
    below: float,
    acceptance: Acceptance | None = None,
) -> tuple[OpenClaim, ...]:
    """The claims that wait for a person, undecided ones first; arguments are those of `reason_to_review`."""
    first = sorted(results, key=lambda each: each.outcome is not Outcome.UNDECIDED)
    waiting = ((each, reason_to_review(each, below=below, acceptance=acceptance)) for each in first)
    return tuple(OpenClaim(claim=r, reason=reason, evidence=_shown(r, evidence)) for r, reason in waiting if reason)


def apply_decision(decision: ReviewDecision, waiting: OpenClaim) -> ClaimResult:
    """The claim as a person settled it; what the machine said stays in its history.

    Raises `InputError` naming claim and field where the decision does not hold: a label that needs a quote has none
    that is found in the evidence, or misses its error type or its ``why``.
    """
    quotes = tuple(_found(words, decision, waiting.evidence) for words in decision.quotes)
    if decision.label in NEEDS_QUOTE and not quotes:
        raise _wrong(decision, "quotes", f"{decision.label.value!r} needs words of the evidence to rest on")
    verdict = _verdict(decision, quotes, waiting.evidence)
    before = waiting.claim
    past = (Reopened(round=max(1, before.rounds), verdict=before.verdict, reason="reviewed"),) if before.verdict else ()
    return ClaimResult(
        **{name: getattr(before, name) for name in Claim.model_fields},
        outcome=Outcome.JUDGED,
        verdict=verdict,
        first_verdict=before.first_verdict or verdict,
        message=None if before.outcome is Outcome.UNDECIDED else before.message,
        p_supported=1.0 - verdict.p_unsupported,
        rounds=before.rounds,
        history=(*before.history, *past),
        trail=before.trail,
        usage=before.usage,
    )


def apply_decisions(given: ReviewResponse, waiting: Iterable[OpenClaim]) -> dict[str, ClaimResult]:
    """What decisions make of the claims that wait, by id; `InputError` for one about a claim that does not wait."""
    by_id = {each.claim.id: each for each in waiting}
    for decision in given.decisions:
        if decision.claim not in by_id:
            raise InputError(
                f"claim {decision.claim!r} does not wait for review; open are {', '.join(by_id) or 'none'}"
            )
    return {decision.claim: apply_decision(decision, by_id[decision.claim]) for decision in given.decisions}


def _verdict(decision: ReviewDecision, quotes: tuple[Quote, ...], evidence: Iterable[Evidence]) -> Verdict:
    cited = {quote.evidence_id for quote in quotes}
    origins = [item.origin for item in evidence if not cited or item.id in cited]
    try:
        return Verdict(
            label=decision.label,
            why=decision.why,
            error_types=decision.error_types,
            detail=decision.detail,
            basis=max(origins, key=_NEAREST_FIRST.index, default=Origin.CONTEXT),
            quotes=quotes,
            confidence=1.0,
            confidence_source="person",
            probabilities={label: float(label is decision.label) for label in Label},
            decided_by="person",
            note=decision.note,
        )
    except ValidationError as error:
        raise _wrong(decision, "label", error.errors()[0]["msg"]) from None


def _found(words: str, decision: ReviewDecision, evidence: Iterable[Evidence]) -> Quote:
    quote = locate(words, evidence=evidence)
    if quote is None:
        raise _wrong(decision, "quotes", f"{words!r} is not in the evidence; copy the words as they stand there")
    return quote


def _wrong(decision: ReviewDecision, field: str, problem: str) -> InputError:
    return InputError(f"claim {decision.claim!r}, {field}: {problem}")


def _shown(result: ClaimResult, evidence: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    own = [id_ for search in result.trail for id_ in search.evidence if id_ in evidence]
    own += [quote.evidence_id for quote in (result.verdict.quotes if result.verdict else ())]
    return tuple(evidence[id_] for id_ in dict.fromkeys(own)) or tuple(evidence.values())
