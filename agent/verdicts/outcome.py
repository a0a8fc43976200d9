"""Turns what happened to a claim into its result: a verdict, or the named reason why there is none."""

from probandum.agent.models import Case, Claim, ClaimResult, Reopened, Search, Verdict
from probandum.agent.taxonomy import Outcome, Reason
from probandum.agent.usage import Usage
from probandum.agent.verdicts.decision import Setting, is_decided, told_undecided
from probandum.tools.errors import ConfigError, JudgeError, JudgeRefused, JudgeUnavailable, LimitReached
from probandum.tools.evidence import Frozen

_FAILURES = frozenset(
    {Reason.JUDGE_UNAVAILABLE, Reason.JUDGE_OUTPUT, Reason.JUDGE_REFUSED, Reason.TIMEOUT, Reason.INTERNAL}
)


class Failure(Frozen):
    """Why a judge's turn ended without a verdict."""

    reason: Reason
    message: str


class ClaimRun(Frozen):
    """What a claim has been through, beside its verdict."""

    rounds: int = 0
    first_verdict: Verdict | None = None
    history: tuple[Reopened, ...] = ()
    trail: tuple[Search, ...] = ()
    usage: Usage = Usage()


def failure_of(error: JudgeError | LimitReached | ConfigError) -> Failure:
    """The fact that an error of the judge or the budget stands for."""
    match error:
        case LimitReached():
            reason = Reason(f"limit_{error.limit}")
        case JudgeUnavailable() | ConfigError():  # a key or a name that the endpoint does not take, or no longer
            reason = Reason.JUDGE_UNAVAILABLE
        case JudgeRefused():
            reason = Reason.JUDGE_REFUSED
        case _:
            reason = Reason.JUDGE_OUTPUT
    return Failure(reason=reason, message=str(error))


def search_outage(case: Case) -> Failure | None:
    """The fact that there is no evidence because every source that was asked failed; None where that is not so."""
    if case.evidence or not case.trail or any(search.outcome != "failed" for search in case.trail):
        return None
    messages = dict.fromkeys(f"{search.source}: {search.message}" for search in case.trail)
    return Failure(reason=Reason.SEARCH_FAILED, message="every source failed: " + "; ".join(messages))


def outcome_of(
    claim: Claim, *, verdict: Verdict | None, failed: Failure | None, course: ClaimRun, decide: Setting = "auto"
) -> ClaimResult:
    """The result of a claim.

    A verdict that stood before a later look failed still stands, and the message says what failed; a verdict that
    names no verified quote where its label needs one does not stand. One that is not sure enough for the setting stands
    in the history of a claim that is undecided.
    """
    if verdict is not None and not verdict.lacks_quotes and not is_decided(verdict, decide):
        return _undecided(claim, course, verdict)
    if verdict is not None and not verdict.lacks_quotes:
        later = f"looked at again, which failed: {failed.message}" if failed else None
        return _result(claim, course, outcome=Outcome.JUDGED, verdict=verdict, message=later)
    if verdict is not None:
        unfounded = f"the judge called the claim {verdict.label.value}, but none of its quotes is in the evidence"
        failed = failed or Failure(reason=Reason.JUDGE_OUTPUT, message=unfounded)
    if failed is None:
        raise ValueError(f"claim {claim.id} has neither a verdict nor a reason why not")
    return unjudged(claim, failed, course)


def unjudged(claim: Claim, failed: Failure, course: ClaimRun | None = None) -> ClaimResult:
    """The result of a claim that got no verdict: an error where the judge failed, else not checked."""
    outcome = Outcome.ERROR if failed.reason in _FAILURES else Outcome.NOT_CHECKED
    return _result(claim, course or ClaimRun(), outcome=outcome, reason=failed.reason, message=failed.message)


def leaning_of(result: ClaimResult) -> Verdict | None:
    """The verdict on a claim, or what the judge leant to where it could not tell; None where none looked."""
    if result.outcome is Outcome.UNDECIDED:
        return result.history[-1].verdict
    return result.verdict


def judged(result: ClaimResult, verdict: Verdict) -> ClaimResult:
    """The same claim with this verdict in place of what it has."""
    past = result.history[:-1] if result.outcome is Outcome.UNDECIDED else result.history
    told: dict[str, object] = {"outcome": Outcome.JUDGED, "reason": None, "verdict": verdict, "history": past}
    if result.outcome is Outcome.UNDECIDED:
        told |= {"message": None, "first_verdict": verdict}
    return result.model_copy(update={**told, "p_supported": 1.0 - verdict.p_unsupported})


def undecided(result: ClaimResult, leaning: Verdict) -> ClaimResult:
    """The same claim as one of which the judge cannot tell."""
    past = result.history[:-1] if result.outcome is Outcome.UNDECIDED else result.history
    return result.model_copy(
        update={
            "outcome": Outcome.UNDECIDED,
            "reason": Reason.UNCLEAR,
            "verdict": None,
            "message": told_undecided(leaning),
            "first_verdict": None,
            "p_supported": 1.0 - leaning.p_unsupported,
            "history": (*past, _unsure(result.rounds, leaning)),
        }
    )


def _unsure(rounds: int, leaning: Verdict) -> Reopened:
    return Reopened(round=max(1, rounds), verdict=leaning, reason="not sure enough to decide")


def _undecided(claim: Claim, course: ClaimRun, leaning: Verdict) -> ClaimResult:
    """A claim that the judge cannot tell of; what it leant to is in the history, and no verdict."""
    told = told_undecided(leaning)
    past = (*course.history, _unsure(course.rounds, leaning))
    return _result(
        claim,
        course.model_copy(update={"history": past}),
        outcome=Outcome.UNDECIDED,
        reason=Reason.UNCLEAR,
        message=told,
        leaning=leaning,
    )


def _result(
    claim: Claim,
    course: ClaimRun,
    *,
    outcome: Outcome,
    verdict: Verdict | None = None,
    reason: Reason | None = None,
    message: str | None = None,
    leaning: Verdict | None = None,
) -> ClaimResult:
    return ClaimResult(
        id=claim.id,
        text=claim.text,
        sentence=claim.sentence,
        span=claim.span,
        outcome=outcome,
        reason=reason,
        message=message,
        verdict=verdict,
        p_supported=1.0 - leaning.p_unsupported if (leaning := leaning or verdict) else None,
        first_verdict=course.first_verdict or verdict if outcome is not Outcome.UNDECIDED else None,
        rounds=course.rounds,
        history=course.history,
        trail=course.trail,
        usage=course.usage,
    )
