"""The HTTP client beneath the model's client: what it adds is that waiting and reading have an end."""

import asyncio
import json
from typing import Any

import httpx
from openai import DEFAULT_CONNECTION_LIMITS, DefaultAsyncHttpxClient

MOST_BYTES = 8 * 1024 * 1024
"""Of an answer, decompressed; the longest that a model writes are a hundredth of it."""
TOO_LARGE = "answer_too_large"


class BoundedClient(DefaultAsyncHttpxClient):
    """Every answer arrives whole within a time and a size, or counts as failed.

    The timeouts of HTTP clients end a silence; a server that sends a byte now and then would be waited for without end,
    and one that sends without end would be kept in memory. No connection outlives its answer, for one that is kept
    belongs to the event loop that opened it, and one model may serve many loops.
    """

    def __init__(self, *, seconds: float) -> None:
        """Allow each try of each request that many seconds."""
        # The limits' type belongs to the HTTP library that the model's client brings, whichever that is.
        limits = type(DEFAULT_CONNECTION_LIMITS)(
            max_connections=DEFAULT_CONNECTION_LIMITS.max_connections, max_keepalive_connections=0
        )
        super().__init__(timeout=seconds, limits=limits, follow_redirects=False)
        self._seconds = seconds

    async def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401 - those of that library
        """The answer, read to its end; a timeout that the model's client retries where that takes too long."""
        try:
            async with asyncio.timeout(self._seconds):
                response = await super().send(request, **{**options, "stream": True})
                return await _read(response)
        except TimeoutError:
            raise httpx.ReadTimeout(f"no whole answer within {self._seconds:g} s") from None


async def _read(response: Any) -> Any:  # noqa: ANN401 - of that library
    """The response with its body read, or one that says that the body is too large."""
    whole = bytearray()
    try:
        async for piece in response.aiter_bytes(64 * 1024):
            whole += piece
            if len(whole) > MOST_BYTES:
                said = {"error": {"message": f"the answer is over {MOST_BYTES:,} bytes", "code": TOO_LARGE}}
                headers = {"content-type": "application/json", "x-should-retry": "false"}
                return type(response)(413, headers=headers, content=json.dumps(said).encode(), request=response.request)
    finally:
        await response.aclose()
    kept = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _OF_THE_WIRE]
    return type(response)(response.status_code, headers=kept, content=bytes(whole), request=response.request)


_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
