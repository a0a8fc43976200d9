from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.llm.schema import (
    DirectWritten,
    ExtractionWritten,
    SearchOrVerdict,
    VerdictWritten,
    json_schema,
    matched,
    tool_schema,
)
from probandum.agent.taxonomy import ErrorType, Label

KINDS = [ExtractionWritten, SearchOrVerdict, VerdictWritten]


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
    rest = {"error_types": [], "detail": None, "why": None, "confidence": 0.9, "label": "supported"}
    assert len(DirectWritten.model_validate({**rest, "quotes": quotes}).quotes) == len(quotes)


def test_the_steps_are_written_before_the_label_and_the_label_last() -> None:
    fields = list(VerdictWritten.model_fields)
    assert fields[:5] == ["restatement", "quotes", "comparison", "decision", "explanation"]
    assert fields[-1] == "label"


def test_a_tool_tells_the_model_what_its_arguments_mean() -> None:
    function = tool_schema("search_corpus", "Searches the folder.")["function"]
    assert "Words to look for" in str(function)


@given(st.sampled_from([*Label, *ErrorType]), st.sampled_from([" ", "-", "_", ""]), st.booleans())
def test_any_usual_spelling_of_a_name_is_matched(name: Label | ErrorType, between: str, upper: bool) -> None:  # noqa: FBT001
    spelled = name.value.replace("_", between)
    assert matched(type(name), f" {spelled.upper() if upper else spelled.title()}. ") is name


@given(st.text(max_size=30))
def test_a_text_is_matched_to_a_name_only_if_its_letters_are_the_name(text: str) -> None:
    letters = "".join(c for c in text.casefold() if "a" <= c <= "z")
    found = matched(Label, text)
    assert found == text or (isinstance(found, Label) and letters == found.value.replace("_", ""))
