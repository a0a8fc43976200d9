"""What every contender does: takes answers from a file, scores each, writes down at once what came of it.

It is run by the Python of the contender's own environment, in which nothing of Probandum's dependencies is installed,
so it needs the standard library alone.
"""

import argparse
import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """One answer to be scored."""

    id: str
    question: str
    context: str
    response: str


@dataclass(frozen=True)
class Scored:
    """What came of one answer."""

    id: str
    risk: float | None
    """How likely it is hallucinated, in [0, 1]; None where the contender gave no score."""
    failed: str | None
    """Why there is no score."""
    seconds: float
    """On the clock, waiting for the endpoint included."""


@dataclass(frozen=True)
class Endpoint:
    """The language model that every contender asks."""

    url: str
    model: str
    key: str = "none"


Score = Callable[[Answer], Awaitable[float | None]]
"""From an answer to its risk in [0, 1]."""


def run(contender: Callable[[Endpoint], Score], *, failures: tuple[type[Exception], ...]) -> None:
    """Score the answers of the file on the command line that are not scored yet.

    Args:
        contender: builds the scorer for an endpoint.
        failures: what the contender raises where it gives no score; written down as such.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("answers", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--at-once", type=int, default=1)
    given, _ = parser.parse_known_args()
    answers = [Answer(**json.loads(line)) for line in given.answers.read_text(encoding="utf-8").splitlines()]
    done = {scored.id for scored in read(given.out)}
    score = contender(Endpoint(given.url, given.model))
    todo = [answer for answer in answers if answer.id not in done]
    asyncio.run(_score_all(todo, score, failures, out=given.out, at_once=given.at_once))


def read(path: Path) -> list[Scored]:
    """What was written down so far; a last line that a kill has cut does not count."""
    if not path.exists():
        return []
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    path.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return [Scored(**json.loads(line)) for line in whole.splitlines()]


async def _score_all(
    answers: Sequence[Answer], score: Score, failures: tuple[type[Exception], ...], *, out: Path, at_once: int
) -> None:
    places = asyncio.Semaphore(at_once)

    async def one(answer: Answer) -> None:
        async with places:
            scored = await _scored(answer, score, failures)
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(scored)) + "\n")

    await asyncio.gather(*(one(answer) for answer in answers))


async def _scored(answer: Answer, score: Score, failures: tuple[type[Exception], ...]) -> Scored:
    begin = time.perf_counter()
    try:
        risk = await score(answer)
    except failures as error:
        message = f"{type(error).__name__}: {error}"[:300]
        return Scored(answer.id, None, message, time.perf_counter() - begin)
    seconds = time.perf_counter() - begin
    if risk is None or math.isnan(risk):
        return Scored(answer.id, None, "no score", seconds)
    return Scored(answer.id, risk, None, seconds)
