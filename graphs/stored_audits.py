"""The audits that are kept: which there are, how far each is, and how one is forgotten; running them is elsewhere."""

from collections.abc import Mapping, MutableMapping
from datetime import datetime
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from probandum.agent.models import ClaimResult
from probandum.agent.request import AuditRequest
from probandum.graphs.audit import compile_graph
from probandum.graphs.persistence.saver import CheckpointStore
from probandum.graphs.persistence.threads import thread_id
from probandum.graphs.persistence.versions import check_version, is_of_this_version
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen


class StoredAudit(Frozen):
    """One audit that is kept."""

    audit_id: str
    at: datetime
    """When it last wrote something down."""
    state: Literal["finished", "waiting", "unfinished", "unreadable"]
    """``waiting`` for a person; ``unfinished`` where it was stopped before its end, or a process is at it right now;
    ``unreadable`` where an earlier version kept it."""
    claims: int | None
    """None where the response was not even read."""
    settled: tuple[str, ...]
    """Ids of the claims that are done."""
    response: str


async def list_audits(
    store: CheckpointStore, *, owner: str = "local", finished: MutableMapping[str, StoredAudit] | None = None
) -> tuple[StoredAudit, ...]:
    """The audits of one owner, the latest first.

    Args:
        store: where they are kept.
        owner: whose are wanted.
        finished: finished audits by thread, from calls before, which are not read again; those found are put into it.
    """
    known = {} if finished is None else finished
    own = []
    for thread in await store.threads():
        audit = known.get(thread) or await _kept(store, thread)
        if audit is None:
            continue
        if audit.state == "finished":
            known[thread] = audit
        if thread_id(audit.audit_id, owner=owner) == thread:
            own.append(audit)
    return tuple(sorted(own, key=lambda audit: audit.at, reverse=True))


async def stored_request(audit_id: str, store: CheckpointStore, *, owner: str = "local") -> AuditRequest:
    """What an audit was asked; `InputError` where it is not kept."""
    config = RunnableConfig(configurable={"thread_id": thread_id(audit_id, owner=owner)})
    state = await compile_graph(store).aget_state(config)
    if "request" not in state.values:
        raise _unknown(audit_id)
    check_version(state.values, audit_id)
    request: AuditRequest = state.values["request"]
    return request


async def delete_audit(audit_id: str, store: CheckpointStore, *, owner: str = "local") -> None:
    """Delete everything that is kept of an audit; `InputError` where there is nothing."""
    thread = thread_id(audit_id, owner=owner)
    if thread not in await store.threads():
        raise _unknown(audit_id)
    await store.adelete_thread(thread)


def _unknown(audit_id: str) -> InputError:
    return InputError(f"audit {audit_id!r} is not kept here; 'probandum audits' lists those that are")


async def _kept(store: CheckpointStore, thread: str) -> StoredAudit | None:
    """The audit of a thread; None for a thread of something else, or of nothing yet."""
    graph, config = compile_graph(store), RunnableConfig(configurable={"thread_id": thread})
    state = await graph.aget_state(config)
    at = state.created_at
    if "request" not in state.values or at is None:
        return None
    if not is_of_this_version(state.values):
        return _unreadable(state.values["request"], datetime.fromisoformat(at))
    if state.next and not state.interrupts:
        # What single claims have come to stands in the checkpoints of their own, until all of them are through.
        state = await graph.aget_state(config, subgraphs=True)
    request, extraction = state.values["request"], state.values.get("extraction")
    return StoredAudit(
        audit_id=request.audit_id,
        at=datetime.fromisoformat(at),
        state="waiting" if state.interrupts else "unfinished" if state.next else "finished",
        claims=len(extraction.claims) if extraction else None,
        settled=tuple(_settled(state)),
        response=request.response,
    )


def _unreadable(request: object, at: datetime) -> StoredAudit:
    told: Mapping[str, Any] = request if isinstance(request, Mapping) else vars(request)
    id_, response = str(told.get("audit_id", "")), str(told.get("response", ""))
    return StoredAudit(audit_id=id_, at=at, state="unreadable", claims=None, settled=(), response=response)


def _settled(state: StateSnapshot) -> dict[str, ClaimResult]:
    parts: list[Mapping[str, Any]] = [state.values]
    for task in state.tasks:
        parts.append(task.result or {})
        parts.append(task.state.values if isinstance(task.state, StateSnapshot) else {})
    return {id_: result for part in parts for id_, result in part.get("results", {}).items()}
