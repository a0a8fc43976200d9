"""Where audits and decisions of judges are kept between processes, and which types may come back from there."""

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from types import ModuleType

from langgraph.cache.memory import InMemoryCache
from langgraph.cache.sqlite import SqliteCache
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from probandum.agent import judge, models, settle, taxonomy, usage
from probandum.graphs.context import Checkpointer
from probandum.graphs.recall import Cache
from probandum.tools import evidence, source
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen


def serializer() -> JsonPlusSerializer:
    """A serializer that reads back our own frozen nouns and nothing else of foreign making."""
    rooms = (evidence, source, taxonomy, models, usage, judge, settle)
    return JsonPlusSerializer(allowed_msgpack_modules=[noun for room in rooms for noun in _nouns(room)])


@asynccontextmanager
async def sqlite(path: Path) -> AsyncIterator[Checkpointer]:
    """Checkpoints in a SQLite file that only its owner can read; folders on the way are made.

    Raises `InputError` where the file cannot be opened for writing.
    """
    _private(path, what="checkpoints")
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        saver.serde = serializer()
        yield saver


def kept_decisions(path: Path) -> Cache:
    """A cache of decisions in a SQLite file that only its owner can read; several processes may share it.

    Raises `InputError` where the file cannot be opened for writing, or is none of SQLite's.
    """
    _private(path, what="decisions")
    try:
        return SqliteCache(path=str(path))
    except sqlite3.Error as error:
        raise InputError(f"decisions cannot be kept in {str(path)!r}: {error}; move the file away") from None


def passing_decisions() -> Cache:
    """A cache of decisions that ends with this process, for many audits in one."""
    return InMemoryCache()


def _private(path: Path, *, what: str) -> None:
    """Make the file, for its owner alone; SQLite gives the files beside it the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        hint = "choose another folder with PROBANDUM_HOME"
        raise InputError(f"{what} cannot be kept in {str(path)!r}: {error.strerror}; {hint}") from None


def _nouns(room: ModuleType) -> Iterator[tuple[str, str]]:
    for value in vars(room).values():
        if isinstance(value, type) and issubclass(value, Frozen | StrEnum):
            yield value.__module__, value.__qualname__
