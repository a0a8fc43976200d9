"""The stop for a person: waits with what is open, takes decisions in as many turns as they come, then lets go on."""

from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from probandum.agent.review import OpenClaim, ReviewRequest, ReviewResponse, apply_decisions, open_claims
from probandum.agent.verdicts.calibration import calibrate_results, with_calibration
from probandum.graphs.context import AuditContext, run_context
from probandum.graphs.state import AuditState


async def close(state: AuditState, runtime: Runtime[AuditContext]) -> dict[str, Any]:
    """Write down who judged and how, and calibrate what was judged.

    A review may be done by another process, which has no judge.
    """
    context = await run_context(runtime.context, state["request"])
    options = context.options
    return {
        "results": calibrate_results(state.get("results", {}), context.calibration, options.decide),
        "judge": with_calibration(context.judge.info, context.calibration).under(options.decide),
        "settings": context.settings,
        "source_findings": context.source_findings,
        "limits_hit": tuple(sorted(context.budget.hit)),
        "review_below": options.review_below if options.review else None,
    }


async def review(state: AuditState) -> dict[str, Any]:
    """Wait for decisions and take them in; with nothing to decide, or with leave to finish, be done."""
    waiting = waiting_claims(state)
    if not waiting:
        return {"review_below": None}
    asked = ReviewRequest(audit_id=state["request"].audit_id, claims=waiting)
    given = ReviewResponse.model_validate(interrupt(asked.model_dump(mode="json")))
    results = apply_decisions(given, waiting)
    return {"results": results, **({"review_below": None} if given.finish else {})}


async def after_review(state: AuditState) -> Literal["review", "consolidate"]:
    """Ask on while something is open."""
    return "review" if waiting_claims(state) else "consolidate"


def waiting_claims(state: AuditState) -> tuple[OpenClaim, ...]:
    """What waits for a person, in the order of the response."""
    below = state["review_below"]
    if below is None:
        return ()
    results = [state["results"][claim.id] for claim in state["extraction"].claims]
    calibration = state["judge"].calibration
    acceptance = calibration.acceptance if calibration else None
    return open_claims(results, state.get("evidence", {}), below=below, acceptance=acceptance)
