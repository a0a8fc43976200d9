"""Measures what re-checking is worth: rows whose context has to be found among the documents of a corpus.

``python -P -m probandum.bench.loop FILE... [--among FILE...]``. The contexts of the rows are put among as many other
documents as make a corpus of the wanted size; each row is then audited without a context, in one round, two and three.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from probandum import settings as configuration
from probandum.agent.judge import Judge
from probandum.agent.models import AuditRequest, ClaimResult
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.api import aaudit
from probandum.bench.labels import as_people_say, label
from probandum.bench.metrics import check_installed, macro_f1
from probandum.bench.rows import Row, read
from probandum.judges import judge_called
from probandum.tools.embeddings import Encoder
from probandum.tools.evidence import Document, Evidence, Origin
from probandum.tools.passages import passages
from probandum.tools.search import PassageSearch, Reading

_ROUNDS = (1, 2, 3)
_OPEN = (Label.UNEVALUATABLE, Label.PARTIALLY_SUPPORTED)


class Rounds(NamedTuple):
    """How the rows of one file fared with so many rounds."""

    rounds: int
    macro_f1: float | None
    settled: float
    """Share of the claims with a verdict that leaves nothing open."""
    reopened: float
    searches: float
    """Per claim."""
    calls: float
    """To a language model, per claim."""
    seconds: float
    """Per claim."""


def corpus(contexts: Iterable[str], *, size: int, encoder: Encoder | None = None) -> PassageSearch:
    """A search over the first ``size`` different documents."""
    distinct = list(dict.fromkeys(contexts))[:size]
    found: dict[str, Evidence] = {}
    for place, text in enumerate(distinct):
        document = Document(text=text, source=f"document-{place:04}")
        found |= {item.id: item for item in passages(document, origin=Origin.CORPUS)}
    reading = Reading(tuple(found.values()))
    return PassageSearch(
        "search_corpus",
        description="Searches a collection.",
        origin=Origin.CORPUS,
        read=lambda: reading,
        encoder=encoder,
    )


async def measured(rows: Sequence[Row], search: PassageSearch, *, judge: Judge, rounds: int, at_once: int) -> Rounds:
    """Audit every row with so many rounds."""
    options = Options(max_rounds=rounds, sources=(Origin.CORPUS,), few_shot="off", claim_seconds=3_600)
    room = asyncio.Semaphore(at_once)

    async def one(row: Row) -> ClaimResult:
        request = AuditRequest(response=row.text, claims=(row.text,))
        async with room:
            return (await aaudit(request, judge=judge, sources=[search], options=options)).claims[0]

    begin = time.perf_counter()
    results = await asyncio.gather(*map(one, rows))
    seconds = time.perf_counter() - begin
    people = [label(row.dataset, row.label) for row in rows]
    judged = [
        (p, as_people_say(row.dataset, r.verdict.label))
        for p, row, r in zip(people, rows, results, strict=True)
        if p and r.verdict
    ]
    number = len(results)
    return Rounds(
        rounds=rounds,
        macro_f1=macro_f1([p for p, _ in judged], [found for _, found in judged]),
        settled=sum(r.verdict is not None and r.verdict.label not in _OPEN for r in results) / number,
        reopened=sum(bool(r.history) for r in results) / number,
        searches=sum(len(r.trail) for r in results) / number,
        calls=sum(r.usage.llm_calls for r in results) / number,
        seconds=seconds / number,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file and number of rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="labelled claims, each with a context")
    parser.add_argument("--among", nargs="*", type=Path, default=[], help="files whose contexts fill the corpus")
    parser.add_argument("--size", type=int, default=1_000, help="documents of the corpus")
    parser.add_argument("--rows", type=int, default=None, help="rows of each file, spread evenly over it")
    parser.add_argument("--judge", default="embedded", help="embedded or openai:MODEL")
    parser.add_argument("--at-once", type=int, default=4, help="audits at a time")
    given = parser.parse_args(arguments)
    check_installed()
    judge = judge_called(given.judge, configuration.load(), Options(few_shot="off"))
    files = {path: read(path, limit=given.rows) for path in given.files}
    own = [row.context or "" for rows in files.values() for row in rows]
    others = (row.context or "" for path in given.among for row in read(path))
    search = corpus(filter(None, [*own, *others]), size=given.size)
    sys.stderr.write(f"{len(search.passages)} passages\n")
    sys.stdout.write(
        "| file | rows | rounds | macro-F1 | settled | reopened | searches | model calls | s per claim |\n"
    )
    sys.stdout.write("|---|---|---|---|---|---|---|---|---|\n")
    for path, rows in files.items():
        for rounds in _ROUNDS:
            found = asyncio.run(measured(rows, search, judge=judge, rounds=rounds, at_once=given.at_once))
            f1 = "–" if found.macro_f1 is None else f"{found.macro_f1:.3f}"
            sys.stdout.write(
                f"| {path.stem} | {len(rows)} | {rounds} | {f1} | {found.settled:.0%} | {found.reopened:.0%} | "
                f"{found.searches:.2f} | {found.calls:.2f} | {found.seconds:.3f} |\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
