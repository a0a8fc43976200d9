"""A BM25 index over passages, built once when it is first asked; where the passages come from is elsewhere."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from probandum.tools.evidence import Evidence
from probandum.tools.tokens import query_tokens, tokens


class PassageIndex:
    """Passages that can be searched by words, with BM25 as Lucene counts it (Kamphuis et al., ECIR 2020).

    Attributes:
        passages: what is searched, in the order that decides between equals.
    """

    def __init__(self, passages: Sequence[Evidence]) -> None:
        self.passages = tuple(passages)
        self._built: Any = None
        self._lock = Lock()

    @property
    def ready(self) -> bool:
        """Whether the index is built, so that a search is a matter of milliseconds."""
        return self._built is not None or not self.passages

    def build(self) -> None:
        """Build the index if nobody has; safe to call from several threads."""
        with self._lock:
            if not self.ready:
                self._built = _bm25([tokens(_searchable(passage)) for passage in self.passages])

    def search(self, query: str, limit: int) -> tuple[Evidence, ...]:
        """The ``limit`` best passages at most, best first, equals in their order; only such as share a word."""
        self.build()
        words = query_tokens(query)
        if not words or not self.passages:
            return ()
        scores = self._built.get_scores(words)
        hits = scores.nonzero()[0]
        if len(hits) > limit:
            # Everything as good as the last one in, so that equals are not chosen by chance.
            threshold = -_nth_smallest(-scores[hits], limit)
            hits = hits[scores[hits] >= threshold]
        best = hits[(-scores[hits]).argsort(kind="stable")][:limit]
        return tuple(self.passages[place] for place in best)


def _nth_smallest(values: Any, count: int) -> float:  # noqa: ANN401 - a numpy array, imported late
    """The value that would stand last among the ``count`` smallest."""
    values.partition(count - 1)
    return float(values[count - 1])


def _searchable(passage: Evidence) -> str:
    """A passage's words with those that say what it is about: its title and its section."""
    _, _, section = (passage.locator or "").partition("section ")
    return "\n".join(filter(None, (passage.title, section, passage.text)))


def _bm25(corpus: Sequence[Sequence[str]]) -> Any:  # noqa: ANN401 - bm25s has no types
    # Imported late: it costs 0.2 s, and an audit with a short context never searches.
    import bm25s

    vocabulary: dict[str, int] = {"": 0}  # a passage without any word has the empty one: no length may be zero
    ids = [[vocabulary.setdefault(word, len(vocabulary)) for word in words or ("",)] for words in corpus]
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index((ids, vocabulary), show_progress=False)
    return index
