"""The forms of answers as JSON schemas, looked at with the eyes of a validator."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from probandum.agent.judges.llm.prompting.json_schema import json_schema, label_consistent, tool_schema
from probandum.agent.judges.llm.replies.schema import (
    BatchWritten,
    DirectWritten,
    ExtractionWritten,
    SearchOrVerdict,
    VerdictWritten,
)
from probandum.agent.taxonomy import Label

KINDS = [ExtractionWritten, SearchOrVerdict, VerdictWritten]
DIRECT = {"quotes": [], "error_types": [], "detail": None, "why": None, "correction": None, "confidence": 0.9}


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
@pytest.mark.parametrize("bounded", [True, False])
def test_a_schema_is_strict_throughout(kind: type[VerdictWritten], *, bounded: bool) -> None:
    for node in objects(json_schema(kind, bounded=bounded)):
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False


def test_a_schema_is_bounded_where_the_server_makes_a_grammar_of_it_and_nowhere_else() -> None:
    assert "'maxLength'" in str(json_schema(VerdictWritten, bounded=True))
    bare = str(json_schema(VerdictWritten, bounded=False))
    assert not any(bound in bare for bound in ("maxLength", "maxItems", "maximum"))
    assert "minimum" not in str(tool_schema("search", "Searches."))


def test_a_form_with_bounds_allows_less_than_is_read() -> None:
    fields: Any = json_schema(DirectWritten, bounded=True)["properties"]
    quotes = [{"evidence_id": "e", "text": f"words {place}"} for place in range(fields["quotes"]["maxItems"] + 3)]
    written = DirectWritten.model_validate({**DIRECT, "label": "supported", "quotes": quotes})
    assert len(written.quotes) == len(quotes)


@pytest.mark.parametrize(
    ("label", "fits", "does_not"),
    [
        (Label.SUPPORTED, {}, {"error_types": ["number"]}),
        (Label.SUPPORTED, {}, {"why": "vague"}),
        (Label.CONTRADICTED, {"error_types": ["number"], "correction": "So it is."}, {}),
        (Label.PARTIALLY_SUPPORTED, {"error_types": ["other"], "detail": "omission"}, {"error_types": []}),
        (Label.ABSENT, {"error_types": ["entity"]}, {"why": "vague"}),
        (Label.ABSENT, {}, {"correction": "So it is."}),
        (Label.UNEVALUATABLE, {"why": "vague"}, {}),
    ],
)
def test_in_a_consistent_form_what_follows_the_label_fits_it(label: Label, fits: Any, does_not: Any) -> None:
    schema = label_consistent(json_schema(DirectWritten, bounded=True), DirectWritten)
    form = jsonschema.Draft202012Validator(schema)
    assert form.is_valid({**DIRECT, "label": label.value, **fits})
    assert not form.is_valid({**DIRECT, "label": label.value, **does_not})


@pytest.mark.parametrize("kind", [VerdictWritten, SearchOrVerdict, BatchWritten])
def test_a_consistent_form_stays_strict_wherever_the_verdict_stands(kind: Any) -> None:
    schema = label_consistent(json_schema(kind, bounded=True), kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    labels = [node["properties"]["label"]["enum"] for node in objects(schema) if "label" in node["properties"]]
    assert sorted(label for each in labels for label in each) == sorted(Label)
    for node in objects(schema):
        assert node["required"] == list(node["properties"])


def test_a_tool_tells_the_model_what_its_arguments_mean() -> None:
    function = tool_schema("search_corpus", "Searches the folder.")["function"]
    assert "Words to look for" in str(function)
