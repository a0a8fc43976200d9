"""The HTTP client beneath the model's client: what it adds is that waiting and reading have an end."""

import asyncio
import json
import zlib
from typing import Any

import httpx
from openai import DEFAULT_CONNECTION_LIMITS, DefaultAsyncHttpxClient

from probandum.agent.events import told_while_waiting

MOST_BYTES = 8 * 1024 * 1024
"""Of an answer, decompressed; the longest that a model writes are a hundredth of it."""
UNREADABLE = "answer_unreadable"
"""The code of the error that stands for an answer that is not read."""

_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_RETRIED = "x-stainless-retry-count"  # the model's client says in it which try a request is
_PIECE = 64 * 1024
_COMPRESSED = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""How zlib is told what it gets."""


class BoundedClient(DefaultAsyncHttpxClient):
    """Every answer arrives whole within a time and a size, or counts as failed.

    The timeouts of HTTP clients end a silence; a server that sends a byte now and then would be waited for without end,
    and one that sends without end would be kept in memory. No connection outlives its answer, for one that is kept
    belongs to the event loop that opened it, and one model may serve many loops.
    """

    def __init__(self, *, seconds: float, who: str = "the model") -> None:
        """Allow each try of each request that many seconds; ``who`` is told to be waited for meanwhile."""
        # The limits' type belongs to the HTTP library that the model's client brings, whichever that is.
        limits = type(DEFAULT_CONNECTION_LIMITS)(
            max_connections=DEFAULT_CONNECTION_LIMITS.max_connections, max_keepalive_connections=0
        )
        headers = {"accept-encoding": "gzip, deflate"}
        super().__init__(timeout=seconds, limits=limits, follow_redirects=False, headers=headers)
        self._seconds = seconds
        self._who = who

    async def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401 - those of that library
        """The answer, read to its end; a timeout that the model's client retries where that takes too long."""
        retried = request.headers.get(_RETRIED, "0")
        attempt = 1 + int(retried) if retried.isdecimal() else 1
        try:
            with told_while_waiting(self._who, attempt=attempt):
                async with asyncio.timeout(self._seconds):
                    response = await super().send(request, **{**options, "stream": True})
                    return await _read(response)
        except TimeoutError:
            raise httpx.ReadTimeout(f"no whole answer within {self._seconds:g} s") from None


class _Unreadable(ValueError):
    """Why an answer is not read."""


async def _read(response: Any) -> Any:  # noqa: ANN401 - of that library
    """The response with its body read and decompressed, or one that says why it was not."""
    whole = bytearray()
    try:
        unpacked = _Unpacked(response.headers.get("content-encoding", ""))
        async for piece in response.aiter_raw(_PIECE):
            unpacked.add_to(whole, piece)
    except _Unreadable as error:
        return _unreadable(response, str(error))
    finally:
        await response.aclose()
    kept = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _OF_THE_WIRE]
    return type(response)(response.status_code, headers=kept, content=bytes(whole), request=response.request)


class _Unpacked:
    """Decompresses piece by piece and never more than the answer may have: a few bytes can stand for gigabytes."""

    def __init__(self, encoding: str) -> None:
        named = encoding.strip().lower()
        if named not in ("", "identity", *_COMPRESSED):
            raise _Unreadable(f"it is compressed as {named[:40]!r}, which was not asked for")
        self._unpacking = zlib.decompressobj(_COMPRESSED[named]) if named in _COMPRESSED else None

    def add_to(self, whole: bytearray, piece: bytes) -> None:
        """Add what the piece holds."""
        try:
            whole += self._unpacking.decompress(piece, MOST_BYTES + 1 - len(whole)) if self._unpacking else piece
        except zlib.error:
            raise _Unreadable("it cannot be decompressed") from None
        if len(whole) > MOST_BYTES:
            raise _Unreadable(f"it is over {MOST_BYTES // 1024**2} MiB")


def _unreadable(response: Any, reason: str) -> Any:  # noqa: ANN401 - of that library
    said = {"error": {"message": f"the answer is not read: {reason}", "code": UNREADABLE}}
    headers = {"content-type": "application/json", "x-should-retry": "false"}
    return type(response)(422, headers=headers, content=json.dumps(said).encode(), request=response.request)
