"""Runs the audit graph for a caller in the same process: new, or going on where an earlier process stopped."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot, StreamMode

from probandum.agent.events import Event
from probandum.agent.models import AuditRequest, Report, Usage
from probandum.graphs.audit import AuditGraph, compile_graph
from probandum.graphs.context import AuditContext, Checkpointer
from probandum.tools.errors import InputError

_OWNERS = uuid.uuid5(uuid.NAMESPACE_DNS, "owners.probandum")


def thread_id(audit_id: str, *, owner: str = "local") -> str:
    """The LangGraph thread of an audit; nobody can name the thread of another owner's audit."""
    return str(uuid.uuid5(uuid.uuid5(_OWNERS, owner), audit_id))


async def run(
    request: AuditRequest, context: AuditContext, *, checkpointer: Checkpointer | None = None, owner: str = "local"
) -> AsyncIterator[Event | Report]:
    """Audit, telling what happens as it happens and the report at last.

    With a checkpointer, an audit of the same id goes on where it stopped, or gives its finished report again.

    Raises:
        InputError: the id belongs to an audit of something else.
        JudgeError: the claims could not be extracted; with a checkpointer the same call tries again later.
    """
    graph = compile_graph(checkpointer, claim_seconds=context.options.claim_seconds)
    config: RunnableConfig = {
        "configurable": {"thread_id": thread_id(request.audit_id, owner=owner)},
        "max_concurrency": context.options.concurrency,
    }
    begun = await graph.aget_state(config) if checkpointer else None
    started = begun is not None and _is_under_way(begun, request)
    if begun is not None and started:
        context.budget.spend(_spent(begun))
    report: Report | None = None
    async for event in _stream(graph, config, None if started else request, context):
        if isinstance(event, Report):
            report = event
        else:
            yield event
    if report is None:
        report = (await graph.aget_state(config)).values["report"]
    yield report


async def _stream(
    graph: AuditGraph, config: RunnableConfig, given: AuditRequest | None, context: AuditContext
) -> AsyncIterator[Event | Report]:
    modes: list[StreamMode] = ["custom", "values"]
    stream: AsyncIterator[Any] = graph.astream(given, config, context=context, stream_mode=modes, subgraphs=True)
    async for _, mode, value in stream:
        if mode == "custom":
            yield value
        elif "report" in value:
            yield value["report"]


def _is_under_way(begun: StateSnapshot, request: AuditRequest) -> bool:
    """Whether the audit of this id has got as far as its claims; `InputError` if it is one of something else."""
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
