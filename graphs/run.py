"""Runs the audit graph for a caller in the same process: new, or going on where an earlier process stopped."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import StreamMode

from probandum.agent.events import Event
from probandum.agent.models import AuditRequest, Report
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
    started = await _started(graph, config, request) if checkpointer else False
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


async def _started(graph: AuditGraph, config: RunnableConfig, request: AuditRequest) -> bool:
    known = (await graph.aget_state(config)).values.get("request")
    if known is None:
        return False
    if known.fingerprint != request.fingerprint:
        raise InputError(f"audit {request.audit_id!r} is an audit of something else; choose another id")
    return True
