"""A long measurement done piece by piece, each written down at once, so that the same command goes on after a stop.

What a piece measures is its own business.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from probandum.tools.evidence import Frozen


class Piece(Frozen):
    """What is kept of one piece; kinds of it have the figures."""

    name: str
    """Unique in a measurement."""
    part: str
    """The line of the table that it counts in."""
    seconds: float
    """On the clock."""

    @property
    def told(self) -> str:
        """What to say of it when it is done."""
        return "done"


Kind = TypeVar("Kind", bound=Piece)


class Work(NamedTuple, Generic[Kind]):
    """One piece to be done."""

    name: str
    do: Callable[[], Awaitable[Kind]]


async def carry_out(works: Iterable[Work[Kind]], into: Path, kind: type[Kind], *, at_once: int) -> None:
    """Do every piece that is not in the file yet, so many at a time, and write each down as it is done."""
    seen = frozenset(piece.name for piece in kept(into, kind))
    left = (work for work in works if work.name not in seen)

    async def one_after_another() -> None:
        for work in left:
            piece = await work.do()
            with into.open("a", encoding="utf-8") as file:
                file.write(piece.model_dump_json() + "\n")
            sys.stderr.write(f"{piece.name}: {piece.told}, {piece.seconds:.0f} s\n")

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())


def kept(path: Path, kind: type[Kind]) -> tuple[Kind, ...]:
    """The pieces that are done; a last line that a kill has cut is taken away."""
    if not path.exists():
        return ()
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    path.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return tuple(map(kind.model_validate_json, whole.splitlines()))
