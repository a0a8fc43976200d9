"""A long measurement done task by task, each written down at once, so that the same command goes on after a stop."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from probandum.tools.evidence import Frozen


class TaskResult(Frozen):
    """What is stored of one task; kinds of it have the figures."""

    name: str
    """Unique in a measurement."""
    group: str
    """The row of the table that it counts in."""
    seconds: float
    """On the clock."""

    @property
    def summary(self) -> str:
        """What to say of it when it is done."""
        return "done"


Kind = TypeVar("Kind", bound=TaskResult)


class Task(NamedTuple, Generic[Kind]):
    """One task to be done."""

    name: str
    run: Callable[[], Awaitable[Kind]]


async def run_missing(tasks: Iterable[Task[Kind]], into: Path, kind: type[Kind], *, at_once: int) -> tuple[Kind, ...]:
    """Run every task that is not in the file yet, so many at a time, and write each result down; all results."""
    into.parent.mkdir(parents=True, exist_ok=True)
    seen = frozenset(result.name for result in load_results(into, kind))
    left = (task for task in tasks if task.name not in seen)

    async def one_after_another() -> None:
        for task in left:
            result = await task.run()
            with into.open("a", encoding="utf-8") as file:
                file.write(result.model_dump_json() + "\n")
            sys.stderr.write(f"{result.name}: {result.summary}, {result.seconds:.0f} s\n")

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
    return load_results(into, kind)


def load_results(path: Path, kind: type[Kind]) -> tuple[Kind, ...]:
    """The results that are there; a last line that a kill has cut is taken away."""
    if not path.exists():
        return ()
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    path.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return tuple(map(kind.model_validate_json, whole.splitlines()))
