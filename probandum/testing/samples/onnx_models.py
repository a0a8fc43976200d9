"""Tiny models that tests build and export themselves, in the folders that real ones come in; they know a few words.

Needs the package ``onnx``. What such a model says follows from the words it is shown, one by one.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto, ValueInfoProto

_UNKNOWN, _FIRST, _BETWEEN = "[UNK]", "[CLS]", "[SEP]"


def embedding_model(folder: Path, words: Mapping[str, Sequence[float]], *, pooling: str = "mean_tokens") -> Path:
    """A sentence-embedding model: each word has its vector, every other word the zero vector.

    Args:
        folder: is made, and holds ``model.onnx``, ``tokenizer.json``, ``config.json`` and ``1_Pooling/config.json``.
        words: in lower case, each with a vector; all of one length.
        pooling: as sentence-transformers names it.
    """
    from onnx import TensorProto, helper

    width = len(next(iter(words.values())))
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", width])
    _saved(folder, nodes, output, _table(words, width))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    modes = {f"pooling_mode_{pooling}": True, "word_embedding_dimension": width}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(modes), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": 64}), encoding="utf-8")
    return folder


def cross_encoder(folder: Path, words: Mapping[str, Sequence[float]], *, config: Mapping[str, object]) -> Path:
    """A model that compares two texts: its logits are the sum of those of all words that it is shown.

    Args:
        folder: is made, and holds ``model.onnx``, ``tokenizer.json`` and ``config.json``.
        words: in lower case, each with its logits, one for each class.
        config: what ``config.json`` says, such as ``id2label``.
    """
    from onnx import TensorProto, helper

    width = len(next(iter(words.values())))
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["by_token"]),
        helper.make_node("ReduceSum", ["by_token", "over"], ["logits"], keepdims=0),
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", width])
    over = helper.make_tensor("over", TensorProto.INT64, [1], [1])
    _saved(folder, nodes, output, _table(words, width), extra=[over])
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": 64, **config}), encoding="utf-8")
    return folder


def _table(words: Mapping[str, Sequence[float]], width: int) -> dict[str, Sequence[float]]:
    nothing = [0.0] * width
    return {"[PAD]": nothing, _UNKNOWN: nothing, _FIRST: nothing, _BETWEEN: nothing, **words}


def _saved(
    folder: Path,
    nodes: Sequence["NodeProto"],
    output: "ValueInfoProto",
    table: Mapping[str, Sequence[float]],
    *,
    extra: Sequence["TensorProto"] = (),
) -> None:
    import onnx
    from onnx import TensorProto, helper

    folder.mkdir(parents=True, exist_ok=True)
    _tokenizer(list(table)).save(str(folder / "tokenizer.json"))
    flat = [number for row in table.values() for number in row]
    weights = helper.make_tensor("table", TensorProto.FLOAT, [len(table), len(flat) // len(table)], flat)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
    graph = helper.make_graph(nodes, "tiny", [ids], [output], initializer=[weights, *extra])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))


def _tokenizer(words: Sequence[str]) -> Any:  # noqa: ANN401 - of a library that is an extra
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    places = {word: place for place, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token=_UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    special = [(_FIRST, places[_FIRST]), (_BETWEEN, places[_BETWEEN])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{_FIRST} $A {_BETWEEN}", pair=f"{_FIRST} $A {_BETWEEN} $B:1 {_BETWEEN}:1", special_tokens=special
    )
    return tokenizer
