"""A large corpus read once: its passages and their index are kept on disk, and only what changed is read again."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from probandum.tools.errors import ToolError
from probandum.tools.evidence import Document, Evidence, Origin, digest, identity_in
from probandum.tools.folders import FolderLimits, Skipped, list_folder, read_file
from probandum.tools.retrieval.embeddings import Encoder, VectorIndex
from probandum.tools.retrieval.index import BM25Ranking, hybrid, searchable
from probandum.tools.retrieval.stored_vectors import stored_vectors
from probandum.tools.segmentation.passages import OVERLAP, passages
from probandum.tools.source import SearchArguments

Progress = Callable[[int, int], None]
"""Told how many files of how many have been read."""

_FORMAT = "2"  # of what is kept; another one is built anew
_WAIT_SECONDS = 600.0  # for another process that builds the same
_TABLES = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, sha TEXT, skipped TEXT);
CREATE TABLE IF NOT EXISTS passages (path TEXT, place INTEGER, id TEXT, body TEXT, PRIMARY KEY (path, place));
CREATE TABLE IF NOT EXISTS ranked (place INTEGER PRIMARY KEY, passage INTEGER);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT);
"""


@dataclass(frozen=True)
class _File:
    """One file as the folder shows it, without being opened."""

    path: str
    size: int
    changed: int
    """When, in nanoseconds."""


