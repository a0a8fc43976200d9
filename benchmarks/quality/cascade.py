"""The embedded screen before a paid judge: how many claims it settles, and how often people agree.

No model is asked. A minute or two on all files.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.common.command import LABELLED, add_files, files_in, parser
from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.judges.embedded.screen import EmbeddedScreen
from probandum.agent.models import Case, Claim
from probandum.bench.rows import Row, read
from probandum.tools.retrieval.passage_search import context_search

_FILES = (*LABELLED, "fib_xsum", "fib_cnndm")


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file."""
    options = parser("cascade", __doc__)
    add_files(options, default=_FILES)
    for path in files_in(options.parse_args(arguments), _FILES):
        found = asyncio.run(screened(read(path)))
        share = found.settled / found.claims if found.claims else 0.0
        agreed = f"{found.agreed} of {found.whole} rows that it settles whole are labelled supported"
        sys.stdout.write(f"{path.stem}: {found.settled} of {found.claims} claims settled ({share:.1%}); {agreed}\n")
