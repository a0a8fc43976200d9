"""Where the server keeps its audits: the same place as the command line's, opened by the graph's own way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import RunnableConfig

from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.review import OpenClaim
from probandum.agent.usage import Usage
from probandum.graphs.context import Checkpointer
from probandum.graphs.persistence import checkpoints
from probandum.graphs.persistence.versions import check_version
from probandum.graphs.review import waiting_claims
from probandum.graphs.stored_audits import StoredAudit, list_audits
from probandum.service.server_settings import server_settings

if TYPE_CHECKING:
    from probandum.graphs.state import AuditState


_finished: dict[str, StoredAudit] = {}
"""Finished audits by thread: they change no more, and a list of audits reads each once."""
_MOST_REMEMBERED = 2_000
LISTED_CHARACTERS = 20_000
"""Of an answer, by which an audit is found in a list."""


@asynccontextmanager
async def open_checkpoints() -> AsyncIterator[Checkpointer]:
    """The checkpoints that the settings name."""
    settings = server_settings()
    async with checkpoints.open_checkpoints(settings.home, database=settings.database_url) as saver:
        yield saver


async def stored_request(thread: str, *, audit_id: str = "") -> AuditRequest | None:
    """What the thread is an audit of, as far as that is kept; InputError where an earlier version kept it."""
    values = await _values(thread)
    check_version(values, audit_id or thread)
    return values.get("request")


async def stored_audit(thread: str) -> tuple[AuditRequest | None, Usage]:
    """What the thread is an audit of, as far as that is kept, and what it has cost so far."""
    async with open_checkpoints() as saver:
        held = await saver.aget_tuple(_place(thread))
    if held is None:
        return None, Usage()
    values: dict[str, Any] = held.checkpoint["channel_values"]
    settled = [
        values.get("results", {}),
        *(each for _, channel, each in held.pending_writes or () if channel == "results"),
    ]
    results = {id_: result for some in settled for id_, result in some.items()}
    return values.get("request"), sum((each.usage for each in results.values()), values.get("usage", Usage()))


async def own_audits(owner: str) -> tuple[StoredAudit, ...]:
    """The audits of one owner, the latest first."""
    settings = server_settings()
    if len(_finished) > _MOST_REMEMBERED:
        _finished.clear()
    async with checkpoints.open_checkpoints(settings.home, database=settings.database_url) as store:
        found = await list_audits(store, owner=owner, finished=_finished)
    for thread, audit in _finished.items():
        if len(audit.response) > LISTED_CHARACTERS:
            _finished[thread] = audit.model_copy(update={"response": audit.response[:LISTED_CHARACTERS]})
    return found


async def stored_report(thread: str) -> Report | None:
    """The report of the thread's audit, where it is finished."""
    report = (await _values(thread)).get("report")
    return report if isinstance(report, Report) else None


async def open_claims_of(thread: str) -> tuple[OpenClaim, ...]:
    """The claims of the thread's audit that wait for a person."""
    values = await _values(thread)
    return waiting_claims(cast("AuditState", values)) if "review_below" in values and "report" not in values else ()


async def _values(thread: str) -> dict[str, Any]:
    async with open_checkpoints() as saver:
        held = await saver.aget_tuple(_place(thread))
    return held.checkpoint["channel_values"] if held else {}


def _place(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
