"""The subgraph that checks one claim: gather, search, classify, and again while a verdict does not stand.

Every node is a step that is checkpointed, and for most claims that costs more than what it computes; so a claim whose
first round asks nobody starts with the judge's look, and that look writes down what became of it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from langgraph.config import get_stream_writer
from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, RetryPolicy, Send

from probandum.agent.events import Reopening, Searched, Settled
from probandum.agent.evidence.gather import due_sources, plan_searches, run_search
from probandum.agent.evidence.trust import apply_source_trust
from probandum.agent.judges.protocol import Decision, Declined, EvidenceRequest, Judgement
from probandum.agent.models import Case, ClaimResult, EvidenceCall, Reopened, Search, Verdict
from probandum.agent.usage import StageUsage, Usage
from probandum.agent.verdicts.decision import is_decided
from probandum.agent.verdicts.outcome import ClaimRun, Failure, failure_of, outcome_of, search_outage
from probandum.agent.verdicts.quote_check import check_quotes
from probandum.agent.verdicts.reopening import reason_to_reopen
from probandum.graphs.context import AuditContext, run_context
from probandum.graphs.state import ClaimOutput, ClaimState, SearchTask, add_usage, merge_evidence
from probandum.tools.errors import ConfigError, JudgeError, LimitReached, ToolError, ToolUnavailable
from probandum.tools.evidence import Origin

SEARCH_SECONDS = 60.0
"""Deadline of one question to a source. A model's answers have one of their own, call by call, and a local model may be
slow; there the deadline of the claim is the last."""
_SEARCH_RETRY = RetryPolicy(initial_interval=0.5, max_attempts=3, retry_on=ToolUnavailable)
_SEARCHED = Usage(by_stage={"search": StageUsage(tool_calls=1)})


def open_round(state: ClaimState, context: AuditContext) -> ClaimState:
    """What is new in the state of a claim when its next round begins: what to ask, and whom."""
    round_ = state.get("round", 0) + 1
    return {"round": round_, "steps": 0, "calls": _questions(state, context, round_=round_)}


async def gather(state: ClaimState, runtime: Runtime[AuditContext]) -> Command[Literal["search", "classify"]]:
    """Open another round: note why the last verdict did not stand, and plan what to ask."""
    context = await run_context(runtime.context, state["request"])
    update = open_round(state, context)
    verdict, reason = state.get("verdict"), _reason(state, context)
    if verdict and reason:
        runtime.stream_writer(Reopening(claim=state["claim"].id, label=verdict.label, reason=reason))
        reopened = Reopened(round=state["round"], verdict=verdict, reason=reason)
        update["history"] = (*state.get("history", ()), reopened)
    return _onward(update, _searches({**state, **update}) or "classify")


async def search(state: SearchTask, runtime: Runtime[AuditContext]) -> dict[str, Any]:
    """Put one question to one source."""
    context, call = await run_context(runtime.context, state["request"]), state["call"]
    source = context.source(call.tool)
    try:
        async with asyncio.timeout(None if source.origin is Origin.MODEL else SEARCH_SECONDS):
            found, entry = await run_search(source, call.arguments, round_=state["round"])
    except TimeoutError:
        raise ToolError(f"{source.name}: no answer within {SEARCH_SECONDS:g} s; ask again later") from None
    runtime.stream_writer(_searched(state, entry))
    spent = _SEARCHED + context.spend(context.ledger.take())
    return {"evidence": {item.id: item for item in found}, "trail": (entry,), "usage": spent}


def search_failed(state: SearchTask, error: NodeError) -> Command[Literal["classify"]]:
    """Note that a source failed, which is not the same as finding nothing.

    It says itself where to go on: the failed node's own edge is followed only if a sibling of it succeeded.
    """
    cause = error.error
    # After a kill and resume LangGraph hands the error over as a string.
    if isinstance(cause, BaseException) and not isinstance(cause, ToolError):
        raise cause
    call = state["call"]
    entry = Search(
        round=state["round"], source=call.tool, query=call.arguments.query, outcome="failed", message=str(cause)
    )
    get_stream_writer()(_searched(state, entry))
    return Command(update={"trail": (entry,), "usage": _SEARCHED}, goto="classify")


async def classify(
    state: ClaimState, runtime: Runtime[AuditContext]
) -> Command[Literal["search", "gather", "__end__"]]:
    """Let the judge decide or ask for more; where nothing more is to be done, write down what became of the claim."""
    context = await run_context(runtime.context, state["request"])
    cached = merge_evidence({item.id: item for item in context.shown_whole}, state.get("evidence", {}))
    before: ClaimState = {**state, "evidence": cached}
    update: ClaimState = {"evidence": cached, **await _look(before, context)}
    usage = add_usage(state.get("usage", Usage()), update.get("usage", Usage()))
    after: ClaimState = {**before, **update, "usage": usage}
    if isinstance(after["decision"], EvidenceRequest):
        return _onward(update, _searches(after))
    if after["decision"] is not None and open_question(after, context):
        return _onward(update, "gather")
    settled = claim_result(after, context)
    runtime.stream_writer(settled_event(settled))
    return _onward({"evidence": cached, "results": {settled.id: settled}}, END)


async def route_first_round(state: ClaimState) -> list[Send] | Literal["gather", "classify"]:
    """Ask what the first round is to ask; a claim that was looked at already has a verdict that did not stand."""
    return "gather" if state.get("verdict") else _searches(state) or "classify"


def open_question(state: ClaimState, context: AuditContext) -> bool:
    """Whether the verdict of a claim's state does not stand and another round could change it."""
    return _reason(state, context) is not None


