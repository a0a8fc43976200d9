"""What the guard adds to a streamed answer: the time until a sentence is shown, and until all are.

An answer of six sentences is streamed at the pace of a model, without the guard, through the guard, and audited when it
is whole, against 600 words; three rows for each judge. Its sentences are the context's own, which the screen before a
small model settles; with ``--screen none`` the model is asked about each. A minute with the embedded judge, more with a
model.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import NamedTuple

from benchmarks.common.command import parser
from benchmarks.common.tables import markdown_table
from benchmarks.speed.audit_speed import text
from probandum import aaudit, guard, settings
from probandum.agent.options import Options

_TOKEN = 4
"""Characters."""
_SENTENCES = 6
_HEAD = (
    "judge",
    "how",
    "first shown, median",
    "all shown, median",
    "added after a sentence's last token, median",
    "p95",
)


class Timed(NamedTuple):
    """Seconds of one answer."""

    first: float
    whole: float
    added: tuple[float, ...]
    """Between the last token of each sentence and its being shown."""


class Stream:
    """An answer at the pace of a model, and when each of its sentences was whole."""

    def __init__(self, answer: str, tokens_per_second: float) -> None:
        self._answer, self._pause = answer, 1 / tokens_per_second
        self.begun = time.perf_counter()
        self.ends: list[float] = []

    async def __aiter__(self) -> AsyncIterator[str]:
        """The tokens."""
        for at in range(0, len(self._answer), _TOKEN):
            await asyncio.sleep(self._pause)
            token = self._answer[at : at + _TOKEN]
            if "." in token:
                self.ends.append(time.perf_counter())
            yield token


def answers(number: int) -> tuple[str, list[str]]:
    """A context of some 600 words, and answers of sentences from it."""
    context = text(600, seed=1)
    known = [f"{part}." for part in context.replace("\n\n", " ").split(". ") if part]
    return context, [" ".join(known[(at * 5) % 30 :][:_SENTENCES]) for at in range(number)]


async def bare(answer: str, rate: float) -> Timed:
    """The stream alone: each token is shown as it comes."""
    stream = Stream(answer, rate)
    shown = [time.perf_counter() - stream.begun async for _ in stream]
    return Timed(shown[0], shown[-1], (0.0,))


async def guarded(answer: str, rate: float, *, context: str, judge: str, options: Options) -> Timed:
    """Through the guard."""
    stream = Stream(answer, rate)
    shown = [time.perf_counter() async for _ in guard(stream, context=context, judge=judge, options=options)]
    added = tuple(at - end for at, end in zip(shown, stream.ends, strict=False))
    return Timed(shown[0] - stream.begun, shown[-1] - stream.begun, added)


async def whole(answer: str, rate: float, *, context: str, judge: str, options: Options) -> Timed:
    """Audited when it is whole, and shown then."""
    stream = Stream(answer, rate)
    said = "".join([token async for token in stream])
    await aaudit(said, context=[context], judge=judge, options=options)
    shown = time.perf_counter()
    return Timed(shown - stream.begun, shown - stream.begun, (shown - stream.ends[-1],))


async def measured(judge: str, *, number: int, rate: float, screen: str | None) -> list[list[str]]:
    """The rows of one judge; its first answer warms up and does not count."""
    context, made = answers(number + 1)
    options = settings.options("fast", screen=screen)
    by_guard = partial(guarded, context=context, judge=judge, options=options)
    at_the_end = partial(whole, context=context, judge=judge, options=options)
    await by_guard(made[-1], 10_000)
    ways = {
        "no guard": [await bare(each, rate) for each in made[:number]],
        "guarded while it streams": [await by_guard(each, rate) for each in made[:number]],
        "audited when whole": [await at_the_end(each, rate) for each in made[:number]],
    }
    return [_row(judge, how, timed) for how, timed in ways.items()]


def _row(judge: str, how: str, timed: Sequence[Timed]) -> list[str]:
    added = sorted(each for one in timed for each in one.added)
    p95 = added[min(int(len(added) * 0.95), len(added) - 1)]
    return [
        judge.rpartition("/")[2],
        how,
        f"{statistics.median(each.first for each in timed):.2f} s",
        f"{statistics.median(each.whole for each in timed):.2f} s",
        "–" if how == "no guard" else f"{statistics.median(added) * 1000:.0f} ms",
        "–" if how == "no guard" else f"{p95 * 1000:.0f} ms",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print three rows for each judge."""
    options = parser("guard-latency", __doc__)
    options.add_argument("--judge", action="append", help="may be repeated; default: embedded")
    options.add_argument("--answers", type=int, default=10, help="answers in each way")
    options.add_argument("--screen", choices=("auto", "embedded", "none"), help="default: that of the profile fast")
    options.add_argument("--tokens-per-second", type=float, default=50.0, help="of the model that answers")
    given = options.parse_args(arguments)
    rows = [
        row
        for judge in given.judge or ["embedded"]
        for row in asyncio.run(measured(judge, number=given.answers, rate=given.tokens_per_second, screen=given.screen))
    ]
    sys.stdout.write(markdown_table(_HEAD, rows))
