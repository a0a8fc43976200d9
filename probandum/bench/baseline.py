"""Three lexical features, the floor that a judge has to clear; they see words and nothing else."""

import itertools
import re
from collections.abc import Callable, Mapping

from probandum.bench.rows import Row

_WORD = re.compile(r"[A-Za-z0-9]+(?:['’.,][A-Za-z0-9]+)*")
_SHORT = 3  # letters; shorter words are taken for function words, so that the floor needs no list


def unseen_words(row: Row) -> float:
    """Share of the longer words of the text that are absent from the context."""
    return _absent([w.casefold() for w in _words(row.text) if len(w) > _SHORT], row.context, str.casefold)


def unseen_bigrams(row: Row) -> float:
    """Share of the word pairs of the text that are absent from the context."""
    pairs = _pairs(row.text)
    known = set(_pairs(row.context or ""))
    return sum(pair not in known for pair in pairs) / len(pairs) if pairs else 0.0


def unseen_names(row: Row) -> float:
    """Share of the numbers and capitalised words of the text that are absent from the context."""
    return _absent([w for w in _words(row.text) if w[0].isupper() or w[0].isdigit()], row.context, str)


BASELINES: Mapping[str, Callable[[Row], float]] = {
    "words": unseen_words,
    "bigrams": unseen_bigrams,
    "names": unseen_names,
}


def _absent(items: list[str], context: str | None, fold: Callable[[str], str]) -> float:
    known = {fold(word) for word in _words(context or "")}
    return sum(item not in known for item in items) / len(items) if items else 0.0


def _pairs(text: str) -> list[tuple[str, str]]:
    words = [word.casefold() for word in _words(text)]
    return list(itertools.pairwise(words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
