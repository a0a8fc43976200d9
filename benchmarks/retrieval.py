"""Measures whether a search finds the document that a claim was labelled with, by words and with an embedding model.

``python -P -m benchmarks.retrieval FILE... --embeddings FOLDER [--among FILE...]``. The contexts of the rows lie
among as many other documents as make a corpus of the wanted size; what an audit then makes of them is measured by
``loop``.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.loop import corpus
from probandum.bench.rows import Row, read
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.passage_search import PassageSearch
from probandum.tools.source import SearchArguments

_DEPTHS = (1, 3, 10)


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="labelled claims, each with a context")
    parser.add_argument("--embeddings", required=True, type=Path, help="folder of the embedding model")
    parser.add_argument("--among", nargs="*", type=Path, default=[], help="files whose contexts fill the corpus")
    parser.add_argument("--size", type=int, default=1_000, help="documents of the corpus")
    parser.add_argument("--rows", type=int, default=None, help="rows of each file, spread evenly over it")
    given = parser.parse_args(arguments)
    files = {path: read(path, limit=given.rows) for path in given.files}
    own = [row.context or "" for rows in files.values() for row in rows]
    texts = [text for text in (*own, *(row.context or "" for path in given.in_batch for row in read(path))) if text]
    model = Encoder(given.embeddings)
    searches = {"words": corpus(texts, size=given.size), model.name: corpus(texts, size=given.size, encoder=model)}
    sys.stdout.write(
        "| file | rows | search | recall@1 | recall@3 | recall@10 | ms per query |\n|---|---|---|---|---|---|---|\n"
    )
    for name, search in searches.items():
        for path, rows in files.items():
            found = asyncio.run(measured(rows, search))
            shares = " | ".join(f"{share:.1%}" for share in found.recalls)
            sys.stdout.write(f"| {path.stem} | {len(rows)} | {name} | {shares} | {found.seconds * 1_000:.1f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
