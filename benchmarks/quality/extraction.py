"""How a judge takes answers apart, beside claims that people wrote for the same answers.

People cut claims in their own ways, so agreement is far from 1 for the best of extractions, and figures say something
only beside each other. Seconds with the embedded judge; with a model, a call or more for each answer.
"""

import asyncio
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import networkx as nx
from rapidfuzz import fuzz

from benchmarks.common.command import add_files, files_in, parser
from benchmarks.common.tables import markdown_table
from probandum import settings as configuration
from probandum.agent.claims.references import has_unresolved_reference
from probandum.agent.judges.protocol import Judge
from probandum.agent.models import Claim
from probandum.agent.options import Options
from probandum.agent.request import AuditRequest
from probandum.bench.rows import Row, read
from probandum.judges import make_judge
from probandum.tools.errors import JudgeError

_FILES = ("refchecker", "factscore_claims")
_WORD = re.compile(r"\w+")
_ALIKE = 70.0
"""From which similarity on, of 100, two claims say the same: rapidfuzz's ``token_sort_ratio``."""
_NEARLY = 0.8
_FEWEST = 3
"""Answers for which people wrote fewer claims say little."""


class Answer(NamedTuple):
    """An answer and the claims that people found in it."""

    question: str | None
    response: str
    claims: tuple[str, ...]


class Extracted(NamedTuple):
    """What a judge's claims have in common with people's, counted over answers."""

    answers: int = 0
    failed: int = 0
    """Answers that the judge could not take apart."""
    people: int = 0
    claims: int = 0
    matched: int = 0
    """Pairs of a person's claim and the judge's own, each in one pair at most."""
    covered: int = 0
    """Claims of people whose words are nearly all in one claim of the judge, which may say more."""
    leaning: int = 0
    """Claims of the judge that begin with a pronoun."""
    words: int = 0
    placed: int = 0
    """Claims of the judge that stand on a stretch of the response shorter than their whole sentence."""
    inside: int = 0
    """Claims of the judge whose stretch holds, word for word, at least half of the claim's words."""
    calls: int = 0
    tokens: int = 0
    """Prompt and completion."""

    def plus(self, other: "Extracted") -> "Extracted":
        """Both together."""
        return Extracted(*(a + b for a, b in zip(self, other, strict=True)))


