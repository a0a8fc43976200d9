"""The one protocol of everything that can be asked for evidence; the sources themselves are files of their own."""

from typing import Protocol, runtime_checkable

from pydantic import Field

from probandum.tools.evidence import Evidence, Frozen, Origin


class SearchArguments(Frozen):
    """What a search over text is asked with; also the argument schema that a model sees."""

    query: str = Field(
        min_length=1,
        max_length=1_000,
        description="Words to look for, as they may stand in the text; or the id of a passage that was shown (e-…), "
        "for the passages just before and after it.",
    )
    limit: int = Field(default=8, ge=1, le=50, description="How many passages to return at most.")


@runtime_checkable
class Source(Protocol):
    """Something that can be asked for evidence.

    A call returns what was found, best first; an empty tuple says that it searched and found nothing.
    A failure is a `ToolError`, or a `ToolUnavailable` where asking again may help.
    """

    @property
    def name(self) -> str:
        """Unique among the sources of an audit; what a model calls the tool by."""

    @property
    def description(self) -> str:
        """What it searches and when to use it, in one or two sentences, for a model to read."""

    @property
    def origin(self) -> Origin:
        """The origin of everything it returns."""

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """Search."""