def claim_result(state: ClaimState, context: AuditContext) -> ClaimResult:
    """What became of the claim of a state in which nothing more is to be done."""
    course = ClaimRun(
        rounds=state["round"],
        first_verdict=state.get("first_verdict"),
        history=state.get("history", ()),
        trail=state.get("trail", ()),
        usage=state.get("usage", Usage()),
    )
    return outcome_of(
        state["claim"],
        verdict=state.get("verdict"),
        failed=state.get("failure"),
        course=course,
        decide=context.options.decide,
    )


def settled_event(settled: ClaimResult) -> Settled:
    """The event that a claim is done."""
    label = settled.verdict.label if settled.verdict else None
    return Settled(claim=settled.id, text=settled.text, outcome=settled.outcome, label=label)


def build_claim_graph() -> CompiledStateGraph[ClaimState, AuditContext, ClaimState, ClaimOutput]:
    """The compiled subgraph; it goes into the audit graph as the node ``check_claim``."""
    builder = StateGraph(ClaimState, context_schema=AuditContext, output_schema=ClaimOutput)
    builder.add_node("gather", gather)
    builder.add_node(
        "search",
        search,
        input_schema=SearchTask,
        retry_policy=_SEARCH_RETRY,
        error_handler=search_failed,
    )
    builder.add_node("classify", classify)
    builder.add_conditional_edges(START, route_first_round, ["search", "gather", "classify"])
    builder.add_edge("search", "classify")
    return builder.compile()


async def _look(state: ClaimState, context: AuditContext) -> ClaimState:
    """What a look at the claim changes; a failure of the judge is noted as what it is."""
    if not _worth_a_look(state, context):
        return {"decision": None}
    case = _case(state, context)
    seen: ClaimState = {"shown": len(case.evidence), "reconsidered": _reconsiders(state), "decision": None}
    if failed := search_outage(case):
        return {**seen, "failure": failed}
    try:
        decision = await _decision(case, context)
    except (JudgeError, LimitReached, ConfigError) as error:
        return {**seen, "failure": failure_of(error), "usage": context.spend(getattr(error, "usage", None))}
    if isinstance(decision, Declined):
        return {**seen, "failure": Failure(reason=decision.reason, message=decision.message)}
    if isinstance(decision, Judgement):
        decision = decision.model_copy(update={"verdict": _trusted(decision.verdict, case, context)})
    update: ClaimState = {**seen, "decision": decision, "failure": None, "usage": context.spend(decision.usage)}
    if isinstance(decision, EvidenceRequest):
        return {**update, "steps": state["steps"] + 1, "calls": decision.calls}
    return {**update, "verdict": decision.verdict, "first_verdict": state.get("first_verdict") or decision.verdict}


