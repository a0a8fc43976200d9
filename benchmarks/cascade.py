"""Measures the embedded screen on labelled files: what it settles, and how often people agree.

``python -P -m benchmarks.cascade FILE...``
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.judges.embedded.screen import EmbeddedScreen
from probandum.agent.models import Case, Claim
from probandum.bench.rows import Row, read
from probandum.tools.retrieval.passage_search import context_search


class Screened(NamedTuple):
    """What the screen did with the rows of one file."""

    claims: int
    settled: int
    whole: int
    """Rows every sentence of which gives claims that were all settled."""
    agreed: int
    """Those of them that people called supported."""


async def screened(rows: Sequence[Row]) -> Screened:
    """The counts over labelled rows with a context."""
    counts = Screened(0, 0, 0, 0)
    for row in rows:
        if row.context and row.hallucinated is not None:
            counts = Screened(*map(sum, zip(counts, await _row(row), strict=True)))
    return counts


async def _row(row: Row) -> Screened:
    claims, whole = _claims(row)
    evidence = context_search(row.request.context).passages
    cases = [Case(request=row.request, claim=claim, evidence=evidence) for claim in claims]
    settled = len(await EmbeddedScreen().screen(cases))
    whole = whole and bool(claims) and settled == len(claims)
    return Screened(len(claims), settled, int(whole), int(whole and not row.hallucinated))


def _claims(row: Row) -> tuple[tuple[Claim, ...], bool]:
    """The claims of a row, and whether its label is about nothing else."""
    if row.claim:
        return (Claim.of(row.claim),), True
    extraction = extract_clauses(row.text)
    return extraction.claims, all(sentence.claims for sentence in extraction.sentences)


def main(files: Sequence[str]) -> None:
    """Print a line for each file."""
    for path in map(Path, files):
        found = asyncio.run(screened(read(path)))
        share = found.settled / found.claims if found.claims else 0.0
        agreed = f"{found.agreed} of {found.whole} rows that it settles whole are labelled supported"
        sys.stdout.write(f"{path.stem}: {found.settled} of {found.claims} claims settled ({share:.1%}); {agreed}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
