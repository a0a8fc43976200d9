"""A real HTTP server on loopback that lives as long as it is entered; what it answers is its kinds' own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Generic, Self, TypeVar

Owner = TypeVar("Owner", bound="Loopback")


class Listener(ThreadingHTTPServer, Generic[Owner]):
    """Listens on a free port of loopback, for one owner."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, owner: Owner, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.owner = owner

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""


class Loopback:
    """Serves from the moment it is entered until it is left."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        """Take the port; ``handler`` finds this server as ``self.server.owner``."""
        self._closing = threading.Event()
        self._http = Listener(self, handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        """Where it is reached, as a URL without a path."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    def wait(self, seconds: float | None = None) -> None:
        """Let time pass, without end where none is given, but no longer than the server is open."""
        self._closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
