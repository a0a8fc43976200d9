"""Where audits and decisions of judges are kept between processes, and for whose eyes."""

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiosqlite
from langgraph.cache.memory import InMemoryCache
from langgraph.cache.sqlite import SqliteCache
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from pydantic import SecretStr

from probandum.graphs.persistence.decision_cache import Cache
from probandum.graphs.persistence.saver import CheckpointStore
from probandum.graphs.persistence.serializer import serializer
from probandum.tools.errors import ConfigError, InputError

AUDITS = "checkpoints.sqlite"
DECISIONS = "decisions.sqlite"


@asynccontextmanager
async def open_checkpoints(home: Path, *, database: SecretStr | None = None) -> AsyncIterator[CheckpointStore]:
    """The checkpoints that the settings name: a Postgres database where there is one, else a file in the home.

    Args:
        home: a folder of the user's, made if need be.
        database: URL of a Postgres database.

    Raises:
        InputError: the file cannot be used.
        ConfigError: the database cannot be used, or the extra ``postgres_checkpoints`` is not installed.
    """
    if database is None:
        async with sqlite_checkpoints(home / AUDITS) as saver:
            yield saver
        return
    try:
        from probandum.graphs.persistence.postgres import postgres_checkpoints
    except ImportError as error:
        hint = "pip install 'probandum[postgres]', or leave PROBANDUM_DATABASE_URL unset to keep audits in a file"
        raise ConfigError(f"audits in Postgres need the extra 'postgres' ({error.name} is missing): {hint}") from None
    async with postgres_checkpoints(database) as saver:
        yield saver


@asynccontextmanager
async def sqlite_checkpoints(path: Path) -> AsyncIterator[CheckpointStore]:
    """Checkpoints in a SQLite file that only its owner can read; folders on the way are made.

    Raises `InputError` where the file cannot be opened for writing, or is none of SQLite's.
    """
    _owner_only(path, what="checkpoints")
    with _naming_file(path, what="checkpoints"):
        async with aiosqlite.connect(path) as connection:
            saver = _SqliteSaver(connection, serde=serializer())
            await saver.setup()
            try:
                yield saver
            finally:
                await saver.drain()


class _SqliteSaver(CheckpointStore, AsyncSqliteSaver):
    async def threads(self) -> list[str]:
        async with self.lock, self.conn.execute("SELECT DISTINCT thread_id FROM checkpoints") as rows:
            return [row[0] async for row in rows]

    async def compact(self) -> None:
        async with self.lock:
            await self.conn.execute("VACUUM")


def stored_decisions(path: Path) -> Cache:
    """A cache of decisions in a SQLite file that only its owner can read; several processes may share it.

    Raises `InputError` where the file cannot be opened for writing, or is none of SQLite's.
    """
    _owner_only(path, what="decisions")
    with _naming_file(path, what="decisions"):
        return SqliteCache(path=str(path))


def in_memory_decisions() -> Cache:
    """A cache of decisions that ends with this process, for many audits in one."""
    return InMemoryCache()


def _owner_only(path: Path, *, what: str) -> None:
    """Make the file, for its owner alone; SQLite gives the files beside it the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        hint = "choose another folder with PROBANDUM_HOME"
        raise InputError(f"{what} cannot be kept in {str(path)!r}: {error.strerror}; {hint}") from None


@contextmanager
def _naming_file(path: Path, *, what: str) -> Iterator[None]:
    """Say which file it is that SQLite cannot use."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        hint = "where it stays so, move the file away or choose another folder with PROBANDUM_HOME"
        raise InputError(f"{what} cannot be kept in {str(path)!r}: {error}; {hint}") from None
