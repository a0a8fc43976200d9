"""Texts as vectors by a local embedding model, and which of them lie nearest; ranking by words is elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probandum.tools.errors import ConfigError
from probandum.tools.retrieval.onnx_model import OnnxModel

if TYPE_CHECKING:
    import numpy as np

NEAR = 0.3
"""The cosine from which on a passage counts as found: with none, everything would be found by anything."""
_FUSION = 60
_POOLINGS = ("pooling_mode_mean_tokens", "pooling_mode_cls_token")


class Encoder:
    """A sentence-embedding model of a folder, as sentence-transformers lays it out and exports it to ONNX.

    Vectors are the mean of the token vectors (or the first one, where ``1_Pooling/config.json`` says so), of length 1.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder; `ConfigError` says what it lacks, or that its way of pooling is not known here."""
        self._model = OnnxModel(folder)
        self._first_token = _takes_first_token(folder)

    @property
    def name(self) -> str:
        """What vectors of this model are kept under: another model's are no use for it."""
        return f"{self._model.folder.name}-{self._model.sha256[:12]}"

    def vectors(self, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        """One row a text; a text longer than the model takes counts by its beginning."""
        import numpy as np

        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        pooled = [self._pooled(output, mask) for output, mask in self._model.run(texts)]
        matrix = np.asarray(pooled, dtype=np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.asarray(matrix / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _pooled(self, output: Any, mask: Any) -> Any:  # noqa: ANN401 - arrays of numpy, imported late
        if output.ndim == 1:
            return output  # the export pools by itself
        if self._first_token:
            return output[0]
        return (output * mask[:, None]).sum(axis=0) / mask.sum()


class VectorIndex:
    """Texts by their places, ranked by how near they are to a query in meaning."""

    def __init__(self, encoder: Encoder, vectors: "np.ndarray[Any, Any]") -> None:
        """Take the encoder, and its vectors of the texts, one a row."""
        self._encoder = encoder
        self._vectors = vectors

    def places(self, query: str, limit: int) -> list[int]:
        """The ``limit`` nearest texts at most, nearest first, equals in their order; only such as are near at all."""
        if not len(self._vectors):
            return []
        cosines = self._vectors @ self._encoder.vectors([query])[0]
        order = (-cosines).argsort(kind="stable")[:limit]
        return [int(place) for place in order if cosines[place] >= NEAR]


def reciprocal_rank_fusion(one: Sequence[int], other: Sequence[int], limit: int) -> list[int]:
    """Two rankings as one, by the sum of their reciprocal ranks (Cormack, Clarke and Büttcher, SIGIR 2009)."""
    scores: dict[int, float] = {}
    for ranking in (one, other):
        for rank, place in enumerate(ranking, start=1):
            scores[place] = scores.get(place, 0.0) + 1 / (_FUSION + rank)
    return sorted(scores, key=lambda place: -scores[place])[:limit]


def _takes_first_token(folder: Path) -> bool:
    path = folder / "1_Pooling" / "config.json"
    if not path.exists():
        return False
    from pydantic import TypeAdapter, ValidationError

    try:
        modes = TypeAdapter(dict[str, object]).validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise ConfigError(f"{str(path)!r} cannot be read ({error}); it belongs to the model") from None
    chosen = [name for name, on in modes.items() if name.startswith("pooling_mode_") and on is True]
    if len(chosen) != 1 or chosen[0] not in _POOLINGS:
        named = ", ".join(chosen) or "none"
        raise ConfigError(f"{str(path)!r} pools by {named}; a model that pools by mean or first token is needed")
    return chosen[0] == "pooling_mode_cls_token"
