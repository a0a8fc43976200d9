"""Shows on stderr how far an audit is: a bar on a terminal, nothing elsewhere."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

import rich.progress
from rich.console import Console
from rich.markup import escape

from probandum.agent.events import Event, Extracted, Reopening, Searched, Settled, Waiting

if TYPE_CHECKING:
    from probandum.batch.output.tally import RunningTotals


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
        case Waiting(what=what, seconds=seconds, attempt=attempt):
            again = "" if attempt == 1 else f", try {attempt}"
            counter.describe(f"waiting for {what}: {seconds} s{again}")
        case Settled():
            counter.describe("checking claims")
            counter.advance()


class BatchBar:
    """A bar over the answers of a batch: how fast, how long still, what was spent, and the rate so far."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bar = rich.progress.Progress(
            rich.progress.SpinnerColumn(),
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TextColumn("{task.fields[speed]}"),
            rich.progress.TimeRemainingColumn(compact=True),
            rich.progress.TextColumn("{task.fields[sums]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, speed="", sums="looking through the input")
        self._before = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def begin(self, *, done: int, total: int) -> None:
        """So many answers are there in all, and so many were audited before."""
        self._before = done
        self._bar.reset(self._task, total=total, completed=done, sums="")

    def show(self, tally: "RunningTotals") -> None:
        """Show where the batch is."""
        elapsed = self._bar.tasks[self._task].elapsed or 0.0
        speed = f"{(tally.answers - self._before) / elapsed:.1f}/s" if elapsed else ""
        self._bar.update(self._task, completed=tally.answers, speed=speed, sums=sums(tally))


def sums(tally: "RunningTotals") -> str:
    """What a batch has come to so far, in a few words."""
    parts = [] if tally.rate is None else [f"{100 * tally.rate:.1f}% of {tally.counted:,} claims not supported"]
    if tally.undecided:
        parts.append(f"{tally.undecided:,} undecided")
    if tally.tokens:
        parts.append(f"{tally.tokens:,} tokens")
    if tally.currency is not None:
        parts.append(f"{tally.cost:,.2f} {tally.currency}")
    if tally.failed:
        parts.append(f"{tally.failed:,} failed")
    return ", ".join(parts)
