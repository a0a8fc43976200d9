"""A source behind another one: the same to whoever asks, with something done beside the asking."""

from probandum.tools.evidence import Evidence, Origin
from probandum.tools.folders import Skipped
from probandum.tools.retrieval.passage_search import ReportsSkipped
from probandum.tools.source import SearchArguments, Source


class WrappedSource:
    """Asks the source behind it; kinds of it do more."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        """As the source itself."""
        return self._inner.name

    @property
    def description(self) -> str:
        """As the source itself."""
        return self._inner.description

    @property
    def origin(self) -> Origin:
        """As the source itself."""
        return self._inner.origin

    @property
    def skipped_so_far(self) -> tuple[Skipped, ...]:
        """As the source itself, where it tells."""
        return self._inner.skipped_so_far if isinstance(self._inner, ReportsSkipped) else ()

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """What the source finds."""
        return await self._inner(arguments)
