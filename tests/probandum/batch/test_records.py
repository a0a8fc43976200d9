"""What a batch makes of its input: three formats as one, fields by name, and lines that hold no answer."""

import csv
import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from probandum.batch.input.items import FieldMap, parse_item
from probandum.batch.input.records import records
from probandum.batch.input.survey import items, survey
from probandum.tools.errors import InputError

ROWS = [
    {"id": f"r{place}", "response": f'The line\nbreaks, "here" {place}. Ünï.', "domain": ["law", "trade"][place % 2]}
    for place in range(7)
]


@pytest.fixture(params=["jsonl", "csv", "parquet"])
def file(request, tmp_path):
    path = tmp_path / f"answers.{request.param}"
    write(path, ROWS)
    return path


def write(path, rows):
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    else:
        parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=3)
    return path


def jsonl(path, *lines):
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def one(record, **fields):
    return parse_item(record, line=1, fields=FieldMap(**fields))


def test_the_formats_give_the_same_records_and_reading_can_begin_at_any_of_them(file):
    all_ = list(records(file))
    assert [dict(record.values) for record in all_] == ROWS
    assert [record.place.line for record in all_] == list(range(1, 8))
    for place, record in enumerate(all_):
        assert list(records(file, start=record.place)) == all_[place:]


def test_chunks_give_together_what_is_to_be_done_and_nothing_else(file):
    found = survey(file, fields=FieldMap(), done={})
    all_ = items(file, found.chunks[0], fields=FieldMap())
    done = {each.answer_id: each.key for each in all_ if each.line in (2, 3, 6)}
    again = survey(file, fields=FieldMap(), done=done, chunk=2)
    given = [each.answer_id for chunk in again.chunks for each in items(file, chunk, fields=FieldMap())]
    assert given == ["r0", "r3", "r4", "r6"]
    assert (again.done, again.pending, len(again.chunks)) == (3, 4, 2)


def test_fields_are_mapped_by_name_and_other_columns_kept_one_level_deep():
    more = {"model": "m", "meta": {"turns": 3, "x": {"deep": 1}}, "long": "x" * 300}
    found = one({"nr": 7, "answer": "Yes.", "q": "Is it?", **more}, response="answer", question="q", id="nr")
    assert (found.answer_id, found.request.response, found.request.question) == ("7", "Yes.", "Is it?")
    assert found.columns == {"model": "m", "meta.turns": 3}


@pytest.mark.parametrize(
    ("context", "texts"),
    [
        ("one", ["one"]),
        (["one", "two"], ["one", "two"]),
        ([{"text": "one", "source": "a.md"}, "two"], ["one", "two"]),
        (None, []),
    ],
)
def test_context_is_a_text_several_or_documents(context, texts):
    assert [document.text for document in one({"response": "r", "context": context}).request.context] == texts


def test_a_dialogue_passes_through_in_the_words_of_other_programs():
    history = [{"role": "user", "content": "Hello"}, {"from": "ai", "value": "Hi"}, {"role": "user", "text": "So?"}]
    turns = one({"response": "r", "history": history}).request.history
    assert [(turn.role, turn.text) for turn in turns] == [("user", "Hello"), ("assistant", "Hi"), ("user", "So?")]


def test_a_table_holds_documents_and_a_dialogue_as_json(tmp_path):
    cells = {"response": "[sic] yes", "context": '["one", "two"]', "history": '[{"role": "user", "content": "Hi"}]'}
    (record,) = records(write(tmp_path / "table.csv", [cells]))
    request = one(record.values).request
    assert (len(request.context), len(request.history), request.response) == (2, 1, "[sic] yes")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{torn", "no JSON"),
        ("[1, 2]", "a JSON object is needed"),
        ('{"id": "x"}', "no text in 'response'"),
        ('{"response": 4}', "map it with --field response=COLUMN; the columns are 'response'"),
        ('{"response": "r", "history": [{"role": "system", "text": "t"}]}', "history.0.role"),
        ('{"response": "r", "context": [{"txt": "t"}]}', "context[0]"),
        ('{"response": "r", "claims": ["  "]}', "must not be blank"),
        ('{"response": "\\ud800"}', "surrogate"),
        ("[" * 100_000, "no JSON"),
        ('{"id": "good", "response": "another"}', "the id 'good' is that of line 1 already"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_passed_over(tmp_path, line, problem):
    path = jsonl(tmp_path / "a.jsonl", {"id": "good", "response": "r"}, "", line, {"id": "last", "response": "r"})
    found = survey(path, fields=FieldMap(), done={})
    ((bad),) = found.bad
    assert bad.line == 3
    assert problem in bad.problem
    assert [each.answer_id for each in items(path, found.chunks[0], fields=FieldMap())] == ["good", "last"]


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"response": "fine"}\n{"response": "\xff"}\n')
    (tmp_path / "a.csv").write_bytes(b"response,b\nfine,1\n\xff,2\nonly one\n")
    assert [bad.line for bad in survey(tmp_path / "a.jsonl", fields=FieldMap(), done={}).bad] == [2]
    assert [bad.line for bad in survey(tmp_path / "a.csv", fields=FieldMap(), done={}).bad] == [2, 3]


def test_the_same_content_twice_without_an_id_is_two_answers(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", *[{"response": "I do not know."}] * 3)
    found = survey(path, fields=FieldMap(), done={}, chunk=2)
    ids = [each.answer_id for chunk in found.chunks for each in items(path, chunk, fields=FieldMap())]
    assert len(set(ids)) == 3
    assert ids == [ids[0], f"{ids[0]}-2", f"{ids[0]}-3"]


@settings(max_examples=30, deadline=None)
@given(st.text(), st.text(), st.dictionaries(st.text(), st.integers() | st.text() | st.booleans()))
def test_the_key_tells_any_two_contents_apart(response, context, more):
    this = one({"response": response, "context": context, **more, "id": "a"})
    assert this.key == one({"response": response, "context": context, **more, "id": "a"}).key
    assert this.key != one({"response": response + "x", "context": context, **more, "id": "a"}).key
    assert this.key != one({"response": response, "context": context, **more, "id": "b"}).key


@pytest.mark.parametrize(
    ("given", "message"),
    [("answer", "write PART=COLUMN"), ("answr=x", "no part of an audit is called 'answr'")],
)
def test_a_mapping_that_means_nothing_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        FieldMap.of([given])


def test_a_mapped_column_that_no_line_has_is_no_way_to_audit_without_it(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"response": "r", "context": "c"})
    with pytest.raises(InputError, match=r"no line of .* has a column 'ctxt', which --field names as the context"):
        survey(path, fields=FieldMap(context="ctxt"), done={})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "x", "of no kind that a batch reads"),
        ("a.jsonl", "", "holds no answer to audit"),
        ("a.jsonl", "{}\n", "the first, line 1: no text in 'response'"),
        ("a.parquet", "x", "cannot read"),
        ("gone.csv", None, "cannot read"),
    ],
)
def test_an_input_that_holds_nothing_is_bad_input(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message):
        survey(tmp_path / name, fields=FieldMap(), done={})
