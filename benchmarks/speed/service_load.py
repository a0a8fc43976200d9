"""Fifty clients of the service at once, beside bare calls to the same model.

The endpoint is scripted, takes its time over every call and is a process of its own, as the service is; the bare calls
are the very bodies that the service has sent, made by one `ChatOpenAI` in one event loop. A minute.
"""

import asyncio
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from itertools import groupby
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.common.command import parser
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatRequest, ChatServer
from probandum.testing.servers.replies import Reply
from probandum.testing.servers.service import Service

if TYPE_CHECKING:
    from langgraph_sdk.client import LangGraphClient

CLIENTS, CLAIMS = 50, 20
_SECONDS, _AT_ONCE = 0.3, 1_000
_AUDIT_AT_ONCE = 16
"""Claims of one audit that the service checks at once, and so does the bare loop."""
_CLAIM = re.compile(r"Gate (\d+) of yard (\d+) was painted by crew \d+\.")
_HOW: dict[str, Any] = {"granularity": "claim", "max_rounds": 1}


class Measured(NamedTuple):
    """One run of all clients, and the same calls without a service."""

    calls: int
    service: float
    """Seconds."""
    bare: float
    """Seconds."""
    wrong: tuple[int, ...]
    """Clients whose report is not the right one."""

    @property
    def share(self) -> float:
        """The service's throughput as a share of that of the bare calls."""
        return self.bare / self.service


def claims(client: int) -> dict[str, Label]:
    """What a client asks about, and what has to come out."""
    places = range(CLAIMS)
    labels = [Label.ABSENT if (place + client) % 5 == 0 else Label.SUPPORTED for place in places]
    return {f"Gate {place} of yard {client} was painted by crew {place + client}.": labels[place] for place in places}


def measured(home: Path) -> Measured:
    """Serve all clients from an empty home, then make the same calls bare."""
    with _endpoint() as (url, asked), _serving(home, url) as (service, keys):
        reports, served = asyncio.run(_all(service.url, keys))
        bodies = [body for body in asked() if _client(body) < CLIENTS]
    with _endpoint() as (url, _):
        bare = asyncio.run(_bare(url, bodies))
    wrong = tuple(client for client, report in enumerate(reports) if not _is_right(report, client))
    return Measured(len(bodies), served, bare, wrong)


def _is_right(report: Report, client: int) -> bool:
    found = {claim.text: claim.verdict.label for claim in report.claims if claim.verdict}
    return found == claims(client) and report.audit_id == f"client-{client}"


async def _all(url: str, keys: Sequence[str]) -> tuple[list[Report], float]:
    """The report of every client, and the seconds in which all were made; the last client goes first and warms up."""
    from langgraph_sdk import get_client

    async with AsyncExitStack() as held:
        clients = [await held.enter_async_context(get_client(url=url, api_key=key, timeout=600)) for key in keys]
        await _audit(clients.pop(), CLIENTS)
        begin = time.perf_counter()
        reports = await asyncio.gather(*(_audit(sdk, client) for client, sdk in enumerate(clients)))
        return reports, time.perf_counter() - begin


async def _audit(sdk: "LangGraphClient", client: int) -> Report:
    audit_id, wanted = f"client-{client}", claims(client)
    context = " ".join(claim for claim, label in wanted.items() if label is Label.SUPPORTED)
    request: dict[str, Any] = {"audit_id": audit_id, "response": " ".join(wanted), "context": [context]}
    thread = await sdk.http.get(f"/probandum/audits/{audit_id}")
    await sdk.threads.create(thread_id=thread["thread_id"], metadata={"audit_id": audit_id})
    done: Any = await sdk.runs.wait(thread["thread_id"], "standard", input=request, context=_HOW)
    return Report.model_validate(done["report"])


async def _bare(url: str, bodies: Iterable[Mapping[str, Any]]) -> float:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    model = ChatOpenAI(model="scripted", base_url=url, api_key=SecretStr("none"))
    by_client = [list(own) for _, own in groupby(sorted(bodies, key=_client), key=_client)]
    await model.ainvoke("warm")
    begin = time.perf_counter()
    await asyncio.gather(*(_one_client(model, own) for own in by_client))
    return time.perf_counter() - begin


async def _one_client(model: Any, bodies: list[Mapping[str, Any]]) -> None:  # noqa: ANN401 - ChatOpenAI, imported late
    room = asyncio.Semaphore(_AUDIT_AT_ONCE)

    async def call(body: Mapping[str, Any]) -> None:
        async with room:
            rest = {name: value for name, value in body.items() if name not in ("messages", "model", "stream")}
            await model.ainvoke(body["messages"], **rest)

    first, *others = sorted(bodies, key=lambda body: not _extracts(ChatRequest(dict(body), None)))
    await call(first)
    await asyncio.gather(*map(call, others))


def _client(body: Mapping[str, Any]) -> int:
    found = _CLAIM.search(str(body["messages"]))
    assert found is not None  # noqa: S101 - every call is about some client's claims
    return int(found[2])


@contextmanager
def _serving(home: Path, url: str) -> Iterator[tuple[Service, list[str]]]:
    environment = {
        "PATH": os.defpath,
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": "none",
        "PROBANDUM_JUDGE": "openai:scripted",
    }
    own = Path(tempfile.mkdtemp(dir=home))
    service = Service(own, environment=environment)
    keys = [service.key(f"client-{client}") for client in range(CLIENTS + 1)]
    with service:
        yield service, keys


@contextmanager
def _endpoint() -> Iterator[tuple[str, Any]]:
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_answering, args=(there,), daemon=True)
    process.start()

    def asked() -> list[dict[str, Any]]:
        here.send("asked")
        bodies: list[dict[str, Any]] = here.recv()
        return bodies

    try:
        yield here.recv(), asked
    finally:
        here.send("end")
        process.join()


def _answering(pipe: Connection) -> None:
    with ChatServer(_answer, endpoint=ScriptedCapabilities(seconds=_SECONDS, at_once=_AT_ONCE)) as server:
        pipe.send(server.url)
        while pipe.recv() == "asked":
            pipe.send([request.body for request in server.requests])


def _extracts(request: ChatRequest) -> bool:
    return len(request.texts) > 1 and request.extracts


def _answer(request: ChatRequest) -> Reply:
    if _extracts(request):
        return replies.claims(*[[match[0]] for match in _CLAIM.finditer(request.texts[-1])])
    asked = _CLAIM.search(request.claim)
    if asked is None:
        return replies.content("warm")
    if claims(int(asked[2]))[request.claim] is Label.ABSENT:
        return replies.verdict("absent")
    evidence = "any"
    return replies.verdict("supported", quotes=[(evidence, request.claim)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what came of it; exit code 1 where a report is wrong."""
    parser("service-load", __doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        found = measured(Path(home))
    claims_per_second = CLIENTS * CLAIMS / found.service
    sys.stdout.write(
        f"{CLIENTS} clients x {CLAIMS} claims, {found.calls} calls of {_SECONDS} s: service {found.service:.2f} s "
        f"({claims_per_second:.0f} claims/s), bare calls {found.bare:.2f} s, throughput {found.share:.0%} of bare; "
        f"wrong reports: {len(found.wrong)}\n"
    )
    raise SystemExit(bool(found.wrong))
