"""What every place that keeps audits can do, whichever database it is: finish what it writes, and say what it has."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.serde.types import ERROR

Written = TypeVar("Written")


class CheckpointStore(BaseCheckpointSaver[str]):
    """Stands before a saver of LangGraph's.

    A write that has begun is finished, whatever becomes of the audit that asked for it: one that is cancelled half way,
    with its statement run and its transaction open, would lose what was paid for, and keep a database locked for the
    rest of the process. A node that was cancelled has not run: LangGraph hands over what it had written until then, and
    where that lacked no more than the sending of its claims, an audit that went on would end there without a report.
    """

    @abstractmethod
    async def threads(self) -> Sequence[str]:
        """The ids of all threads that are kept, whoever's they are."""

    @abstractmethod
    async def compact(self) -> None:
        """Give back the room of what was deleted, where the database does not do that by itself."""

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """As the saver does, to the end."""
        return await self._whole(super().aput(config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """As the saver does, to the end; nothing of a node that was cancelled, which then runs again."""
        if not any(channel == ERROR and isinstance(value, asyncio.CancelledError) for channel, value in writes):
            await self._whole(super().aput_writes(config, writes, task_id, task_path))

    async def drain(self) -> None:
        """Wait for the writes whose audits did not; the saver may be closed then."""
        while self._writing:
            await asyncio.wait(self._writing)

    @property
    def _writing(self) -> set["asyncio.Task[Any]"]:
        # Not made where others make their attributes: the savers' own constructors do not call each other.
        writing: set[asyncio.Task[Any]] = self.__dict__.setdefault("_under_way", set())
        return writing

    async def _whole(self, write: Coroutine[Any, Any, Written]) -> Written:
        task = asyncio.ensure_future(write)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)
