"""The service under mixed load for minutes, with and without long audits, and killed in between.

Fifty clients, who pause between audits as people do, ask for small audits and now and then a larger one, before a real
Postgres; in the second half a further client has the same 100 claims audited against 200 pages without pause, and the
service is killed and started again several times. Whatever a client does not get an answer to it asks again under the
same audit id. Twice the minutes, without a key of any provider.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.common.command import parser
from benchmarks.common.tables import markdown_table
from benchmarks.speed.audit_speed import claims, text
from probandum.agent.report import Report
from probandum.agent.taxonomy import ReportOutcome
from probandum.testing.servers.postgres import POSTGRES, postgres
from probandum.testing.servers.service import Service

_CLIENTS = 50
_PAUSE = 10.0
"""Seconds between two audits of a client, on average."""
_LARGE_EVERY = 10
"""Every so many audits of a client is a larger one."""
_SMALL, _LARGE, _LONG = (4, 300), (40, 5_000), (100, 100_000)
"""Claims and words of context; the last is some 200 pages."""
_SAMPLE = 2.0
"""Seconds between two looks at the memory."""
_PATIENCE = 120.0
_HEAD = (
    "load",
    "small",
    "p50",
    "p95",
    "larger",
    "p95",
    "200 pages",
    "median",
    "kills",
    "asked again",
    "lost",
    "memory",
)


@dataclass
class Tally:
    """What came of one half."""

    small: list[float] = field(default_factory=list)
    """Seconds, of those that were answered at the first try."""
    large: list[float] = field(default_factory=list)
    long: list[float] = field(default_factory=list)
    again: int = 0
    lost: list[str] = field(default_factory=list)
    """Audits that ended otherwise than with a whole report, and how."""
    memory: list[float] = field(default_factory=list)
    """MiB of the service and its processes, in order."""
    kills: int = 0


class Client:
    """One key that has answers audited, one after the other."""

    def __init__(self, http: httpx.AsyncClient, name: str, tally: Tally) -> None:
        self._http, self._name, self._tally, self._number = http, name, tally, 0

    async def audit(self, size: tuple[int, int], into: list[float]) -> None:
        """Have one made-up answer audited; where the service goes away meanwhile, ask again for the same audit."""
        self._number += 1
        audit_id = f"{self._name}-{self._number}"
        number, words = size
        context = text(words, seed=words)
        request = {
            "audit_id": audit_id,
            "response": claims(number, context, seed=self._number),
            "context": [context],
        }
        begin, tries = time.perf_counter(), 0
        while True:
            tries += 1
            try:
                report = await self._asked(audit_id, request)
            except httpx.TransportError:
                await asyncio.sleep(0.5)
            else:
                break
        if tries == 1:
            into.append(time.perf_counter() - begin)
        self._tally.again += tries > 1
        if isinstance(report, str):
            self._tally.lost.append(report)
        elif report.audit_id != audit_id or report.outcome is not ReportOutcome.COMPLETE or len(report.claims) < number:
            self._tally.lost.append(f"{audit_id}: {report.outcome}, {len(report.claims)} claims")

    async def _asked(self, audit_id: str, request: Mapping[str, Any]) -> Report | str:
        thread = (await self._http.get(f"/probandum/audits/{audit_id}")).json()["thread_id"]
        made = {"thread_id": thread, "metadata": {"audit_id": audit_id}, "if_exists": "do_nothing"}
        await self._http.post("/threads", json=made)
        run = {"assistant_id": "fast", "input": request, "multitask_strategy": "enqueue"}
        told = await self._http.post(f"/threads/{thread}/runs/wait", json=run)
        values = told.json() if told.is_success else {}
        if "report" not in values:
            return f"{audit_id}: {told.status_code} {told.text[:200]}"
        return Report.model_validate(values["report"])


async def half(service: Service, keys: Sequence[str], tally: Tally, *, seconds: float, long: bool, kills: int) -> None:
    """One half of the measurement; every audit that was begun is waited for."""
    end = time.monotonic() + seconds
    async with AsyncExitStack() as held, _watched(service, tally, kills=kills, seconds=seconds):
        clients = [
            Client(await held.enter_async_context(_http(service, key)), f"{'b' if long else 'a'}{at}", tally)
            for at, key in enumerate(keys)
        ]
        async with asyncio.TaskGroup() as group:
            for at, client in enumerate(clients[:-1]):
                group.create_task(_person(client, tally, end=end, seed=at))
            if long:
                group.create_task(_long(clients[-1], tally, end=end))


async def _person(client: Client, tally: Tally, *, end: float, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - pauses, no secret
    number = seed
    while True:
        await asyncio.sleep(draw.expovariate(1 / _PAUSE))
        if time.monotonic() >= end:
            return
        number += 1
        large = number % _LARGE_EVERY == 0
        await client.audit(_LARGE if large else _SMALL, tally.large if large else tally.small)


async def _long(client: Client, tally: Tally, *, end: float) -> None:
    while time.monotonic() < end:
        await client.audit(_LONG, tally.long)


@asynccontextmanager
async def _http(service: Service, key: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=service.url, headers={"x-api-key": key}, timeout=_PATIENCE) as client:
        yield client


@asynccontextmanager
async def _watched(service: Service, tally: Tally, *, kills: int, seconds: float) -> AsyncIterator[None]:
    async def memory() -> None:
        while True:
            if processes := _processes(service):
                tally.memory.append(sum(processes) / 2**20)
            await asyncio.sleep(_SAMPLE)

    async def killing() -> None:
        for _ in range(kills):
            await asyncio.sleep(seconds / (kills + 1))
            tally.kills += 1
            service.kill()
            await asyncio.to_thread(service.start)

    tasks = [asyncio.create_task(memory()), asyncio.create_task(killing())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _processes(service: Service) -> list[int]:
    """Bytes that each process of the service holds; none while it is down."""
    try:
        main = psutil.Process(service.pid)
        return [each.memory_info().rss for each in (main, *main.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def line(name: str, tally: Tally) -> list[str]:
    """One line of the table."""
    quarter = max(len(tally.memory) // 4, 1)
    first, last = tally.memory[quarter : 2 * quarter] or tally.memory, tally.memory[-quarter:]
    return [
        name,
        str(len(tally.small)),
        _quantile(tally.small, 50),
        _quantile(tally.small, 95),
        str(len(tally.large)),
        _quantile(tally.large, 95),
        str(len(tally.long)),
        _quantile(tally.long, 50),
        str(tally.kills),
        str(tally.again),
        str(len(tally.lost)),
        f"{statistics.median(first):.0f} MiB in the second quarter, {statistics.median(last):.0f} in the last",
    ]


def _quantile(seconds: Sequence[float], per_cent: int) -> str:
    return f"{statistics.quantiles(seconds, n=100)[per_cent - 1]:.2f} s" if len(seconds) > 1 else "–"


def measured(home: Path, *, minutes: float, kills: int, clients: int = _CLIENTS) -> dict[str, Tally]:
    """Both halves, the one without long audits first; `RuntimeError` where there is no Postgres."""
    halves = {"without 200 pages": Tally(), "beside 200 pages": Tally()}
    with postgres() as database:
        environment = {"PATH": os.defpath, "PROBANDUM_DATABASE_URL": database, "PROBANDUM_SERVICE_CLAIMS": "1000000"}
        service = Service(home, environment=environment)
        keys = [service.key(f"client-{at}") for at in range(clients + 1)]
        for long, tally in enumerate(halves.values()):
            with service:
                went = half(service, keys, tally, seconds=60 * minutes, long=bool(long), kills=kills * long)
                asyncio.run(went)
    return halves


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each half; exit code 1 where an audit was lost."""
    options = parser("service-soak", __doc__)
    options.add_argument("--minutes", type=float, default=10, help="of each half")
    options.add_argument("--kills", type=int, default=3, help="how often the service is killed in the second half")
    options.add_argument("--clients", type=int, default=_CLIENTS, help="small ones at once")
    given = options.parse_args(arguments)
    if POSTGRES is None:
        sys.exit("no Postgres is installed; install Debian's package 'postgresql'")
    with tempfile.TemporaryDirectory() as home:
        found = measured(Path(home), minutes=given.minutes, kills=given.kills, clients=given.clients)
    sys.stdout.write(markdown_table(_HEAD, (line(name, tally) for name, tally in found.items())))
    lost = [each for tally in found.values() for each in tally.lost]
    sys.stderr.writelines(f"lost: {each}\n" for each in lost)
    raise SystemExit(bool(lost))
