"""A schema told as a form: what a model reads has every field and choice, and a scripted server fills it in."""

import pytest

from probandum.agent.judges.llm.chat.form_words import form_words
from probandum.testing.servers.told_forms import told_schema

SCHEMA = {
    "type": "object",
    "properties": {
        "label": {"enum": ["supported", "absent"]},
        "cites": {"type": "array", "items": {"type": "integer"}},
        "detail": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}},
        "sure": {"type": "boolean"},
        "kind": {"const": "claim"},
    },
    "$defs": {"part": {"type": "object", "properties": {"finding": {"type": "string"}}}},
}


def test_the_form_has_every_field_and_choice_in_order():
    assert form_words(SCHEMA) == (
        '{"label": "supported" | "absent", "cites": [number, ...], "detail": "..." | null, '
        '"parts": [{"finding": "..."}, ...], "sure": true | false, "kind": "claim"}'
    )


def test_many_choices_are_told_by_the_first_and_the_last():
    told = form_words({"enum": list(range(1, 401))})
    assert told.startswith("1 | 2 | ")
    assert told.endswith("15 | ... | 400")


@pytest.mark.parametrize("schema", [{}, {"type": "new"}, {"$ref": "#/$defs/gone"}, {"type": ["string", "null"]}])
def test_what_is_not_known_is_left_open(schema):
    assert "..." in form_words(schema)


def test_a_schema_that_holds_itself_has_an_end():
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}}}}
    assert len(form_words(schema)) < 200


def test_a_scripted_server_reads_the_form_back():
    read = told_schema(f"Its form:\n\n{form_words(SCHEMA)}")["properties"]
    assert read["label"] == {"enum": ["supported", "absent"]}
    assert read["cites"] == {"type": "array", "items": {"type": "number"}}
    assert read["parts"]["items"]["properties"] == {"finding": {"type": "string"}}
    assert list(read) == list(SCHEMA["properties"])


@pytest.mark.parametrize("text", ["", "no form", '\n{"a"', '\n{"a": [', '\n{"a": x'])
def test_a_text_without_a_whole_form_tells_none(text):
    assert told_schema(text) == {}
