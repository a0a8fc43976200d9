"""Stands before every route of the server, its own ones too: lets through what is offered, and nothing else."""

import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from probandum.service.access.admission import admission
from probandum.service.access.routes import offered

SEARCHES = ("/threads/search", "/threads/count")
"""Where the server trips over values to look for when a thread has none yet."""
_THREAD, _RUN = r"/threads/(?P<thread>[^/]+)/?", r"/threads/[^/]+/runs/(?P<run>[^/]+)"
_CANCEL = re.compile(rf"{_RUN}/cancel/?")
_DELETE = re.compile(_THREAD)
_INSTEAD: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "POST",
        re.compile(r"/threads/[^/]+/(?:state|copy)/?"),
        "the state of an audit is not written from outside; decisions of a person come as 'command': {'resume': …}",
    ),
    ("DELETE", re.compile(rf"{_RUN}/?"), "a run is not deleted; cancel it, or delete its thread"),
    ("POST", re.compile(r"/runs/cancel/?"), "runs are cancelled one by one, at /threads/THREAD/runs/RUN/cancel"),
)
"""By method and path, what callers of such a server may look for, and what there is instead."""
_NOT_OFFERED = "not offered by this service"
_POLICY = 1008
"""A WebSocket's code for what is against the rules."""
_REFUSED = 400
_MOST_READ = 1_000_000
"""Bytes of the body of a request that is refused."""


class RouteFilter:
    """Middleware: 404 for what is not offered, 403 with what to do instead, 422 for a search that cannot be made.

    It also tells the admission which runs will never begin: those of a request that the server itself refuses, and
    those that are cancelled or deleted while they wait.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is offered."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY, "reason": _NOT_OFFERED})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, method = str(scope["path"]), str(scope["method"])
        if hint := _instead(method, path, scope["query_string"]):
            await _refuse(403, hint, scope, receive, send)
        elif not offered(method, path):
            await _refuse(404, _NOT_OFFERED, scope, receive, send)
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


def _instead(method: str, path: str, query: bytes) -> str:
    """Why a request is refused whoever makes it, with what to do instead; empty where there is nothing of the kind."""
    if _CANCEL.fullmatch(path) and b"action=rollback" in query:
        return "a run is not rolled back, since what it has judged is kept; cancel it with the action 'interrupt'"
    return next((hint for wanted, route, hint in _INSTEAD if wanted == method and route.fullmatch(path)), "")


def _drop_cancelled(scope: Scope) -> None:
    """Count no longer what a request that succeeded has cancelled, or deleted with its thread, before it began."""
    path, method = str(scope["path"]), str(scope["method"])
    if method == "POST" and (match := _CANCEL.fullmatch(path)):
        admission().dropped(run=match["run"])
    elif method == "DELETE" and (match := _DELETE.fullmatch(path)):
        admission().dropped(thread=match["thread"])