class StoredCorpus:
    """A `probandum.tools.source.Source` over folders whose passages and index are kept.

    Attributes:
        name: what a model calls the search by.
        description: what is searched, for a model to read.
        origin: of every passage.
        skipped_so_far: the files that could not be read; none where it was never searched.
    """

    name = "search_corpus"
    description = "Searches the user's own collection of documents. Ask it where the given documents are silent."
    origin = Origin.CORPUS

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        stored_in: Path,
        limits: FolderLimits,
        progress: Progress = lambda *_: None,
        encoder: Encoder | None = None,
    ) -> None:
        """Name the folders, which are read on first use.

        Args:
            folders: what is searched.
            stored_in: where passages and index are kept, in a folder of their own, readable by its owner only.
            limits: how much is read.
            progress: told how far reading is, and then how far encoding is.
            encoder: with one, passages are found by meaning as well as by words.
        """
        self.skipped_so_far: tuple[Skipped, ...] = ()
        self._folders = tuple(folder.resolve() for folder in folders)
        self._given = tuple(folders)
        self._limits = limits
        self._progress = progress
        self._home = stored_in / digest(*map(str, self._folders), limits.model_dump_json())[:16]
        self._encoder = encoder
        self._ranking: BM25Ranking | None = None
        self._meaning: VectorIndex | None = None
        self._lock = Lock()

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """The best passages for the query, best first; an empty tuple where there is none (see `PassageIndex`).

        Raises ToolError where there is not one readable passage, or what is kept cannot be read or written.
        """
        return await asyncio.to_thread(self._search, arguments)

    def _search(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        try:
            with closing(self._base()) as base:
                with self._lock:
                    self._ranking = self._ranking or self._opened(base)
                    if self._encoder and self._meaning is None:
                        self._meaning = stored_vectors(base, self._encoder, progress=self._progress)
                if identity := identity_in(arguments.query):
                    return _around(base, identity)
                query, limit = arguments.query, arguments.limit
                places = hybrid(query, limit, ranking=self._ranking, meaning=self._meaning)
                return tuple(_at(base, place) for place in places)
        except (OSError, sqlite3.Error) as error:
            hint = "remove that folder, or choose another with PROBANDUM_HOME"
            raise ToolError(
                f"{self.name}: the index in {str(self._home)!r} cannot be used ({error}); {hint}"
            ) from error

    def _opened(self, base: sqlite3.Connection) -> BM25Ranking:
        """The ranking of what the folders hold now; builds what is not kept yet."""
        listed = [item for folder in self._given for item in list_folder(folder, limits=self._limits)]
        files = [_seen(item) for item in listed if isinstance(item, Path)]
        with base:
            base.execute("BEGIN IMMEDIATE")
            changed = self._updated(base, files)
            index = _state(base, "index")
            if changed or index is None or not (self._home / index).is_dir():
                index = self._ranked(base, files)
        unread = [Skipped(source=path, message=said) for path, said in _unread(base)]
        self.skipped_so_far = (*(item for item in listed if isinstance(item, Skipped)), *unread)
        if not base.execute("SELECT 1 FROM ranked LIMIT 1").fetchone():
            first = self.skipped_so_far[0].message if self.skipped_so_far else "they hold no text"
            raise ToolError(f"{self.name}: not one of the files could be read; the first: {first}")
        return BM25Ranking.loaded(self._home / index)

    def _updated(self, base: sqlite3.Connection, files: Sequence[_File]) -> bool:
        """Read what is new or changed, forget what is gone; whether any passage is another."""
        known = _known(base)
        gone = known.keys() - {file.path for file in files}
        stale = [file for file in files if known.get(file.path, (None,))[0] != (file.size, file.changed)]
        for path in gone:
            base.execute("DELETE FROM files WHERE path = ?", (path,))
            base.execute("DELETE FROM passages WHERE path = ?", (path,))
        changed = bool(gone)
        for done, file in enumerate(stale, start=1):
            changed |= self._read(base, file, known.get(file.path, (None, None))[1])
            self._progress(done, len(stale))
        return changed

    def _read(self, base: sqlite3.Connection, file: _File, sha: str | None) -> bool:
        """Read one file; whether its passages are others than those that are kept."""
        read = read_file(Path(file.path), limits=self._limits)
        said = read.message if isinstance(read, Skipped) else None
        now = None if isinstance(read, Skipped) else digest(read.model_dump_json())
        row = (file.path, file.size, file.changed, now, said)
        base.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", row)
        if now == sha:
            return False
        base.execute("DELETE FROM passages WHERE path = ?", (file.path,))
        found = passages(read, origin=Origin.CORPUS, overlap=OVERLAP) if isinstance(read, Document) else ()
        rows = [(file.path, place, item.id, item.model_dump_json()) for place, item in enumerate(found)]
        base.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", rows)
        return True

    def _ranked(self, base: sqlite3.Connection, files: Sequence[_File]) -> str:
        """Build the index over all passages in the order of the files, and say in which folder it is."""
        base.execute("DELETE FROM ranked")
        found = {id_: (row, body) for file in files for row, id_, body in _of_file(base, file.path)}
        base.executemany("INSERT INTO ranked VALUES (?, ?)", enumerate(row for row, _ in found.values()))
        old = _state(base, "index")
        index = f"index-{digest(_FORMAT, *found)[:16]}"
        if found:
            texts = (searchable(Evidence.model_validate_json(body)) for _, body in found.values())
            BM25Ranking.of(texts).save(self._home / index)
        base.execute("INSERT OR REPLACE INTO state VALUES ('index', ?)", (index,))
        if old not in (None, index):
            shutil.rmtree(self._home / str(old), ignore_errors=True)
        return index

    def _base(self) -> sqlite3.Connection:
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._home / f"passages-{_FORMAT}.sqlite"
        if not path.exists():
            path.touch(mode=0o600)
        base = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        base.executescript(_TABLES)
        return base


def _seen(path: Path) -> _File:
    try:
        found = path.stat()
    except OSError:
        return _File(str(path), -1, -1)  # reading it will say why
    return _File(str(path), found.st_size, found.st_mtime_ns)


def _known(base: sqlite3.Connection) -> Mapping[str, tuple[tuple[int, int], str | None]]:
    rows = base.execute("SELECT path, size, changed, sha FROM files")
    return {path: ((size, changed), sha) for path, size, changed, sha in rows}


def _unread(base: sqlite3.Connection) -> list[tuple[str, str]]:
    return list(base.execute("SELECT path, skipped FROM files WHERE skipped IS NOT NULL ORDER BY path"))


def _of_file(base: sqlite3.Connection, path: str) -> Iterator[tuple[int, str, str]]:
    yield from base.execute("SELECT rowid, id, body FROM passages WHERE path = ? ORDER BY place", (path,))


def _state(base: sqlite3.Connection, name: str) -> str | None:
    row = base.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def _at(base: sqlite3.Connection, place: int) -> Evidence:
    of_place = "SELECT body FROM passages JOIN ranked ON passages.rowid = ranked.passage WHERE ranked.place = ?"
    (body,) = base.execute(of_place, (place,)).fetchone()
    return Evidence.model_validate_json(body)


def _around(base: sqlite3.Connection, identity: str) -> tuple[Evidence, ...]:
    """The passages just before and after one in its file; nothing where it is not kept here."""
    beside = (
        "SELECT other.body FROM passages AS one JOIN passages AS other ON one.path = other.path "
        "WHERE one.id = ? AND abs(one.place - other.place) = 1 ORDER BY other.path, other.place"
    )
    return tuple(Evidence.model_validate_json(body) for (body,) in base.execute(beside, (identity,)))
