"""Checkpoints in a Postgres database, for audits that several machines go on with; needs the extra ``postgres``."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from probandum.graphs.persistence.saver import CheckpointStore
from probandum.graphs.persistence.serializer import serializer
from probandum.tools.errors import ConfigError

_SECONDS = 5
_TRIES = 5


@asynccontextmanager
async def postgres_checkpoints(url: SecretStr) -> AsyncIterator[CheckpointStore]:
    """Checkpoints in the database at a URL; its tables are made if need be, and a lost connection is opened again.

    Raises `ConfigError` where the URL is none, or the database cannot be reached or written; it never shows the
    password.
    """
    parts = _parts(url)
    try:
        async with _pool(url) as pool:
            saver = _PostgresSaver(pool, serde=serializer())
            await _set_up(saver)
            try:
                yield saver
            finally:
                await saver.drain()
    except psycopg.Error as error:
        place = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}, database {parts.get('dbname', '')!r}"
        hint = "check PROBANDUM_DATABASE_URL, and that the server is up and lets this user make tables"
        said = _without_password(error, parts)
        raise ConfigError(f"audits cannot be kept in Postgres at {place}: {said}; {hint}") from None


class _PostgresSaver(CheckpointStore, AsyncPostgresSaver):
    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """As every keeper does, without the null characters of plain texts, which Postgres's JSON cannot hold.

        These texts are the fields of the input, which nobody reads again once they stand, unchanged, in the request.
        """
        values = {name: _without_null(value) for name, value in checkpoint["channel_values"].items()}
        return await super().aput(config, {**checkpoint, "channel_values": values}, metadata, new_versions)

    async def threads(self) -> list[str]:
        async with self._cursor() as cursor:
            await cursor.execute("SELECT DISTINCT thread_id FROM checkpoints")
            return [row["thread_id"] async for row in cursor]

    async def compact(self) -> None:
        """Nothing: it does that by itself."""


def _without_null(value: object) -> object:
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value


def _parts(url: SecretStr) -> Mapping[str, Any]:
    try:
        parts = conninfo_to_dict(url.get_secret_value())
    except psycopg.ProgrammingError:  # its message may quote a part of the password
        parts = {"port": "none"}
    # Where a password is not encoded, a part of it is taken for the port, the host or the database.
    if str(parts.get("port", 0)).isdecimal() and "@" not in f"{parts.get('host')}{parts.get('dbname')}":
        return parts
    hint = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE is needed, special characters in it percent-encoded"
    raise ConfigError(f"PROBANDUM_DATABASE_URL is no address of a Postgres database; {hint}")


def _without_password(error: psycopg.Error, parts: Mapping[str, Any]) -> str:
    said = " ".join(str(error).split())
    return said.replace(str(parts["password"]), "[password]") if parts.get("password") else said


@asynccontextmanager
async def _pool(url: SecretStr) -> AsyncIterator["AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]"]:
    address = url.get_secret_value()
    # At once and with a reason: a pool would try on for long and say no more than that time ran out.
    await (await psycopg.AsyncConnection.connect(address, connect_timeout=_SECONDS)).close()
    how = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row, "connect_timeout": _SECONDS}
    pool: AsyncConnectionPool[psycopg.AsyncConnection[DictRow]] = AsyncConnectionPool(
        address, min_size=1, max_size=2, open=False, kwargs=how, check=AsyncConnectionPool.check_connection
    )
    async with pool:
        yield pool


async def _set_up(saver: AsyncPostgresSaver) -> None:
    for tried in range(1, _TRIES + 1):
        try:
            await saver.setup()
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject):
            # Two processes make the tables at once; whoever comes second finds them when it looks again.
            if tried == _TRIES:
                raise
            await asyncio.sleep(0.1 * tried)
        else:
            return
