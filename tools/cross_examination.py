"""Cross-examination: what a model says of its own accord, several times, and whether it says the same each time.

After SelfCheckGPT (Manakul et al., EMNLP 2023): what a model knows it says again, what it made up comes out otherwise.
The model is handed in; what its answers prove is decided elsewhere.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import networkx as nx
from rapidfuzz import fuzz

from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Evidence, Origin, digest
from probandum.tools.source import SearchArguments

_ALIKE = 70.0
_UNSURE = re.compile(r"\bI (?:do not|don['’]t) know\b|\bI(?: am|['’]m) not (?:sure|aware)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Examiner(Protocol):
    """Somebody who answers from memory."""

    @property
    def model(self) -> str:
        """Who that is."""

    async def question(self, claim: str) -> str:
        """A question whose answer shows whether the claim is right; errors are `ToolError`."""

    async def answer(self, question: str, *, again: bool) -> str:
        """What is answered to it; ``again`` where it was asked before."""


class CrossExamination:
    """A `probandum.tools.source.Source` over the memory of a model.

    Attributes:
        name: what a judge calls it by.
        description: what it does, for a judge to read.
        origin: of every answer.
    """

    name = "cross_examine"
    description = (
        "Asks a language model, several times and without showing it the claim, what it knows of the matter. Give the "
        "claim as the query. Answers that differ show that the model does not know; answers that agree prove nothing."
    )
    origin = Origin.MODEL

    def __init__(self, examiner: Examiner, *, times: int = 3) -> None:
        """Take who is asked, and how often; `ConfigError` for fewer than two times, which would show nothing."""
        if times < 2:  # noqa: PLR2004 - nothing to compare
            raise ConfigError(f"cross-examination asks at least twice, not {times} times")
        self._examiner = examiner
        self._times = times

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """The answers, each with how many agree with it; none where the model says that it does not know.

        Errors are those of the examiner.
        """
        question = await self._examiner.question(arguments.query)
        asked = (self._examiner.answer(question, again=bool(turn)) for turn in range(self._times))
        answers = await asyncio.gather(*asked)
        agreement = agreeing(answers)
        now = datetime.now(UTC)
        return tuple(
            _evidence(question, answer, f"{agreement[turn]} of {self._times} answers agree", self._examiner.model, now)
            for turn, answer in enumerate(answers)
            if not _UNSURE.search(answer)
        )


def agreeing(answers: Sequence[str]) -> list[int]:
    """For each answer, how many say the same as it does, itself included: alike in words, equal in numbers."""
    alike: nx.Graph[int] = nx.empty_graph(len(answers))
    alike.add_edges_from(
        (one, other) for one in range(len(answers)) for other in range(one) if _same(answers[one], answers[other])
    )
    return [len(nx.node_connected_component(alike, turn)) for turn in range(len(answers))]


def _same(one: str, other: str) -> bool:
    if _UNSURE.search(one) or _UNSURE.search(other):
        return bool(_UNSURE.search(one) and _UNSURE.search(other))
    if set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)):
        return False
    return fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= _ALIKE


def _evidence(question: str, answer: str, agreement: str, model: str, now: datetime) -> Evidence:
    return Evidence.of(
        answer,
        origin=Origin.MODEL,
        source=f"model {model}",
        locator=agreement,
        title=question,
        document_sha256=digest(answer),
        fetched_at=now,
    )
