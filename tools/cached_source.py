"""A source that is asked the same question once in an audit, however many claims have it; the source is elsewhere."""

import asyncio
from collections import defaultdict

from probandum.tools.evidence import Evidence
from probandum.tools.source import SearchArguments, Source
from probandum.tools.wrapped_source import WrappedSource


class CachedSource(WrappedSource):
    """A source with a memory of one audit: what it found is found again, what failed is asked anew."""

    def __init__(self, inner: Source) -> None:
        super().__init__(inner)
        self._found: dict[SearchArguments, tuple[Evidence, ...]] = {}
        self._turns: defaultdict[SearchArguments, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """What the source finds, or found; who asks the same meanwhile waits for the answer."""
        async with self._turns[arguments]:
            if arguments not in self._found:
                self._found[arguments] = await super().__call__(arguments)
            return self._found[arguments]
