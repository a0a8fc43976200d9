"""Runs the audit graph for a caller in the same process: new, or going on where an earlier process stopped."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_stream_writer
from langgraph.errors import GraphDrained
from langgraph.types import Command, StateSnapshot, StreamMode

from probandum.agent.events import Event, Waiting, on_waiting
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.review import ReviewRequest, ReviewResponse, apply_decisions
from probandum.agent.usage import Usage
from probandum.graphs.audit import AuditGraph, compile_graph
from probandum.graphs.context import AuditContext, Checkpointer, Stop
from probandum.graphs.persistence.decision_cache import Cache
from probandum.graphs.persistence.threads import thread_id
from probandum.graphs.persistence.versions import check_version
from probandum.tools.errors import AuditStopped, ConfigError, InputError, ReviewPending


async def run(
    request: AuditRequest,
    context: AuditContext,
    *,
    checkpointer: Checkpointer | None = None,
    cache: Cache | None = None,
    stop: Stop | None = None,
    owner: str = "local",
) -> AsyncIterator[Event | Report]:
    """Audit, telling what happens as it happens and the report at last.

    With a checkpointer, an audit of the same id goes on where it stopped, or gives its finished report again.

    Args:
        request: what is audited.
        context: who judges, and how.
        checkpointer: where the audit is kept; None keeps nothing.
        cache: where decisions of the judge are kept, so that no audit that shares it asks for the same again.
        stop: by which it can be told to stop.
        owner: whose audit it is.

    Raises:
        AuditStopped: it was told to stop, and has.
        InputError: the id belongs to an audit of something else.
        JudgeError: the claims could not be extracted; with a checkpointer the same call tries again later.
        ReviewPending: the audit waits for a person; see `review`.
        ConfigError: a review is wanted and there is no checkpointer.
    """
    context = context if cache is None else replace(context, cache=cache)
    graph = compile_graph(checkpointer, claim_seconds=context.options.claim_seconds)
    config: RunnableConfig = {
        "configurable": {"thread_id": thread_id(request.audit_id, owner=owner)},
        "max_concurrency": context.options.concurrency,
    }
    begun = await graph.aget_state(config) if checkpointer else None
    started = begun is not None and _is_under_way(begun, request)
    if begun is not None and started:
        context.budget.spend(_spent(begun))
    if context.options.review and checkpointer is None:
        raise ConfigError("a review needs the audit to be kept; give a checkpointer")
    try:
        async for event in _to_the_report(graph, config, None if started else request, context, stop):
            yield event
    except GraphDrained:
        raise AuditStopped(f"audit {request.audit_id} was stopped") from None


async def review(
    audit_id: str, given: ReviewResponse | None, *, checkpointer: Checkpointer, owner: str = "local"
) -> ReviewRequest | Report:
    """Hand decisions to an audit that waits for a person; what still waits afterwards, or the report.

    Args:
        audit_id: the name of the audit.
        given: the decisions; None asks what waits and decides nothing.
        checkpointer: where the audit is kept.
        owner: whose audit it is.

    Raises:
        InputError: no such audit, one that does not wait, or a decision that does not hold; nothing of it is taken.
    """
    graph = compile_graph(checkpointer)
    config: RunnableConfig = {"configurable": {"thread_id": thread_id(audit_id, owner=owner)}}
    asked = _asked(await graph.aget_state(config), audit_id)
    if isinstance(asked, Report) or given is None:
        return asked
    apply_decisions(given, asked.claims)  # refused before anything is written
    await graph.ainvoke(Command(resume=given.model_dump(mode="json")), config, context=AuditContext())
    return _asked(await graph.aget_state(config), audit_id)


def _asked(state: StateSnapshot, audit_id: str) -> ReviewRequest | Report:
    check_version(state.values, audit_id)
    if "report" in state.values:
        report: Report = state.values["report"]
        return report
    if not state.interrupts:
        known = "is not finished; go on with it first" if state.values else "is not kept here"
        raise InputError(f"audit {audit_id!r} {known}: probandum audit … --review --audit-id {audit_id}")
    return ReviewRequest.model_validate(state.interrupts[0].value)


async def _to_the_report(
    graph: AuditGraph, config: RunnableConfig, given: AuditRequest | None, context: AuditContext, stop: Stop | None
) -> AsyncIterator[Event | Report]:
    report: Report | None = None
    async for event in _stream(graph, config, given, context, stop):
        if isinstance(event, Report):
            report = event
        else:
            yield event
    if report is None:
        state = await graph.aget_state(config)
        if state.interrupts:
            waiting = ReviewRequest.model_validate(state.interrupts[0].value)
            raise ReviewPending(waiting.audit_id, len(waiting.claims))
        report = state.values["report"]
    yield report


async def _stream(
    graph: AuditGraph, config: RunnableConfig, given: AuditRequest | None, context: AuditContext, stop: Stop | None
) -> AsyncIterator[Event | Report]:
    modes: list[StreamMode] = ["custom", "values"]
    on_waiting.set(_tell)
    stream: AsyncIterator[Any] = graph.astream(
        given, config, context=context, stream_mode=modes, subgraphs=True, control=stop
    )
    async for _, mode, value in stream:
        if mode == "custom":
            yield value
        elif "report" in value:
            yield value["report"]


def _tell(event: Waiting) -> None:
    """Put an event of something that a node waits for among those of the audit; outside of one it is dropped."""
    try:
        writer = get_stream_writer()
    except (KeyError, RuntimeError):
        return
    writer(event)


def _is_under_way(begun: StateSnapshot, request: AuditRequest) -> bool:
    """Whether the audit of this id has got as far as its claims; `InputError` if it is one of something else."""
    check_version(begun.values, request.audit_id)
    known = begun.values.get("request")
    if known is not None and known.fingerprint != request.fingerprint:
        raise InputError(f"audit {request.audit_id!r} is an audit of something else; choose another id")
    return "extraction" in begun.values


def _spent(begun: StateSnapshot) -> Usage:
    """What an audit has cost so far, the claims included that were settled since its last whole step."""
    settled = [begun.values, *(task.result for task in begun.tasks if task.result)]
    results = {id_: result for state in settled for id_, result in state.get("results", {}).items()}
    outside_claims: Usage = begun.values.get("usage", Usage())
    return sum((result.usage for result in results.values()), outside_claims)
