import asyncio

from benchmarks.quality.loop import corpus
from benchmarks.quality.retrieval import measured
from probandum.bench.rows import Row
from probandum.testing.samples.onnx_models import embedding_model
from probandum.tools.retrieval.embeddings import Encoder

TEXTS = {"a": "The physician came at noon.", "b": "The vessel left the harbour.", "c": "It rained all day long."}
ROWS = (Row(id="1", claim="doctor", context=TEXTS["a"]), Row(id="2", claim="It rained.", context=TEXTS["c"]))


def test_recall_counts_rows_whose_own_document_was_found(tmp_path):
    model = Encoder(embedding_model(tmp_path / "model", {"doctor": [1.0, 0.0], "physician": [1.0, 0.1]}))
    by_words = asyncio.run(measured(ROWS, corpus(TEXTS.values(), size=3)))
    by_meaning = asyncio.run(measured(ROWS, corpus(TEXTS.values(), size=3, encoder=model)))
    assert by_words.recalls == (0.5, 0.5, 0.5)
    assert by_meaning.recalls == (1.0, 1.0, 1.0)
