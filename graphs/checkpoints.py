"""Where the state of audits is kept between processes, and which types may come back from there."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from types import ModuleType

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from probandum.agent import judge, models, settle, taxonomy, usage
from probandum.graphs.context import Checkpointer
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        hint = "choose another folder with PROBANDUM_HOME"
        raise InputError(f"checkpoints cannot be kept in {str(path)!r}: {error.strerror}; {hint}") from None
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        saver.serde = serializer()
        yield saver


def _nouns(room: ModuleType) -> Iterator[tuple[str, str]]:
    for value in vars(room).values():
        if isinstance(value, type) and issubclass(value, Frozen | StrEnum):
            yield value.__module__, value.__qualname__
