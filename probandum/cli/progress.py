"""Shows on stderr how far an audit is: a bar on a terminal, nothing elsewhere."""

from types import TracebackType
from typing import Self

import rich.progress
from rich.console import Console
from rich.markup import escape

from probandum.agent.events import Event, Extracted, Reopening, Searched, Settled


class Counter:
    """A bar over so many equal pieces of work."""

    def __init__(self, total: int | None) -> None:
        console = Console(stderr=True)
        self._bar = rich.progress.Progress(
            rich.progress.SpinnerColumn(),
            rich.progress.TextColumn("{task.description}"),
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def describe(self, description: str, *, total: int | None = None) -> None:
        """Say what is being done; a total replaces the one before."""
        self._bar.update(self._task, description=escape(description), total=total)

    def reading(self, done: int, total: int) -> None:
        """So many files of a corpus are read."""
        self._bar.update(self._task, description="reading the corpus", completed=done, total=total)
        if done == total:
            self._bar.update(self._task, description="indexing the corpus", completed=0, total=None)

    def advance(self) -> None:
        """One piece is done."""
        self._bar.update(self._task, advance=1)


def show(event: Event, counter: Counter) -> None:
    """Take one event of an audit into a bar over its claims."""
    match event:
        case Extracted(claims=claims):
            counter.describe("checking claims", total=claims)
        case Searched(source=source):
            counter.describe(f"asking {source}")
        case Reopening():
            counter.describe("looking again")
        case Settled():
            counter.describe("checking claims")
            counter.advance()
