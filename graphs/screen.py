"""The first pass over all claims at once, before any is checked alone: what it settles needs no subgraph."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from probandum.agent.evidence.gather import due_sources, plan_searches, run_search
from probandum.agent.judges.protocol import NO_EVIDENCE_SOURCE, Batch, BatchJudge, Declined, Judgement
from probandum.agent.models import Case, Claim, ClaimResult, Reopened
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Reason
from probandum.agent.usage import Usage
from probandum.agent.verdicts.outcome import Failure, unjudged
from probandum.agent.verdicts.quote_check import check_quotes
from probandum.agent.verdicts.reopening import clearly_supported
from probandum.graphs.claim import claim_result, open_question
from probandum.graphs.context import AuditContext
from probandum.graphs.persistence.decision_cache import CacheLookup
from probandum.graphs.state import ClaimState
from probandum.tools.errors import JudgeError, LimitReached
from probandum.tools.evidence import Evidence, Origin

_SHORT = 50_000
"""Characters of context that are cut in less time than handing them to a thread takes."""


async def first_pass(request: AuditRequest, claims: Sequence[Claim], context: AuditContext) -> dict[str, Any]:
    """Settle by id what needs no look of its own; for the rest say how far the first look got.

    Claims over the limit are not checked, nor is anything where there is no source of evidence. The screen goes first,
    where the audit has one. A judge that can judge many claims at once is shown what is left of them with the
    request's context; without a context, or when every claim is to be looked at alone, there is no first pass.
    """
    if not context.allowed:
        return {"results": _unchecked(claims, NO_EVIDENCE_SOURCE.reason, NO_EVIDENCE_SOURCE.message)}
    if sum(len(document.text) for document in request.context) > _SHORT:
        await context.prepare()
    if context.has_nothing_to_read:
        message = "the context has no words, only blanks or marks, and there is no other source of evidence"
        return {"results": _unchecked(claims, NO_EVIDENCE_SOURCE.reason, message)}
    limit = context.options.limits.claims
    within = claims if limit is None else claims[:limit]
    over = f"the limit of {limit} claims is reached; raise it to go on"
    update: dict[str, Any] = {"results": _unchecked(claims[len(within) :], Reason.LIMIT_CLAIMS, over)}
    cases = [await _case(request, claim, context) for claim in within] if _needs_cases(context) else []
    screened = await context.screen.screen(cases) if context.screen else {}
    looks = {
        case.claim.id: _look(case, screened[case.claim.id], context) for case in cases if case.claim.id in screened
    }
    batched, update["usage"] = await _looks([case for case in cases if case.claim.id not in screened], context)
    looks |= batched
    done = {id_: claim_result(look, context) for id_, look in looks.items() if not _goes_on(look, context)}
    shown = {id_: item for look in looks.values() for id_, item in look["evidence"].items()}
    update["results"] |= done
    return {
        **update,
        "evidence": shown,
        "first_looks": {id_: _resumed(look, context) for id_, look in looks.items() if id_ not in done},
    }


def _needs_cases(context: AuditContext) -> bool:
    """Whether anything looks at the claims together before each is checked alone."""
    return context.screen is not None or (isinstance(context.judge, BatchJudge) and _context_comes_first(context))


async def _looks(cases: Sequence[Case], context: AuditContext) -> tuple[dict[str, ClaimState], Usage]:
    """The first looks at claims in batches, by claim id, and what they cost together."""
    judge, decisions = context.judge, context.decisions
    if not cases or not isinstance(judge, BatchJudge) or not _context_comes_first(context):
        return {}, Usage()
    if decisions is None:
        return await _batched(cases, judge, context)
    with decisions.asking(cases, in_batch=True) as lookup:
        known = await lookup.cached(cases)
        unknown = [case for case in cases if case.claim.id not in known]
        looks, spent = await _batched(lookup.owned(unknown), judge, context, lookup)
    known |= await lookup.cached([case for case in unknown if case.claim.id not in looks], waiting=True)
    recalled = {
        case.claim.id: _look(case, decision, context)
        for case in cases
        if isinstance(decision := known.get(case.claim.id), Judgement)
    }
    return looks | recalled, spent


async def _batched(
    cases: Sequence[Case], judge: BatchJudge, context: AuditContext, lookup: CacheLookup | None = None
) -> tuple[dict[str, ClaimState], Usage]:
    groups = judge.batches(cases)
    batches = await asyncio.gather(*(_batch(group, judge, context, lookup) for group in groups))
    looks = {
        case.claim.id: _look(case, said, context, in_batch=shown)
        for group, batch in zip(groups, batches, strict=True)
        for shown in ({item.id: item for case in group for item in case.evidence},)
        for case in group
        if (said := batch.decisions.get(case.claim.id))
    }
    return looks, sum((batch.usage for batch in batches), Usage())


def _by_themselves(cases: Sequence[Case], batch: Batch) -> dict[str, Judgement]:
    """The verdicts that hold without their batch: those that quote nothing but their claim's own evidence."""
    own = {case.claim.id: {item.id for item in case.evidence} for case in cases}
    given = {id_: each for id_, each in batch.decisions.items() if isinstance(each, Judgement)}
    return {id_: each for id_, each in given.items() if own[id_].issuperset(q.evidence_id for q in each.verdict.quotes)}


