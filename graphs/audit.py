"""The graph of an audit: open, extract, screen, check every unsettled claim, wait for a person, consolidate."""

from functools import cache, partial
from typing import Any, Literal

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from probandum.agent.claims.citations import cited_text, uncited
from probandum.agent.claims.given import given_claims
from probandum.agent.consolidation.assembly import assemble_report
from probandum.agent.events import Extracted
from probandum.agent.models import Extraction
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Reason
from probandum.agent.usage import Usage
from probandum.agent.verdicts.outcome import Failure, unjudged
from probandum.agent.workers import in_worker
from probandum.graphs import claim as claim_graph
from probandum.graphs.citations import cite
from probandum.graphs.context import AuditContext, Checkpointer, brings_context, run_context
from probandum.graphs.review import after_review, close, review
from probandum.graphs.screen import first_pass
from probandum.graphs.state import AuditOutput, AuditState, ClaimState

CLAIM_SECONDS = 300.0
_TOO_LONG = "the claim's deadline passed; allow more with --claim-seconds, or have fewer claims checked at once"
AuditGraph = CompiledStateGraph[AuditState, AuditContext, AuditRequest, AuditOutput]


async def open_request(state: AuditRequest) -> dict[str, Any]:
    """Validate the request, which LangGraph does because of the annotation, and keep it as it was parsed."""
    return {"request": state}


async def extract(state: AuditState, runtime: Runtime[AuditContext]) -> dict[str, Any]:
    """Account for every sentence and write down the claims; the judge's errors end the audit here, resumable."""
    context = await run_context(runtime.context, state["request"])
    with context.judge_call():
        extraction = await _extraction(state["request"], context)
    runtime.stream_writer(Extracted(sentences=len(extraction.sentences), claims=len(extraction.claims)))
    return {"extraction": extraction, "usage": context.spend(extraction.usage)}


async def _extraction(request: AuditRequest, context: AuditContext) -> Extraction:
    if request.claims:
        return given_claims(request)
    cited = cited_text(request.response, request.citations)
    asked = request.model_copy(update={"response": cited.text})
    extraction = await context.judge.extract(asked, all_checkable=context.options.all_checkable)
    return uncited(extraction, request.response, cited)


async def screen(state: AuditState, runtime: Runtime[AuditContext]) -> dict[str, Any]:
    """Look at all claims at once, where the judge can, and settle what needs no look of its own."""
    context = await run_context(runtime.context, state["request"])
    update = await first_pass(state["request"], state["extraction"].claims, context)
    for settled in update["results"].values():
        runtime.stream_writer(claim_graph.settled_event(settled))
    return update


async def fan_out(state: AuditState, runtime: Runtime[AuditContext]) -> list[Send] | str:
    """Send every claim that is not settled to a check of its own."""
    request, looks = state["request"], state.get("first_looks", {})
    context = await run_context(runtime.context, request)
    if await brings_context(runtime.context, request):
        request = request.model_copy(update={"context": ()})  # the run brings it; no need to store it once per claim
    open_claims = [claim for claim in state["extraction"].claims if claim.id not in state.get("results", {})]
    tasks: list[ClaimState] = [{**looks.get(claim.id, {}), "claim": claim, "request": request} for claim in open_claims]
    begun = [task if task.get("verdict") else {**task, **claim_graph.open_round(task, context)} for task in tasks]
    return [Send("check_claim", task) for task in begun] or "close"


def check_failed(state: ClaimState, error: NodeError) -> Command[Literal["close"]]:
    """The last resort: what no node foresaw becomes this claim's error, while its siblings go on.

    It says itself where to go on: the failed node's own edge is followed only if a sibling of it succeeded.
    """
    cause = error.error
    timed_out = isinstance(cause, NodeTimeoutError) or "NodeTimeoutError" in str(cause)
    said = f"{type(cause).__name__}: {cause}"
    if timed_out:
        failed = Failure(reason=Reason.TIMEOUT, message=f"{_TOO_LONG} ({said})")
    else:
        failed = Failure(reason=Reason.INTERNAL, message=said)
    return Command(update={"results": {state["claim"].id: unjudged(state["claim"], failed)}}, goto="close")


_FEW = 100
"""Claims whose report is put together in less time than handing it to a thread takes."""


async def consolidate(state: AuditState) -> dict[str, Any]:
    """Put the report together."""
    assemble = partial(
        assemble_report,
        state["request"],
        state["extraction"],
        results=state.get("results", {}),
        evidence=state.get("evidence", {}),
        usage=state.get("usage", Usage()),
        judge=state["judge"],
        settings=state["settings"],
        limits_hit=state["limits_hit"],
        source_findings=state["source_findings"],
    )
    if len(state["extraction"].claims) <= _FEW:
        return {"report": assemble()}
    return {"report": await in_worker(assemble, what="putting the report together")}


@cache
def _builder(
    claim_seconds: float, context_schema: type[Any] = AuditContext
) -> "StateGraph[AuditState, AuditContext, AuditRequest, AuditOutput]":
    builder = StateGraph(
        AuditState, context_schema=context_schema, input_schema=AuditRequest, output_schema=AuditOutput
    )
    builder.add_node("open", open_request, input_schema=AuditRequest)
    builder.add_node("extract", extract)
    builder.add_node("screen", screen)
    builder.add_node("check_claim", claim_graph.build_claim_graph(), timeout=claim_seconds, error_handler=check_failed)
    builder.add_node("close", close)
    builder.add_node("cite", cite)
    builder.add_node("review", review)
    builder.add_node("consolidate", consolidate)
    builder.add_edge(START, "open")
    builder.add_edge("open", "extract")
    builder.add_edge("extract", "screen")
    builder.add_conditional_edges("screen", fan_out, ["check_claim", "close"])
    builder.add_edge("check_claim", "close")
    builder.add_edge("close", "cite")
    builder.add_edge("cite", "review")
    builder.add_conditional_edges("review", after_review, ["review", "consolidate"])
    builder.add_edge("consolidate", END)
    return builder


def compile_graph(checkpointer: Checkpointer | None = None, *, claim_seconds: float = CLAIM_SECONDS) -> AuditGraph:
    """The audit graph.

    Args:
        checkpointer: where the state of audits is kept, so that a killed one goes on where it was.
        claim_seconds: the deadline for one claim, everything included.
    """
    if checkpointer is None:
        return _without_checkpoints(claim_seconds)
    return _builder(claim_seconds).compile(checkpointer=checkpointer, name="audit")


@cache
def _without_checkpoints(claim_seconds: float) -> AuditGraph:
    return _builder(claim_seconds).compile(name="audit")


def served_graph(context_schema: type[Any], *, name: str) -> AuditGraph:
    """The audit graph for a server, which brings its own checkpointer and the caller's choices as plain values.

    Args:
        context_schema: the choices, a `ContextFactory`; what a caller may choose is what its fields are.
        name: of the assistant, and of the tool that MCP offers.
    """
    return _builder(CLAIM_SECONDS, context_schema).compile(name=name)  # type: ignore[arg-type]  # classes do hash


graph = compile_graph()
