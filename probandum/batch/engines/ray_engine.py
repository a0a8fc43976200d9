"""The engine of a cluster: the same audits as Ray Data, read on this machine and spread over actors with back-pressure.

Ray holds reading back while actors are busy, and actors while their results are not taken. The files are read and
written by this machine alone; a folder for whole reports, and a corpus, have to be reachable from all.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext, Dataset, Datasource, ReadTask
from ray.data.block import BlockMetadata
from ray.exceptions import RayError

from probandum.batch.engines.auditor import AuditedAnswer, Auditor, AuditPlan
from probandum.batch.engines.local import AT_ONCE, DECISIONS
from probandum.batch.input.items import BatchItem
from probandum.batch.input.survey import Chunk, Survey, items
from probandum.graphs.persistence.checkpoints import in_memory_decisions, stored_decisions
from probandum.settings import no_statistics_of_ray
from probandum.tools.errors import ConfigError, InputError, ProbandumError

_DONE = pa.schema({"answer": pa.large_binary(), "claims": pa.large_binary(), "audit_id": pa.string()})
_FAILED = pa.schema({"error": pa.string(), "message": pa.string()})
_IN_FLIGHT = 2
"""Pieces that wait at an actor, so that it never waits for one."""


async def audit_on_ray(
    plan: AuditPlan, found: Survey, *, at_once: int | None, address: str | None, stored_in: Path
) -> AsyncGenerator[AuditedAnswer, None]:
    """Audit the answers of a survey, each given back as soon as its piece is done.

    Args:
        plan: how.
        found: which.
        at_once: how many at once; by default as many as the cluster has cores, or 16 where a model is waited for.
        address: of the cluster; None starts one on this machine and ends it with the batch.
        stored_in: a folder for decisions that were paid for; a cluster's actors each keep their own, while they live.

    Raises:
        ProbandumError: as `Auditor.audit`, and where the cluster cannot be reached or is lost.
    """
    no_statistics_of_ray()
    try:
        await asyncio.to_thread(_connect, address)
        rows = iter(_audited(plan, found, at_once, None if address else stored_in).iter_rows())
        while (row := await asyncio.to_thread(next, rows, None)) is not None:
            yield _done(row)
    except (RayError, ConnectionError) as error:
        raise ProbandumError(f"Ray failed: {str(error).strip().splitlines()[-1]}") from None
    finally:
        ray.shutdown()


def _done(row: Mapping[str, Any]) -> AuditedAnswer:
    """What an actor gives: an answer that is done, or what would go wrong with every answer, which is raised here."""
    if "error" in row:
        kinds = {kind.__name__: kind for kind in (ConfigError, InputError)}
        raise kinds.get(row["error"], ProbandumError)(row["message"])
    return AuditedAnswer(**row)


def _connect(address: str | None) -> None:
    dashboard = None if address else False
    ray.init(address=address or "local", include_dashboard=dashboard, logging_level=logging.ERROR, log_to_driver=False)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)


def _audited(plan: AuditPlan, found: Survey, at_once: int | None, stored_in: Path | None) -> Dataset:
    resources = ray.cluster_resources()  # type: ignore[no-untyped-call]  # Ray says no types here
    cores = max(1, int(resources.get("CPU", 1)))
    actors = min(at_once or cores, cores, len(found.chunks))
    each = 1 if plan.only_computes else -(-(at_once or AT_ONCE) // actors)
    here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
    read = ray.data.read_datasource(
        _Input(found), override_num_blocks=len(found.chunks), num_cpus=0, label_selector=here
    )
    done: Dataset = read.map_batches(
        _Actor,
        fn_constructor_args=(_share(plan, actors), each, stored_in),
        batch_size=None,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=actors, max_tasks_in_flight_per_actor=_IN_FLIGHT),
        num_cpus=1,
    )
    return done


def _share(plan: AuditPlan, actors: int) -> AuditPlan:
    """The plan of one of so many actors, which may ask a model its share of what all together may."""
    settings = plan.settings
    rates = {
        name: None if rate is None else max(1, rate // actors)
        for name, rate in (
            ("requests_per_minute", settings.requests_per_minute),
            ("tokens_per_minute", settings.tokens_per_minute),
        )
    }
    return plan.with_settings(settings.model_copy(update=rates))


class _Input(Datasource):
    """The answers of a survey, a read task for each of its chunks."""

    def __init__(self, found: Survey) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self._found = found

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, *_: object, **__: object) -> list[ReadTask]:
        return [self._task(chunk) for chunk in self._found.chunks]

    def _task(self, chunk: Chunk) -> ReadTask:
        path, fields = self._found.path.resolve(), self._found.fields

        def read() -> Iterable[pa.Table]:
            lines = [item.model_dump_json().encode() for item in items(path, chunk, fields=fields)]
            return [pa.table({"item": pa.array(lines, pa.large_binary())})]

        size = BlockMetadata(num_rows=chunk.items, size_bytes=None, input_files=None, exec_stats=None)
        return ReadTask(read, size)


class _Actor:
    """What audits on one core of the cluster."""

    def __init__(self, plan: AuditPlan, at_once: int, stored_in: Path | None) -> None:
        self._plan = plan
        self._at_once = at_once
        self._kept_in = stored_in
        self._runner = asyncio.Runner()
        self._auditor: Auditor | None = None

    def __call__(self, block: pa.Table) -> pa.Table:
        items = (BatchItem.model_validate_json(row["item"]) for row in block.to_pylist())
        try:
            self._auditor = self._auditor or self._ready()
            done = self._runner.run(self._auditor.audit_all(items, at_once=self._at_once))
        except ProbandumError as error:
            # What Ray makes of an exception is nothing that a user could read.
            return pa.Table.from_pylist([{"error": type(error).__name__, "message": str(error)}], schema=_FAILED)
        return pa.Table.from_pylist([each._asdict() for each in done], schema=_DONE)

    def _ready(self) -> Auditor:
        stored_in = self._kept_in if self._plan.is_paid_for else None
        cache = stored_decisions(stored_in / DECISIONS) if stored_in else in_memory_decisions()
        return Auditor(self._plan, cache=cache if self._plan.is_paid_for else None)
