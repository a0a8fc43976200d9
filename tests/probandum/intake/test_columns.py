"""Columns of other tools' rows: which became what, from files, tables in memory, and messages with citations."""

import json

import pytest
from typer.testing import CliRunner

from probandum import audit, audit_rows
from probandum.agent.taxonomy import CitationStatus, Label
from probandum.cli import app
from probandum.intake.columns import find
from probandum.intake.rows import rows_of
from probandum.tools.errors import InputError

FACT = "The dam is 80 metres high."
WRONG = "The dam is 90 metres high."
ROWS = {
    "ragas": {"user_input": "q", "response": WRONG, "retrieved_contexts": [FACT], "reference": "80 m"},
    "deepeval": {"input": "q", "actual_output": WRONG, "retrieval_context": [FACT], "expected_output": "80 m"},
    "LangSmith": {"inputs": {"question": "q"}, "outputs": {"answer": WRONG, "context": [FACT]}},
    "openevals": {"inputs": "q", "outputs": WRONG, "context": FACT},
    "MLflow": {"inputs": {"query": "q"}, "outputs": WRONG, "retrieved_context": [{"content": FACT, "doc_uri": "a"}]},
    "Phoenix": {
        "attributes.input.value": "q",
        "attributes.output.value": WRONG,
        "attributes.retrieval.documents": [{"document": {"content": FACT}}],
    },
    "Phoenix template": {"input": "q", "output": WRONG, "reference": FACT},
    "Hugging Face": {"question": "q", "answer": WRONG, "contexts": [FACT, FACT]},
    "ours": {"question": "q", "response": WRONG, "context": FACT},
}


@pytest.mark.parametrize("tool", ROWS)
def test_rows_of_other_tools_are_read(tool):
    (found,) = audit_rows([ROWS[tool]])
    (claim,) = found.report.claims
    assert claim.verdict.label is Label.CONTRADICTED
    assert found.report.question == "q"
    assert set(found.columns) >= {"response", "question", "context"}


def test_tables_of_other_libraries_are_read():
    rows = [ROWS["ragas"], {**ROWS["ragas"], "response": FACT}]
    tables = [rows, iter(rows), tuple(rows)]
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    tables += [pandas.DataFrame(rows), polars.DataFrame(rows)]
    for table in tables:
        labels = [each.report.claims[0].verdict.label for each in audit_rows(table, at_once=1)]
        assert labels == [Label.CONTRADICTED, Label.SUPPORTED]


@pytest.mark.parametrize("data", [None, 4, "rows", {"a": 1}, [4], ["row"]])
def test_what_is_no_table_is_told(data):
    with pytest.raises(InputError, match=r"of type"):
        list(rows_of(data))


def test_a_row_without_a_context_is_refused_unless_none_is_missed():
    with pytest.raises(InputError, match=r"row 0 has no context; its columns are 'answer', 'ctx'"):
        audit_rows([{"answer": WRONG, "ctx": FACT}])
    assert audit_rows([{"answer": WRONG, "ctx": FACT}], fields={"context": "ctx"})[0].report.claims[0].verdict
    assert audit_rows([{"answer": WRONG}], no_context=True)[0].report.claims[0].verdict is None
    assert audit_rows([{"answer": WRONG}], context=FACT)[0].report.claims[0].verdict


def batch(tmp_path, rows, *words):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return CliRunner().invoke(app, ["batch", str(path), "--out", str(tmp_path / "out"), *words])


def test_a_batch_says_which_column_became_what(tmp_path):
    done = batch(tmp_path, [ROWS["deepeval"], {**ROWS["deepeval"], "retrieval_context": [FACT, FACT, FACT]}])
    told = "response ← actual_output, question ← input, context ← retrieval_context (1 to 3 a row)"
    assert done.exit_code == 0
    assert told in done.stderr


def test_a_batch_in_which_no_context_is_found_is_refused(tmp_path):
    rows = [{"answer": WRONG, "ctx": FACT}]
    done = batch(tmp_path, rows)
    assert done.exit_code == 2
    assert "its columns are 'answer', 'ctx'" in done.stderr
    assert "--no-context" in done.stderr
    assert batch(tmp_path, rows, "--field", "context=ctx").exit_code == 0


def test_an_array_that_pandas_wrote_into_a_cell_is_several_texts(tmp_path):
    (tmp_path / "rows.csv").write_text(f"answer,contexts\n{WRONG},\"['Fish live here.', '{FACT}']\"\n")
    done = CliRunner().invoke(app, ["batch", str(tmp_path / "rows.csv"), "--out", str(tmp_path / "out")])
    assert "contexts (2 a row)" in done.stderr


def test_the_plainest_column_counts():
    assert find({"context": "a", "contexts": ["b"]}, "context").column == "context"
    assert find({"context": "", "contexts": ["b"]}, "context").column == "contexts"
    assert find({"other": 1}, "context") is None


OPENAI = {"choices": [{"message": {"role": "assistant", "content": FACT, "annotations": [
    {"type": "url_citation", "url_citation": {"start_index": 0, "end_index": 26, "url": "https://a.example"}}
]}}]}  # fmt: skip
RESPONSES = {"output": [{"type": "message", "content": [{"type": "output_text", "text": FACT, "annotations": [
    {"type": "url_citation", "start_index": 0, "end_index": 26, "url": "https://a.example", "title": "A"}
]}]}]}  # fmt: skip
ANTHROPIC = {"role": "assistant", "content": [{"type": "text", "text": FACT, "citations": [
    {"type": "char_location", "cited_text": FACT, "document_index": 1, "document_title": "A"}
]}]}  # fmt: skip
LANGCHAIN = {"type": "ai", "content": [{"type": "text", "text": FACT, "annotations": [
    {"type": "citation", "url": "https://a.example", "cited_text": FACT}
]}]}  # fmt: skip


@pytest.mark.parametrize("message", [OPENAI, RESPONSES, ANTHROPIC, LANGCHAIN])
def test_citations_that_an_api_gives_are_taken_as_they_come(message):
    context = [{"text": WRONG, "source": "b"}, {"text": FACT, "source": "https://a.example"}]
    (claim,) = audit(message, context=context).claims
    assert [(each.source_id, each.status) for each in claim.citations] == [
        ("https://a.example", CitationStatus.SUPPORTS)
    ]


def test_a_message_of_langchain_is_an_answer():
    from langchain_core.messages import AIMessage

    assert audit(AIMessage(WRONG), context=FACT).response == WRONG
    assert audit(AIMessage(LANGCHAIN["content"]), context=FACT).response == FACT


def test_a_batch_of_which_too_little_is_decided_ends_as_incomplete(tmp_path):
    rows = [{"answer": f"{FACT} Trout are common in the water.", "context": f"{FACT} Fish live in the water."}]
    assert batch(tmp_path, rows, "--min-coverage", "0.5").exit_code == 0
    assert batch(tmp_path, rows, "--min-coverage", "0.9").exit_code == 3
