"""Search by meaning with a local model, beside words; the model is a tiny one, made here and run for real."""

import asyncio
import json

import numpy as np
import pytest

from probandum.testing.samples.onnx_models import embedding_model
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Document
from probandum.tools.folders import FolderLimits
from probandum.tools.retrieval.embeddings import Encoder, VectorIndex, reciprocal_rank_fusion
from probandum.tools.retrieval.onnx_model import OnnxModel
from probandum.tools.retrieval.passage_search import context_search, corpus_search
from probandum.tools.retrieval.stored_corpus import StoredCorpus
from probandum.tools.source import SearchArguments

WORDS = {"doctor": [1.0, 0.0], "physician": [0.9, 0.1], "ship": [0.0, 1.0], "vessel": [0.1, 0.9]}
TEXTS = {"a.md": "The physician came at noon.", "b.md": "The vessel left the harbour.", "c.md": "It rained."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return embedding_model(tmp_path_factory.mktemp("model"), WORDS)


@pytest.fixture(scope="module")
def encoder(folder):
    return Encoder(folder)


def found(source, query, *, limit=8):
    return [item.text for item in asyncio.run(source(SearchArguments(query=query, limit=limit)))]


def test_vectors_have_length_one_and_lie_near_what_means_the_same(encoder):
    doctor, physician, ship = encoder.vectors(["doctor", "a physician", "ship"])
    assert np.linalg.norm(doctor) == pytest.approx(1.0)
    assert doctor @ physician > 0.9
    assert doctor @ ship < 0.2


def test_order_and_batches_make_no_difference(encoder):
    texts = [("doctor " * length).strip() for length in range(1, 40)]
    together = encoder.vectors(texts)
    assert np.allclose(together, np.vstack([encoder.vectors([text]) for text in texts]), atol=1e-6)


def test_the_first_token_counts_alone_where_the_model_is_made_so(tmp_path):
    with_first = Encoder(embedding_model(tmp_path / "cls", {**WORDS, "[CLS]": [0.6, 0.8]}, pooling="cls_token"))
    assert with_first.vectors(["doctor"])[0] == pytest.approx([0.6, 0.8])


def test_a_text_too_long_for_the_model_counts_by_its_beginning(encoder, folder):
    assert OnnxModel(folder).longest == 64
    assert encoder.vectors(["doctor " * 100])[0] == pytest.approx(encoder.vectors(["doctor " * 60])[0], abs=1e-6)


def test_only_what_is_near_is_found(encoder):
    among = np.asarray([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-1.0, 0.0]], dtype=np.float32)
    assert VectorIndex(encoder, among).places("doctor", 10) == [0, 1]
    assert VectorIndex(encoder, among).places("doctor", 1) == [0]
    assert VectorIndex(encoder, among[:0]).places("doctor", 10) == []


def test_rankings_are_fused_by_reciprocal_rank():
    assert reciprocal_rank_fusion([1, 2, 3], [3, 1], 10) == [1, 3, 2]
    assert reciprocal_rank_fusion([1, 2, 3], [], 2) == [1, 2]


def test_a_context_is_searched_by_meaning_where_it_shares_no_word(encoder):
    documents = [Document(text=text, source=name) for name, text in TEXTS.items()]
    by_words = context_search(documents)
    assert found(by_words, "doctor") == []
    by_meaning = context_search(documents, encoder=encoder)
    assert found(by_meaning, "doctor") == [TEXTS["a.md"]]
    assert found(by_meaning, "rained doctor") == [TEXTS["c.md"], TEXTS["a.md"]]
    assert found(by_meaning, "nothing of that") == []


def kept(folder, home, encoder, told=None):
    progress = (lambda *_: None) if told is None else lambda done, total: told.append((done, total))
    return StoredCorpus([folder], stored_in=home, limits=FolderLimits(), progress=progress, encoder=encoder)


def test_a_kept_corpus_encodes_what_is_new_and_nothing_else(tmp_path, encoder):
    library, home, told = tmp_path / "library", tmp_path / "home", []
    library.mkdir()
    for name, text in TEXTS.items():
        (library / name).write_text(text, encoding="utf-8")
    assert found(kept(library, home, encoder, told), "ship") == [TEXTS["b.md"]]
    assert told == [(1, 3), (2, 3), (3, 3), (3, 3)]  # read, one by one; then encoded
    (library / "d.md").write_text("A vessel and its physician.", encoding="utf-8")
    told.clear()
    assert found(kept(library, home, encoder, told), "ship") == [TEXTS["b.md"], "A vessel and its physician."]
    assert told == [(1, 1), (1, 1)]
    (library / "b.md").unlink()
    assert found(kept(library, home, encoder), "ship") == ["A vessel and its physician."]
    assert found(kept(library, home, None), "ship") == []


def test_a_folder_of_documents_is_searched_in_the_same_way(tmp_path, encoder):
    (tmp_path / "a.md").write_text(TEXTS["a.md"], encoding="utf-8")
    assert found(corpus_search([tmp_path], encoder=encoder), "doctor") == [TEXTS["a.md"]]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("model.onnx", None, "has neither model.onnx nor onnx/model.onnx"),
        ("model.onnx", b"no model", "no model that can be run"),
        ("tokenizer.json", None, "has no tokenizer.json"),
        ("tokenizer.json", b"{}", "is no tokenizer"),
        ("config.json", b"[]", "an object is needed"),
        ("config.json", b"{", "cannot be read"),
        ("1_Pooling/config.json", b'{"pooling_mode_lasttoken": true}', "pools by pooling_mode_lasttoken"),
        ("1_Pooling/config.json", b"no", "cannot be read"),
    ],
)
def test_a_folder_that_does_not_hold_says_what_is_wrong(tmp_path, name, content, says):
    model = embedding_model(tmp_path / "model", WORDS)
    if content is None:
        (model / name).unlink()
    else:
        (model / name).write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        Encoder(model)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no model in"):
        Encoder(tmp_path / "nowhere")


def test_the_length_that_the_tokenizer_names_counts_where_it_is_shorter(tmp_path):
    model = embedding_model(tmp_path / "model", WORDS)
    (model / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 8}), encoding="utf-8")
    assert OnnxModel(model).longest == 8
