"""A source of evidence as a tool of LangChain, for any agent to call what an audit calls; searching is elsewhere."""

from typing import TYPE_CHECKING

from probandum.tools.source import SearchArguments, Source

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool


def as_tool(source: Source) -> "StructuredTool":
    """The source under its own name, description and arguments.

    What it finds comes back as text, each passage under its place, and as the tool's artifact the evidence itself. Its
    errors are raised as they are: a failure is no answer.
    """
    from langchain_core.tools import StructuredTool

    async def search(query: str, limit: int = 8) -> tuple[str, object]:
        found = await source(SearchArguments(query=query, limit=limit))
        shown = "\n\n".join(f"[{item.source} {item.locator or ''}]\n{item.text}" for item in found)
        return shown or "Nothing was found.", found

    return StructuredTool.from_function(
        coroutine=search,
        name=source.name,
        description=source.description,
        args_schema=SearchArguments,
        response_format="content_and_artifact",
    )
