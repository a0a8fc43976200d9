"""Sources whose replies are written down, and sources that answer from what was; the file itself is elsewhere."""

from collections.abc import Mapping

from pydantic import JsonValue

from probandum.tools.errors import ToolError, ToolUnavailable
from probandum.tools.evidence import Evidence
from probandum.tools.folders import Skipped
from probandum.tools.recording import RecordedName, RecordedRequest, Recorder, Replies
from probandum.tools.source import SearchArguments, Source
from probandum.tools.wrapped_source import WrappedSource


class RecordedSource(WrappedSource):
    """A source whose replies and failures are written down."""

    def __init__(self, inner: Source, recorder: Recorder) -> None:
        super().__init__(inner)
        self._recorder = recorder

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """Ask the source, and write down what it says."""
        try:
            found = await super().__call__(arguments)
        except ToolError as error:
            self._note(arguments, {"failed": type(error).__name__, "message": str(error)})
            raise
        self._note(arguments, {"found": [item.model_dump(mode="json") for item in found]})
        return found

    def _note(self, arguments: SearchArguments, reply: Mapping[str, JsonValue]) -> None:
        skipped: list[JsonValue] = [item.model_dump(mode="json") for item in self.skipped_so_far]
        self._recorder.add("source", _asked(self.name, arguments), {**reply, "skipped": skipped})


class ReplayedSource:
    """A source that answers from a recording and asks nobody.

    Attributes:
        name: as when it was recorded.
        description: as when it was recorded.
        origin: as when it was recorded.
        skipped_so_far: the files that could not be read, as far as the replies given tell.
    """

    def __init__(self, recorded: RecordedName, replies: Replies) -> None:
        self.name = recorded.name
        self.description = recorded.description
        self.origin = recorded.origin
        self.skipped_so_far: tuple[Skipped, ...] = ()
        self._replies = replies

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """What was found, or the failure, when it was recorded; `ReplayError` where this was not asked."""
        reply = self._replies.take("source", _asked(self.name, arguments))
        self.skipped_so_far = tuple(Skipped.model_validate(item) for item in reply.get("skipped", ()))
        if "failed" in reply:
            kind = ToolUnavailable if reply["failed"] == ToolUnavailable.__name__ else ToolError
            raise kind(reply["message"])
        return tuple(Evidence.model_validate(item) for item in reply["found"])


def recorded_name(source: Source) -> RecordedName:
    """What a recording says of a source."""
    return RecordedName(name=source.name, description=source.description, origin=source.origin)


def _asked(name: str, arguments: SearchArguments) -> RecordedRequest:
    return {"name": name, "query": arguments.query, "limit": str(arguments.limit)}
