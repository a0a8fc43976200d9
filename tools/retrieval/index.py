"""An index over passages, by words and if wished by meaning, built once when it is first asked for.

Where the passages come from is elsewhere.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from probandum.tools.evidence import Evidence
from probandum.tools.retrieval.embeddings import Encoder, VectorIndex, reciprocal_rank_fusion
from probandum.tools.segmentation.search_terms import query_tokens, tokens


class BM25Ranking:
    """Texts by their places, ranked by words with BM25 as Lucene counts it (Kamphuis et al., ECIR 2020)."""

    def __init__(self, built: Any) -> None:  # noqa: ANN401 - bm25s has no types
        """Take an index of bm25s; see `of` and `loaded`."""
        self._built = built

    @classmethod
    def of(cls, texts: Iterable[str]) -> "BM25Ranking":
        """Index texts."""
        return cls(_bm25([tokens(text) for text in texts]))

    @classmethod
    def loaded(cls, folder: Path) -> "BM25Ranking":
        """The index that was saved there, read as far as searches need it."""
        import bm25s

        return cls(bm25s.BM25.load(str(folder), mmap=True, show_progress=False, verbosity=0))

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._built.save(str(folder), show_progress=False)

    def places(self, query: str, limit: int) -> list[int]:
        """The ``limit`` best texts at most, best first, equals in their order; only such as share a word."""
        words = query_tokens(query)
        if not words:
            return []
        scores = self._built.get_scores(words)
        hits = scores.nonzero()[0]
        if len(hits) > limit:
            # Everything as good as the last one in, so that equals are not chosen by chance.
            threshold = -_nth_smallest(-scores[hits], limit)
            hits = hits[scores[hits] >= threshold]
        best = hits[(-scores[hits]).argsort(kind="stable")][:limit]
        return [int(place) for place in best]


class PassageIndex:
    """Passages that can be searched by words, and with an encoder by meaning as well.

    Attributes:
        passages: what is searched, in the order that decides between equals.
    """

    def __init__(self, passages: Sequence[Evidence], *, encoder: Encoder | None = None) -> None:
        self.passages = tuple(passages)
        self._encoder = encoder
        self._meaning: VectorIndex | None = None
        self._ranking: BM25Ranking | None = None
        self._lock = Lock()

    @property
    def ready(self) -> bool:
        """Whether the index is built, so that a search is a matter of milliseconds."""
        return self._ranking is not None or not self.passages

    def build(self) -> None:
        """Build the index if nobody has; safe to call from several threads."""
        with self._lock:
            if not self.ready:
                texts = [searchable(passage) for passage in self.passages]
                if self._encoder:
                    self._meaning = VectorIndex(self._encoder, self._encoder.vectors(texts))
                self._ranking = BM25Ranking.of(texts)

    def search(self, query: str, limit: int) -> tuple[Evidence, ...]:
        """The ``limit`` best passages at most, best first, equals in their order.

        Only such as share a word with the query, or with an encoder such as are near to it in meaning.
        """
        self.build()
        if self._ranking is None:
            return ()
        places = hybrid(query, limit, ranking=self._ranking, meaning=self._meaning)
        return tuple(self.passages[place] for place in places)

    def around(self, identity: str) -> tuple[Evidence, ...]:
        """The passages just before and after one in its document; nothing where it is not one of these."""
        ids = [passage.id for passage in self.passages]
        if identity not in ids:
            return ()
        place = ids.index(identity)
        beside = (*self.passages[max(0, place - 1) : place], *self.passages[place + 1 : place + 2])
        return tuple(passage for passage in beside if passage.source == self.passages[place].source)


def hybrid(query: str, limit: int, *, ranking: BM25Ranking, meaning: VectorIndex | None) -> list[int]:
    """The ``limit`` best places at most, by words and, where meanings are known, by these as well."""
    by_words = ranking.places(query, limit)
    return reciprocal_rank_fusion(by_words, meaning.places(query, limit), limit) if meaning else by_words


def searchable(passage: Evidence) -> str:
    """A passage's words with those that say what it is about: its title and its section."""
    _, _, section = (passage.locator or "").partition("section ")
    return "\n".join(filter(None, (passage.title, section, passage.text)))


def _nth_smallest(values: Any, count: int) -> float:  # noqa: ANN401 - a numpy array, imported late
    """The value that would stand last among the ``count`` smallest."""
    values.partition(count - 1)
    return float(values[count - 1])


def _bm25(corpus: Sequence[Sequence[str]]) -> Any:  # noqa: ANN401 - bm25s has no types
    # Imported late: it costs 0.2 s, and an audit with a short context never searches.
    import bm25s

    vocabulary: dict[str, int] = {"": 0}  # a passage without any word has the empty one: no length may be zero
    ids = [[vocabulary.setdefault(word, len(vocabulary)) for word in words or ("",)] for words in corpus]
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index((ids, vocabulary), show_progress=False)
    return index
