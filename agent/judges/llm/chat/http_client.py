"""The HTTP client beneath the model's client: what it adds is that waiting has an end and connections have no owner."""

import asyncio
from typing import Any

import httpx
from openai import DEFAULT_CONNECTION_LIMITS, DefaultAsyncHttpxClient


class DeadlineClient(DefaultAsyncHttpxClient):
    """Every answer arrives whole within a time, or counts as failed.

    The timeouts of HTTP clients end a silence; a server that sends a byte now and then would be waited for without end.
    No connection outlives its answer, for one that is kept belongs to the event loop that opened it, and one model may
    serve many loops.
    """

    def __init__(self, *, seconds: float) -> None:
        """Allow each try of each request that many seconds."""
        # The limits' type belongs to the HTTP library that the model's client brings, whichever that is.
        limits = type(DEFAULT_CONNECTION_LIMITS)(
            max_connections=DEFAULT_CONNECTION_LIMITS.max_connections, max_keepalive_connections=0
        )
        super().__init__(timeout=seconds, limits=limits, follow_redirects=False)
        self._seconds = seconds

    async def send(self, *request: Any, **options: Any) -> Any:  # noqa: ANN401 - those of that library
        """The answer, read to its end; a timeout that the model's client retries where that takes too long."""
        try:
            async with asyncio.timeout(self._seconds):
                response = await super().send(*request, **options)
                await response.aread()
        except TimeoutError:
            raise httpx.ReadTimeout(f"no whole answer within {self._seconds:g} s") from None
        return response
