import asyncio

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from probandum.tools.errors import ToolError
from probandum.tools.evidence import Document
from probandum.tools.langchain_tool import as_tool
from probandum.tools.retrieval.passage_search import context_search
from probandum.tools.source import SearchArguments

SEARCH = context_search([Document(text="The bridge was opened in 1907.", source="guide.txt")])


def call(tool, **arguments):
    return asyncio.run(tool.ainvoke({"type": "tool_call", "id": "1", "name": tool.name, "args": arguments}))


def test_a_model_is_told_the_same_by_langchain_and_by_an_audit():
    theirs = convert_to_openai_tool(as_tool(SEARCH))["function"]
    assert (SEARCH.name, SEARCH.description) == (theirs["name"], theirs["description"])
    assert set(SearchArguments.model_fields) == set(theirs["parameters"]["properties"])


def test_what_it_finds_is_text_for_the_model_and_evidence_for_the_program():
    said = call(as_tool(SEARCH), query="when was the bridge opened")
    assert said.content == "[guide.txt ]\nThe bridge was opened in 1907."
    assert [item.source for item in said.artifact] == ["guide.txt"]
    assert call(as_tool(SEARCH), query="zeppelin").content == "Nothing was found."


def test_a_failure_is_no_answer():
    class Down:
        name, description, origin = "down", "Is down.", SEARCH.origin

        async def __call__(self, arguments):
            raise ToolError("down: switched off")

    with pytest.raises(ToolError, match="switched off"):
        call(as_tool(Down()), query="anything")