async def _decision(case: Case, context: AuditContext) -> Decision:
    """What the judge decides; it is not asked where it has decided the same before, or is about to."""
    decisions = context.decisions
    if decisions is None:
        return await _asked(case, context)
    with decisions.asking([case]) as lookup:
        cached: Mapping[str, Decision] = await lookup.cached([case])
        if not cached and lookup.owned([case]):
            cached = {case.claim.id: await _asked(case, context)}
            await lookup.store(cached)
    cached = cached or await lookup.cached([case], waiting=True)
    return cached.get(case.claim.id) or await _asked(case, context)


async def _asked(case: Case, context: AuditContext) -> Decision:
    with context.judge_call():
        return await context.judge.classify(case)


def _trusted(verdict: Verdict, case: Case, context: AuditContext) -> Verdict:
    """The verdict as far as its quotes carry it: where they are from and, where a model chose them, what they say."""
    shown = {item.id: item for item in case.evidence}
    told = check_quotes(verdict, case.claim.text, shown) if context.may_reconsider else verdict
    return apply_source_trust(told, shown, trusted=context.options.trusted_domains)


def _case(state: ClaimState, context: AuditContext) -> Case:
    may_ask = context.may_reconsider and state["steps"] < context.options.steps_per_round
    return Case(
        request=state["request"],
        claim=state["claim"],
        evidence=tuple(state.get("evidence", {}).values()),
        tools=context.tools() if may_ask else (),
        trail=state.get("trail", ()),
        previous=state.get("verdict"),
    )


def _questions(state: ClaimState, context: AuditContext, *, round_: int) -> tuple[EvidenceCall, ...]:
    options = context.options
    sources = due_sources(
        context.allowed, round_=round_, max_rounds=options.max_rounds, shown_whole=bool(context.shown_whole)
    )
    trail, verdict = state.get("trail", ()), state.get("verdict")
    if not context.may_reconsider:
        # To a judge of words, other words for the same thing bring noise; on the web they may bring a second source.
        had_their_say = {entry.source for entry in trail}
        sources = tuple(each for each in sources if each.origin is Origin.WEB or each.name not in had_their_say)
    return plan_searches(state["claim"], sources, characters=options.evidence_chars, trail=trail, previous=verdict)


def _reason(state: ClaimState, context: AuditContext) -> str | None:
    verdict, round_ = state.get("verdict"), state.get("round", 0)
    if verdict is None or round_ >= context.options.max_rounds:
        return None
    questions = _questions(state, context, round_=round_ + 1)
    asked = {entry.source for entry in state.get("trail", ())}
    return reason_to_reopen(
        verdict,
        new_questions=bool(questions),
        source_unasked=any(question.tool not in asked for question in questions),
        may_reconsider=context.may_reconsider and not state.get("reconsidered", False),
        looks_closer=context.thinks,
        decided=is_decided(verdict, context.options.decide),
    )


def _worth_a_look(state: ClaimState, context: AuditContext) -> bool:
    """Whether a judge could say anything new: a first verdict, new evidence or answers, a second look."""
    if state.get("verdict") is None or isinstance(state.get("decision"), EvidenceRequest):
        return True
    new = len(state.get("evidence", {})) > state.get("shown", 0)
    return new or (context.may_reconsider and not state.get("reconsidered", False))


def _reconsiders(state: ClaimState) -> bool:
    same = len(state.get("evidence", {})) == state.get("shown")
    return state.get("reconsidered", False) or (same and state["steps"] == 0 and state.get("verdict") is not None)


def _onward(update: ClaimState, goto: list[Send] | str) -> Command[Any]:
    return Command(update=update, goto=goto)


def _searches(state: ClaimState) -> list[Send]:
    common = {"request": state["request"], "claim": state["claim"], "round": state["round"]}
    return [Send("search", {**common, "call": call}) for call in state["calls"]]


def _searched(task: Mapping[str, Any], entry: Search) -> Searched:
    return Searched(claim=task["claim"].id, source=entry.source, query=entry.query, outcome=entry.outcome)
