"""A real HTTP server on loopback that speaks the OpenAI chat-completions protocol from a script; it knows no model."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.forms import fit, sentences
from probandum.testing.servers.loopback import Listener, Loopback
from probandum.testing.servers.replies import Reply, fault

_MANY = re.compile(r"<<<begin claims (\w+)>>>\n(.*?)\n<<<end claims \1>>>", re.DOTALL)
_ENTRY = re.compile(r"^(c\d+): (.*)$", re.MULTILINE)
_ALONE = re.compile(r"<<<begin claim \w+>>>\n(.*?)(?:\n|$)")
_DRIP_SECONDS = 0.05  # so that an answer of a few hundred bytes takes longer than any test waits
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class ChatRequest:
    """One request as the server received it."""

    body: dict[str, Any]
    authorization: str | None

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation, oldest first; each with ``role`` and ``content``."""
        return list(self.body["messages"])

    @property
    def texts(self) -> list[str]:
        """The content of every message, in order."""
        return [str(message["content"]) for message in self.messages]

    @property
    def own(self) -> str:
        """The message with the claim and all after it; what comes before is shared by the calls of one audit."""
        claims = (place for place, text in enumerate(self.texts) if "<<<begin claim" in text)
        return "\n".join(self.texts[next(claims, 1) :])

    @property
    def searches(self) -> list[str]:
        """Names of the tools that the model may ask for; empty where it has to decide."""
        schema = self.body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        call = schema.get("$defs", {}).get("CallWritten", {})
        return list(call.get("properties", {}).get("tool", {}).get("enum", ()))

    @property
    def claims(self) -> dict[str, str]:
        """The claims of a batch by their ids, in order; empty where one claim is asked about alone, or none."""
        return {
            id_: claim for text in self.texts for _, many in _MANY.findall(text) for id_, claim in _ENTRY.findall(many)
        }

    @property
    def claim(self) -> str:
        """The claim that is asked about alone; empty where several are, or none."""
        found = _ALONE.search(self.own)
        return found[1] if found else ""

    @property
    def sentences(self) -> dict[int, str]:
        """The evidence sentences that are shown, by their numbers."""
        return sentences(self.body)

    @property
    def extracts(self) -> bool:
        """Whether claims are asked for."""
        return any("<<<begin sentences " in text for text in self.texts)


Rule = Callable[[ChatRequest], Reply]


class ChatServer(Loopback):
    """Serves scripted replies while it is entered.

        with ChatServer([verdict("supported")]) as server:
            chat = ChatModel("any", base_url=server.url, api_key="none")

    Replies come from a list, in order of arrival, or from a rule that sees the request (called from several threads).
    A request for which there is no reply is answered with HTTP 400 and a message that says so, and so is one that goes
    beyond what the endpoint can do. Verdicts and claims are put in the form that the request asks for.

    Attributes:
        requests: every chat request, in order of arrival, but those that were refused.
        refused: how many went beyond what the endpoint can do.
        most_at_once: how many it worked on at one time, at most.
    """

    def __init__(
        self,
        script: Iterable[Reply] | Rule,
        *,
        endpoint: ScriptedCapabilities = ScriptedCapabilities(),  # noqa: B008 - frozen
    ) -> None:
        self.requests: list[ChatRequest] = []
        self.refused = 0
        self.most_at_once = 0
        self._working = 0
        self._room = threading.Semaphore(endpoint.at_once)
        self._endpoint = endpoint
        self._rule = script if callable(script) else _in_order(script)
        self._lock = threading.Lock()
        self._one_at_a_time = not callable(script)
        super().__init__(_Handler)

    @property
    def url(self) -> str:
        """The base URL to give a client, ending in ``/v1``."""
        return f"{self.address}/v1"

    def answer(self, request: ChatRequest) -> tuple[Reply, int]:
        """The reply to ``request``, and its number counted from 1."""
        if refused := self._endpoint.refusal(request.body):
            self.refused += 1
            return refused, 0
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
            reply = self._ruled(request) if self._one_at_a_time else None
        with self._at_work():
            reply = fit(reply or self._ruled(request), request.body, silent=self._endpoint.silent)
            self.wait(self._endpoint.seconds_for(reply))
            return reply, number

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._room:
            with self._lock:
                self._working += 1
                self.most_at_once = max(self.most_at_once, self._working)
            try:
                yield
            finally:
                with self._lock:
                    self._working -= 1

    def _ruled(self, request: ChatRequest) -> Reply:
        try:
            return self._rule(request)
        except (AssertionError, LookupError, ValueError) as error:
            return fault(400, message=f"the script has no answer: {type(error).__name__}: {error}")


def _in_order(replies: Iterable[Reply]) -> Rule:
    left: Iterator[Reply] = iter(replies)

    def take(_: ChatRequest) -> Reply:
        for reply in left:
            return reply
        raise LookupError("it has ended; add a reply")

    return take


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener["ChatServer"]

    def do_GET(self) -> None:
        if self.path != "/v1/models":
            self._send(fault(404, message=f"nothing at {self.path!r}"), 0, "")
            return
        models = json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "tests"}]})
        self._send(Reply(body=models.encode()), 0, "")

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path != "/v1/chat/completions":
            self._send(fault(404, message=f"nothing at {self.path!r}"), 0, "")
            return
        request = ChatRequest(body=json.loads(raw), authorization=self.headers.get("Authorization"))
        reply, number = self.server.owner.answer(request)
        if reply.transport == "hang":
            self.server.owner.wait()
        if reply.transport in ("answer", "drip"):
            self._send(reply, number, str(request.body.get("model")))
        else:
            self._break_off()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def _send(self, reply: Reply, number: int, model: str) -> None:
        body = reply.completion(number=number, model=model)
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.transport == "answer":
            self.wfile.write(body)
        for byte in body if reply.transport == "drip" else ():
            self.wfile.write(bytes([byte]))
            self.server.owner.wait(_DRIP_SECONDS)

    def _break_off(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close_connection = True
        self.connection.close()
