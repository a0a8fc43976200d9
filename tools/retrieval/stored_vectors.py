"""The vectors of a kept corpus, in its own file: only passages that are new are encoded."""

import sqlite3
from collections.abc import Callable, Iterator

from probandum.tools.evidence import Evidence
from probandum.tools.retrieval.embeddings import Encoder, VectorIndex
from probandum.tools.retrieval.index import searchable

_TABLE = "CREATE TABLE IF NOT EXISTS vectors (id TEXT, model TEXT, vector BLOB, PRIMARY KEY (id, model))"
_OF_ALL = "SELECT passages.id, passages.body FROM ranked JOIN passages ON passages.rowid = ranked.passage"
_AT_A_TIME = 64  # encoded, and then written, so that a kill loses no more than these


def stored_vectors(base: sqlite3.Connection, encoder: Encoder, *, progress: Callable[[int, int], None]) -> VectorIndex:
    """The meanings of the passages by their places in the ranking.

    Args:
        base: the file of the corpus; each batch of vectors is written as soon as it is made.
        encoder: makes vectors of passages that have none of this model yet.
        progress: told how many of how many have been encoded.
    """
    import numpy as np

    base.execute(_TABLE)
    new = f"{_OF_ALL} LEFT JOIN vectors ON vectors.id = passages.id AND vectors.model = ? WHERE vectors.id IS NULL"
    missing = base.execute(f"{new} ORDER BY ranked.place", (encoder.name,)).fetchall()
    done = 0
    for batch in _batches(missing):
        vectors = encoder.vectors([searchable(Evidence.model_validate_json(body)) for _, body in batch])
        rows = [(id_, encoder.name, row.tobytes()) for (id_, _), row in zip(batch, vectors, strict=True)]
        with base:
            base.execute("BEGIN")
            base.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        done += len(batch)
        progress(done, len(missing))
    base.execute("DELETE FROM vectors WHERE id NOT IN (SELECT id FROM passages)")
    kept = (
        "SELECT vectors.vector FROM ranked JOIN passages ON passages.rowid = ranked.passage "
        "JOIN vectors ON vectors.id = passages.id WHERE vectors.model = ? ORDER BY ranked.place"
    )
    vectors_of_all = [np.frombuffer(row, dtype=np.float32) for (row,) in base.execute(kept, (encoder.name,))]
    return VectorIndex(encoder, np.asarray(vectors_of_all, dtype=np.float32))


def _batches(rows: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(rows), _AT_A_TIME):
        yield rows[start : start + _AT_A_TIME]
