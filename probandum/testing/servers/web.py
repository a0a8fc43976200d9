"""A real HTTP server on loopback that speaks the web search's protocol from a script; it knows no web."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from probandum.testing.servers.loopback import Listener, Loopback


@dataclass(frozen=True)
class Found:
    """One answer of the server."""

    pages: tuple[Mapping[str, object], ...] = ()
    """Results, each with ``url``, ``title``, ``content`` and perhaps ``raw_content``."""
    status: int = 200
    body: object = None
    """Sent in place of the results, text as it is and anything else as JSON."""
    hangs: bool = False
    """Whether nothing is answered until the server closes."""
    headers: Mapping[str, str] = field(default_factory=dict)


Rule = Callable[[Mapping[str, Any]], Found]


def page(url: str, text: str, *, title: str = "A page") -> Mapping[str, object]:
    """A page as the service gives it."""
    return {"url": url, "title": title, "content": text[:200], "raw_content": text, "score": 0.9}


def failed(status: int, message: str = "scripted fault") -> Found:
    """An error as the service words it."""
    return Found(status=status, body={"detail": {"error": message}})


def keyless_limit(message: str = "Keyless limit reached.") -> Found:
    """The error for a search without a key when the allowance is used up."""
    body = {"error": {"code": "keyless_limit", "message": message, "window": "day", "retry_after_seconds": 3600}}
    return Found(status=429, body=body)


def unreadable(url: str, error: str = "Failed to fetch url") -> Found:
    """What the service says of a page that it could not read."""
    return Found(body={"results": [], "failed_results": [{"url": url, "error": error}], "response_time": 0.01})


class WebServer(Loopback):
    """Serves scripted search results while it is entered, and the pages among them one by one.

        with WebServer([page("https://a.example/1", "The bridge was built in 1907.")]) as server:
            search = WebSearch(base_url=server.url)

    Attributes:
        questions: the body of every search, in order of arrival.
        reads: the body of every request for a page, likewise.
        keys: the header that came with each of both, or None.
    """

    def __init__(
        self, script: Iterable[Mapping[str, object]] | Rule, *, pages: Iterable[Mapping[str, object]] | Rule = ()
    ) -> None:
        """Answer every search with the same pages, or as a rule says, which may be asked from several threads.

        Args:
            script: what is found.
            pages: what can be read one by one, or a rule; a page that is not among them cannot be read.
        """
        fixed = () if callable(script) else tuple(script)
        self.questions: list[Mapping[str, Any]] = []
        self.reads: list[Mapping[str, Any]] = []
        self.keys: list[str | None] = []
        self._rule: Rule = script if callable(script) else lambda _: Found(fixed)
        self._page: Rule = pages if callable(pages) else _among(tuple(pages))
        super().__init__(_Handler)

    @property
    def url(self) -> str:
        """The base URL to give a client."""
        return self.address

    def answer(self, path: str, asked: Mapping[str, Any], key: str | None) -> Found:
        """What is answered to a search, or to a request for a page."""
        rules = {"/search": (self.questions, self._rule), "/extract": (self.reads, self._page)}
        if path not in rules:
            return failed(404, f"nothing at {path!r}")
        heard, rule = rules[path]
        heard.append(asked)
        self.keys.append(key)
        found = rule(asked)
        if found.hangs:
            self.wait()
        return found


def _among(pages: Sequence[Mapping[str, object]]) -> Rule:
    by_url = {each["url"]: each for each in pages}

    def rule(asked: Mapping[str, Any]) -> Found:
        (url,) = asked["urls"]
        return Found((by_url[url],)) if url in by_url else unreadable(url)

    return rule


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener["WebServer"]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        self._send(self.server.owner.answer(self.path, asked, self.headers.get("Authorization")), asked)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def _send(self, found: Found, asked: Mapping[str, Any]) -> None:
        results = {"query": asked.get("query"), "results": list(found.pages), "response_time": 0.01}
        said = results if found.body is None else found.body
        body = (said if isinstance(said, str) else json.dumps(said)).encode()
        self.send_response(found.status)
        for name, value in {"Content-Type": "application/json", **found.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