def answers(path: Path, *, limit: int) -> tuple[Answer, ...]:
    """The answers of a file whose rows are claims, spread evenly over it."""
    found = [answer for answer in _answers(path) if len(answer.claims) >= _FEWEST]
    number = min(limit, len(found))
    return tuple(found[place * len(found) // number] for place in range(number))


def _answers(path: Path) -> Iterator[Answer]:
    """Rows of one answer share its text; or, where each has only its sentence, the model and the question."""
    groups: dict[tuple[str | None, ...], list[Row]] = {}
    for row in read(path):
        groups.setdefault((row.generator, row.question, row.response), []).append(row)
    for rows in groups.values():
        response = rows[0].response or " ".join(dict.fromkeys(str(row.meta.get("sentence", "")) for row in rows))
        claims = tuple(dict.fromkeys(row.claim for row in rows if row.claim))
        if response:
            yield Answer(question=rows[0].question, response=response, claims=claims)


async def extracted(answer: Answer, judge: Judge) -> Extracted:
    """What the judge makes of one answer."""
    try:
        made = await judge.extract(AuditRequest(response=answer.response, question=answer.question))
    except JudgeError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return Extracted(answers=1, failed=1)
    sentences = {sentence.id: sentence for sentence in made.sentences}
    whole = {claim.id for claim in made.claims if claim.span == sentences[claim.sentence or ""].span}
    return Extracted(
        answers=1,
        people=len(answer.claims),
        claims=len(made.claims),
        matched=matched(answer.claims, [claim.text for claim in made.claims]),
        covered=sum(any(_share_in(claim.text, each) >= _NEARLY for claim in made.claims) for each in answer.claims),
        leaning=sum(has_unresolved_reference(claim.text) for claim in made.claims),
        words=sum(len(claim.text.split()) for claim in made.claims),
        placed=len(made.claims) - len(whole),
        inside=sum(_inside(claim, answer.response) for claim in made.claims),
        calls=made.usage.llm_calls,
        tokens=made.usage.prompt_tokens + made.usage.completion_tokens,
    )


def matched(ones: Sequence[str], others: Sequence[str]) -> int:
    """The largest number of pairs that are alike, each claim in one pair at most."""
    graph: nx.Graph[tuple[int, int]] = nx.Graph()
    graph.add_nodes_from((0, place) for place in range(len(ones)))
    graph.add_edges_from(
        ((0, one), (1, other))
        for one, text in enumerate(ones)
        for other, beside in enumerate(others)
        if fuzz.token_sort_ratio(_plain(text), _plain(beside)) >= _ALIKE
    )
    tops = [node for node in graph if node[0] == 0]
    pairs: Mapping[object, object] = nx.bipartite.maximum_matching(graph, top_nodes=tops)
    return len(pairs) // 2


def _plain(text: str) -> str:
    return text.casefold().rstrip(".")


def _inside(claim: Claim, response: str) -> bool:
    if claim.span is None:
        return False
    return 2 * _share_in(response[claim.span.start : claim.span.end], claim.text) >= 1


def _share_in(whole: str, part: str) -> float:
    """The share of the words of one text that stand in the other."""
    there, words = set(_WORD.findall(whole.casefold())), _WORD.findall(part.casefold())
    return sum(word in there for word in words) / len(words) if words else 1.0


def row_of(name: str, counted: Extracted) -> list[str]:
    """The figures of a file, as cells."""
    recall, precision = _share(counted.matched, counted.people), _share(counted.matched, counted.claims)
    return [
        name,
        f"{counted.answers - counted.failed}/{counted.answers}",
        str(counted.people),
        str(counted.claims),
        recall,
        precision,
        _share(counted.covered, counted.people),
        _share(counted.leaning, counted.claims),
        f"{counted.words / counted.claims:.1f}" if counted.claims else "–",
        _share(counted.placed, counted.claims),
        _share(counted.inside, counted.claims),
        f"{counted.calls / counted.answers:.1f}",
    ]


_HEAD = (
    "file",
    "answers",
    "claims of people",
    "claims",
    "recall",
    "precision",
    "covered",
    "begin with a pronoun",
    "words",
    "narrower than the sentence",
    "stretch holds half the words",
    "calls per answer",
)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


async def _all(found: Iterable[Answer], judge: Judge, *, at_once: int) -> Extracted:
    room, counted = asyncio.Semaphore(at_once), Extracted()

    async def one(answer: Answer) -> Extracted:
        async with room:
            return await extracted(answer, judge)

    for done in asyncio.as_completed([one(answer) for answer in found]):
        counted = counted.plus(await done)
        if sys.stderr.isatty():
            sys.stderr.write(f"{counted.answers} answers\r")
    return counted


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file."""
    options = parser("extraction", __doc__)
    add_files(options, default=_FILES)
    options.add_argument("--judge", default="embedded", help="embedded or openai:MODEL")
    options.add_argument("--answers", type=int, default=200, help="answers of each file, spread evenly over it")
    options.add_argument("--at-once", type=int, default=1, help="answers at a time, if the endpoint can take several")
    given = options.parse_args(arguments)
    judge = make_judge(given.judge, configuration.load(), Options(few_shot="off", confidence="stated"))
    rows = []
    for path in files_in(given, _FILES):
        counted = asyncio.run(_all(answers(path, limit=given.answers), judge, at_once=given.at_once))
        rows.append(row_of(path.stem, counted))
    sys.stdout.write(markdown_table(_HEAD, rows))
