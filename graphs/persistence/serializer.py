"""Which types may come back from where audits are kept; where that is, is elsewhere."""

import logging
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from probandum.agent import models, report, taxonomy, usage
from probandum.agent.judges import protocol
from probandum.agent.verdicts import outcome
from probandum.tools import evidence, source
from probandum.tools.evidence import Frozen

_LOGGER = "langgraph.checkpoint.serde.jsonplus"


def serializer() -> JsonPlusSerializer:
    """A serializer that reads back our own frozen nouns and nothing else of foreign making."""
    logging.getLogger(_LOGGER).setLevel(logging.ERROR)  # what it does not read is told by `versions`, and by name
    rooms = (evidence, source, taxonomy, models, report, usage, protocol, outcome)
    return JsonPlusSerializer(allowed_msgpack_modules=[noun for room in rooms for noun in _nouns(room)])


def _nouns(room: ModuleType) -> Iterator[tuple[str, str]]:
    for value in vars(room).values():
        if isinstance(value, type) and issubclass(value, Frozen | StrEnum):
            yield value.__module__, value.__qualname__