async def _batch(cases: Sequence[Case], judge: BatchJudge, context: AuditContext, lookup: CacheLookup | None) -> Batch:
    """One batch; of one that fails only the cost: each of its claims then meets the fault in a look of its own.

    It is kept as soon as it is there: until all batches are, nothing else would outlive this process.
    """
    try:
        with context.judge_call():
            batch = await judge.classify_batch(cases)
    except (JudgeError, LimitReached) as error:
        return Batch(usage=context.spend(getattr(error, "usage", None)))
    context.spend(batch.usage)
    if lookup:
        await lookup.store(_by_themselves(cases, batch))
    return batch


def _goes_on(look: ClaimState, context: AuditContext) -> bool:
    """Whether a claim gets a look of its own after the first pass."""
    return _doubtful(look, context) or open_question(look, context)


def _doubtful(look: ClaimState, context: AuditContext) -> bool:
    """Whether a verdict given among many is to be given again alone, by a judge that may then decide otherwise."""
    verdict = look.get("verdict")
    if verdict is None or verdict.decided_by == "screen":
        return False
    return context.looks_closer and not clearly_supported(verdict)


def _resumed(look: ClaimState, context: AuditContext) -> ClaimState:
    """The state in which a claim's own check takes a first look up.

    A doubtful verdict stands in the claim's history and is not shown again: the round begins anew, with open eyes.
    """
    verdict = look.get("verdict")
    if verdict is None or not _doubtful(look, context):
        return look
    in_batch = Reopened(round=1, verdict=verdict, reason=f"{verdict.label.value} in a batch: looked at alone")
    afresh: ClaimState = {**look, "round": 0, "shown": 0, "history": (in_batch,)}
    return {**afresh, "verdict": None, "first_verdict": None}


def _context_comes_first(context: AuditContext) -> bool:
    """Whether the first round of every claim asks the request's context alone, and may do so for all together."""
    options = context.options
    first = due_sources(context.allowed, round_=1, max_rounds=options.max_rounds, shown_whole=False)
    return options.granularity != "claim" and all(source.origin is Origin.CONTEXT for source in first)


def _look(
    case: Case, decision: Judgement | Declined, context: AuditContext, *, in_batch: Mapping[str, Evidence] | None = None
) -> ClaimState:
    """The state of a claim after its first look.

    Args:
        case: what was looked at.
        decision: what came of it.
        context: of the run.
        in_batch: the evidence of the batch that it was in, which its verdict may quote.
    """
    state: ClaimState = {
        "request": case.request,
        "claim": case.claim,
        "round": 1,
        "steps": 0,
        "evidence": {item.id: item for item in case.evidence},
        "shown": len(case.evidence),
        "trail": case.trail,
    }
    if isinstance(decision, Judgement):
        spent = context.spend(decision.usage)
        ids = [quote.evidence_id for quote in decision.verdict.quotes]
        state["evidence"] |= {id_: in_batch[id_] for id_ in ids if in_batch and id_ in in_batch}
        verdict = (
            check_quotes(decision.verdict, case.claim.text, state["evidence"])
            if context.may_reconsider
            else decision.verdict
        )
        state |= {"verdict": verdict, "first_verdict": verdict, "usage": spent}
    else:
        state["failure"] = Failure(reason=decision.reason, message=decision.message)
    return state


async def _case(request: AuditRequest, claim: Claim, context: AuditContext) -> Case:
    """The first round of a claim, which asks the request's context alone."""
    options, whole = context.options, context.shown_whole
    sources = due_sources(context.allowed, round_=1, max_rounds=2, shown_whole=bool(whole))
    found: list[Evidence] = list(whole)
    trail = []
    for call in plan_searches(claim, sources, characters=options.evidence_chars):
        items, entry = await run_search(context.source(call.tool), call.arguments, round_=1)
        found += items
        trail.append(entry)
    return Case(request=request, claim=claim, evidence=tuple(found), trail=tuple(trail))


def _unchecked(claims: Sequence[Claim], reason: Reason, message: str) -> dict[str, ClaimResult]:
    return {claim.id: unjudged(claim, Failure(reason=reason, message=message)) for claim in claims}
