"""Whether a search finds the document that a claim was labelled with, by words and with an embedding model.

The contexts of the rows lie among as many other documents as make a corpus of the wanted size; what an audit then makes
of them is measured by ``loop``.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common.command import add_corpus, add_files, corpus_files, files_in, parser
from benchmarks.common.tables import markdown_table
from benchmarks.quality.loop import corpus
from probandum.bench.rows import Row, read
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.passage_search import PassageSearch
from probandum.tools.source import SearchArguments

_FILES = ("wice", "factscore_ctx_claims")
_DEPTHS = (1, 3, 10)
_HEAD = ("file", "rows", "search", *(f"recall@{depth}" for depth in _DEPTHS), "ms per query")


class Found(NamedTuple):
    """How often a search found a passage of the row's own document."""

    recalls: tuple[float, ...]
    """Share of the rows, among the first 1, 3 and 10 passages."""
    seconds: float
    """Per query."""


async def measured(rows: Sequence[Row], search: PassageSearch) -> Found:
    """Search for each row's claim; the index is built before the clock runs."""
    await search(SearchArguments(query="warm"))
    begin = time.perf_counter()
    ranks = [await _rank(row, search) for row in rows]
    seconds = (time.perf_counter() - begin) / len(rows)
    return Found(tuple(sum(rank <= depth for rank in ranks) / len(rows) for depth in _DEPTHS), seconds)


async def _rank(row: Row, search: PassageSearch) -> float:
    """Where the first passage of the row's own document stands, counted from 1."""
    found = await search(SearchArguments(query=row.text[:1_000], limit=max(_DEPTHS)))
    places = (place for place, item in enumerate(found, start=1) if item.text in (row.context or ""))
    return next(places, float("inf"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each file and way of searching."""
    options = parser("retrieval", __doc__)
    add_files(options, default=_FILES)
    add_corpus(options)
    options.add_argument("--embeddings", required=True, type=Path, help="folder of the embedding model")
    given = options.parse_args(arguments)
    files = {path: read(path, limit=given.rows) for path in files_in(given, _FILES)}
    own = [row.context or "" for rows in files.values() for row in rows]
    texts = [
        text for text in (*own, *(row.context or "" for path in corpus_files(given) for row in read(path))) if text
    ]
    model = Encoder(given.embeddings)
    searches = {"words": corpus(texts, size=given.size), model.name: corpus(texts, size=given.size, encoder=model)}
    rows_of_table = [
        _line(path, rows, name, asyncio.run(measured(rows, search)))
        for name, search in searches.items()
        for path, rows in files.items()
    ]
    sys.stdout.write(markdown_table(_HEAD, rows_of_table))


def _line(path: Path, rows: Sequence[Row], search: str, found: Found) -> list[str]:
    shares = (f"{share:.1%}" for share in found.recalls)
    return [path.stem, str(len(rows)), search, *shares, f"{found.seconds * 1_000:.1f}"]
