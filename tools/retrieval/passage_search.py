"""Searches over the request's own documents and over local folders; how text is read, cut and indexed is elsewhere."""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol, runtime_checkable

from probandum.tools.errors import InputError, ToolError
from probandum.tools.evidence import Document, Evidence, Origin, has_words, identity_in, with_sources
from probandum.tools.folders import FolderLimits, Skipped, check_folder, list_folder, read_folder
from probandum.tools.retrieval.embeddings import Encoder
from probandum.tools.retrieval.index import PassageIndex
from probandum.tools.retrieval.stored_corpus import Progress, StoredCorpus
from probandum.tools.segmentation.passages import OVERLAP, passages
from probandum.tools.source import SearchArguments

_MANY_FILES = 200  # from which on reading takes longer than looking up what was kept
NO_WORDS = "has no words, only blanks or marks"
"""What is said of a text that tells nothing."""
_INLINE = 2_000  # passages up to which a search takes less time than handing it to a thread


class ReadDocuments(NamedTuple):
    """What reading gave: documents with a source, in order, and what could not be read."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()


@runtime_checkable
class ReportsSkipped(Protocol):
    """A source that tells what it left out: files that could not be read, the end of a page that is too long."""

    @property
    def skipped_so_far(self) -> tuple[Skipped, ...]:
        """All that, as far as it was asked."""


class PassageSearch:
    """A `probandum.tools.source.Source` over the passages of documents, read and indexed once, on first use.

    Attributes:
        name: what a model calls the search by.
        description: what is searched, for a model to read.
        origin: of every passage.
    """

    def __init__(
        self,
        name: str,
        *,
        description: str,
        origin: Origin,
        read: Callable[[], ReadDocuments],
        encoder: Encoder | None = None,
    ) -> None:
        self.name = name
        self.description = description
        self.origin = origin
        self._read = read
        self._encoder = encoder
        self._reading: ReadDocuments | None = None
        self._index: PassageIndex | None = None
        self._lock = Lock()

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """The best passages for the query, best first; an empty tuple where there is none (see `PassageIndex`).

        Raises ToolError where there is not one readable passage to search.
        """
        index = self._index
        if index is None or not index.ready or self._encoder or len(index.passages) > _INLINE:
            return await asyncio.to_thread(self._search, arguments)
        return self._search(arguments)

    @cached_property
    def passages(self) -> tuple[Evidence, ...]:
        """All passages in document order, without overlap; reads the folders where that has not been done."""
        return _unique(self._opened().documents, origin=self.origin)

    @property
    def characters(self) -> int:
        """The length of all passages together."""
        return sum(len(passage.text) for passage in self.passages)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files that could not be read, each with the reason; reads the folders where that has not been done."""
        return self._opened().skipped

    @property
    def skipped_so_far(self) -> tuple[Skipped, ...]:
        """The same, without reading anything: nothing where it was never searched."""
        return self._reading.skipped if self._reading else ()

    def _search(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        reading = self._opened()
        if self._index is None:
            with self._lock:
                self._index = self._index or self._indexed(reading.documents)
        if not self._index.passages and reading.skipped:
            raise ToolError(
                f"{self.name}: not one of the files could be read ({len(reading.skipped)} skipped); "
                f"the first: {reading.skipped[0].message}"
            )
        if identity := identity_in(arguments.query):
            return self._index.around(identity)
        return self._index.search(arguments.query, arguments.limit)

    def _indexed(self, documents: Sequence[Document]) -> PassageIndex:
        return PassageIndex(_unique(documents, origin=self.origin, overlap=OVERLAP), encoder=self._encoder)

    def _opened(self) -> ReadDocuments:
        with self._lock:
            self._reading = self._reading or self._read()
            return self._reading


def context_search(documents: Sequence[Document], *, encoder: Encoder | None = None) -> PassageSearch:
    """A search over the documents that came with the request; those without a source are named by their place.

    Those without a word are left out, and counted among what could not be read.
    """
    named = with_sources(documents)
    empty = [each.source or "" for each in named if not has_words(each.text)]
    left_out = tuple(Skipped(source=source, message=f"{source!r} {NO_WORDS}") for source in empty)
    told = ReadDocuments(tuple(each for each in named if has_words(each.text)), left_out)
    return PassageSearch(
        "search_context",
        description="Searches the documents given with the answer under audit. Ask it first.",
        origin=Origin.CONTEXT,
        read=lambda: told,
        encoder=encoder,
    )


def corpus_search(
    folders: Sequence[Path],
    *,
    limits: FolderLimits | None = None,
    stored_in: Path | None = None,
    progress: Progress = lambda *_: None,
    encoder: Encoder | None = None,
) -> PassageSearch | StoredCorpus:
    """A search over all readable files of local folders, which are read on first use.

    Args:
        folders: what is searched.
        limits: how much is read.
        stored_in: where a large corpus is kept between audits; None reads it anew each time.
        progress: told how far the reading of a large corpus is.
        encoder: with one, passages are found by meaning as well as by words.

    Raises InputError where a folder is missing, not a folder, or has no file of a known kind in it.
    """
    bounds = limits or FolderLimits()
    if not folders:
        raise InputError("no corpus folder was named; name at least one")
    for folder in folders:
        check_folder(folder, limits=bounds)
    if stored_in is not None and _are_many(folders, limits=bounds):
        return StoredCorpus(folders, stored_in=stored_in, limits=bounds, progress=progress, encoder=encoder)
    return PassageSearch(
        "search_corpus",
        description="Searches the user's own collection of documents. Ask it where the given documents are silent.",
        origin=Origin.CORPUS,
        read=lambda: _read_folders(folders, limits=bounds),
        encoder=encoder,
    )


def _are_many(folders: Sequence[Path], *, limits: FolderLimits) -> bool:
    listed = (item for folder in folders for item in list_folder(folder, limits=limits))
    return next(islice(listed, _MANY_FILES, None), None) is not None


def _read_folders(folders: Sequence[Path], *, limits: FolderLimits) -> ReadDocuments:
    read = [item for folder in folders for item in read_folder(folder, limits=limits)]
    documents = tuple(item for item in read if isinstance(item, Document))
    skipped = tuple(item for item in read if isinstance(item, Skipped))
    return ReadDocuments(documents, skipped)


def _unique(documents: Sequence[Document], *, origin: Origin, overlap: int = 0) -> tuple[Evidence, ...]:
    """The passages of all documents; a file reached by two ways gives its passages once."""
    found = (item for document in documents for item in passages(document, origin=origin, overlap=overlap))
    return tuple({item.id: item for item in found}.values())
