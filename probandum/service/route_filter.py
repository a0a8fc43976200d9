"""Stands before every route of the server, its own ones too: shuts those that belong to nobody who has a key."""

import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from probandum.service.admission import admission

SHUT = "/internal"
"""The development server's own doors; one of them empties it of everybody's threads, whoever asks."""
SEARCHES = ("/threads/search", "/threads/count")
"""Where the server trips over values to look for when a thread has none yet."""
_THREAD, _RUN = r"/threads/(?P<thread>[^/]+)/?", r"/threads/[^/]+/runs/(?P<run>[^/]+)"
_CANCEL = re.compile(rf"{_RUN}/cancel/?")
_DELETE = re.compile(_THREAD)
_FORBIDDEN: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "POST",
        re.compile(r"/threads/[^/]+/(?:state|copy)/?"),
        "the state of an audit is not written from outside; decisions of a person come as 'command': {'resume': …}",
    ),
    ("DELETE", re.compile(rf"{_RUN}/?"), "a run is not deleted; cancel it, or delete its thread"),
    ("POST", re.compile(r"/runs/cancel/?"), "runs are cancelled one by one, at /threads/THREAD/runs/RUN/cancel"),
)
"""By method and path, what nobody may do over the network, and what instead. Verdicts are the graph's to write."""
_REFUSED = 400
_MOST_READ = 1_000_000
"""Bytes of the body of a request that is refused."""


class RouteFilter:
    """Middleware: 404 for what is shut, 403 for what nobody may do, 422 for a search that cannot be made.

    It also tells the admission which runs will never begin: those of a request that the server itself refuses, and
    those that are cancelled or deleted while they wait.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is not shut."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, method = str(scope["path"]), str(scope["method"])
        if path.startswith(SHUT):
            await _refuse(404, "not offered by this service", scope, receive, send)
        elif hint := _forbidden(method, path, scope["query_string"]):
            await _refuse(403, hint, scope, receive, send)
        elif path in SEARCHES:
            await self._search(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        with admission().request() as refused:

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    if message["status"] >= _REFUSED:
                        refused()
                    else:
                        _drop_cancelled(scope)
                await send(message)

            await self._app(scope, receive, watched)

    async def _search(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except TypeError:
            hint = "leave out 'values', and look at the threads' values yourself"
            await JSONResponse({"detail": f"threads cannot be searched for this; {hint}"}, 422)(scope, receive, send)


async def _refuse(status: int, hint: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer once the body has come, within bounds: a connection with a body that nobody reads is reset."""
    left, more = _MOST_READ, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message.get("more_body", False)
    await JSONResponse({"detail": hint}, status)(scope, receive, send)


def _forbidden(method: str, path: str, query: bytes) -> str:
    """Why a request is refused whoever makes it; empty where it is not."""
    if _CANCEL.fullmatch(path) and b"action=rollback" in query:
        return "a run is not rolled back, since what it has judged is kept; cancel it with the action 'interrupt'"
    return next((hint for wanted, route, hint in _FORBIDDEN if wanted == method and route.fullmatch(path)), "")


def _drop_cancelled(scope: Scope) -> None:
    """Count no longer what a request that succeeded has cancelled, or deleted with its thread, before it began."""
    path, method = str(scope["path"]), str(scope["method"])
    if method == "POST" and (match := _CANCEL.fullmatch(path)):
        admission().dropped(run=match["run"])
    elif method == "DELETE" and (match := _DELETE.fullmatch(path)):
        admission().dropped(thread=match["thread"])
