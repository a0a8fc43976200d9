"""The forms of answers as JSON schemas, looked at with the eyes of a validator."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from probandum.agent.judges.llm.prompting.json_schema import json_schema, keyed
from probandum.agent.judges.llm.replies.schema import (
    FirstLookWritten,
    SearchOrVerdict,
    SecondLookWritten,
)

KINDS = [FirstLookWritten, SearchOrVerdict, SecondLookWritten]
FIRST = {"fully_stated": "yes", "cites": [1], "label": "supported", "error_types": []}


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_strict_throughout(kind: Any) -> None:
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    for node in objects(schema):
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False


def test_texts_and_lists_are_bounded_for_the_server_that_makes_a_grammar_of_the_form() -> None:
    assert "'maxLength'" in str(json_schema(SecondLookWritten))
    assert "maxLength" not in str(json_schema(FirstLookWritten))


def test_a_form_allows_less_than_is_read() -> None:
    fields: Any = json_schema(FirstLookWritten)["properties"]
    many = list(range(1, fields["cites"]["maxItems"] + 4))
    assert FirstLookWritten.model_validate({**FIRST, "cites": many}).cites == many


def test_a_form_of_many_has_one_entry_under_each_id_and_tells_its_own_form_once() -> None:
    schema = keyed(json_schema(FirstLookWritten), ["c1", "c2"])
    form = jsonschema.Draft202012Validator(schema)
    assert form.is_valid({"c1": FIRST, "c2": FIRST})
    assert not form.is_valid({"c1": FIRST})
    assert not form.is_valid({"c1": FIRST, "c2": FIRST, "c3": FIRST})
    assert not form.is_valid({"c1": FIRST, "c2": {**FIRST, "label": "true"}})
    assert str(schema).count("fully_stated") == str(json_schema(FirstLookWritten)).count("fully_stated")
