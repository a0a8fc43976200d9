"""The embedded judge as a screen before a paid one: how many claims it settles, and how often people agree.

No model is asked. A minute or two on all files.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.common.command import LABELLED, add_files, files_in, parser
from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.models import Case, Claim
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.screen import EmbeddedScreen
from probandum.bench.rows import Row, read
from probandum.tools.retrieval.passage_search import context_search

_FILES = (*LABELLED, "fib_xsum", "fib_cnndm")


class Screened(NamedTuple):
    """What the screen did with the rows of one file."""

    claims: int
    settled: int
    supported: int
    """Rows that it settles as supported: every sentence gives claims, and all of them were."""
    supported_right: int
    """Those of them that people called supported."""
    flagged: int
    """Rows of which it settles a claim as anything else."""
    flagged_right: int
    """Those of them that people called hallucinated."""


async def screened(rows: Sequence[Row], screen: EmbeddedScreen) -> Screened:
    """The counts over labelled rows with a context."""
    counts = Screened(0, 0, 0, 0, 0, 0)
    for row in rows:
        if row.context and row.hallucinated is not None:
            counts = Screened(*map(sum, zip(counts, await _row(row, screen), strict=True)))
    return counts


async def _row(row: Row, screen: EmbeddedScreen) -> Screened:
    claims, whole = _claims(row)
    evidence = context_search(row.request.context).passages
    cases = [Case(request=row.request, claim=claim, evidence=evidence) for claim in claims]
    settled = [found.verdict.label for found in (await screen.screen(cases)).values()]
    flagged = any(label is not Label.SUPPORTED for label in settled)
    supported = whole and bool(claims) and len(settled) == len(claims) and not flagged
    wrong = bool(row.hallucinated)
    return Screened(len(claims), len(settled), supported, supported and not wrong, flagged, flagged and wrong)


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
    options.add_argument("--large", action="store_true", help="as before a large model: supported claims alone")
    given = options.parse_args(arguments)
    screen = EmbeddedScreen(decide="strict", flags=False) if given.large else EmbeddedScreen()
    sums = Screened(0, 0, 0, 0, 0, 0)
    for path in files_in(given, _FILES):
        found = asyncio.run(screened(read(path), screen))
        sums = Screened(*map(sum, zip(sums, found, strict=True)))
        share = found.settled / found.claims if found.claims else 0.0
        supported = f"people agree on {found.supported_right} of {found.supported} rows settled as supported"
        flagged = f"on {found.flagged_right} of {found.flagged} with a claim settled as anything else"
        settled = f"{found.settled} of {found.claims} claims settled ({share:.1%})"
        sys.stdout.write(f"{path.stem}: {settled}; {supported}, {flagged}\n")
    sys.stdout.write(f"together: {', '.join(f'{name} {number}' for name, number in sums._asdict().items())}\n")
