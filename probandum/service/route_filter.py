"""Stands before every route of the server, its own ones too: shuts those that belong to nobody who has a key."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SHUT = "/internal"
"""The development server's own doors; one of them empties it of everybody's threads, whoever asks."""
SEARCHES = ("/threads/search", "/threads/count")
"""Where the server trips over values to look for when a thread has none yet."""


class RouteFilter:
    """Middleware that answers 404 for what is shut, and 422 for a search that the server cannot make."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is not shut."""
        if scope["type"] == "http" and str(scope["path"]).startswith(SHUT):
            await JSONResponse({"detail": "not offered by this service"}, 404)(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in SEARCHES:
            await self._search(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _search(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except TypeError:
            hint = "leave out 'values', and look at the threads' values yourself"
            await JSONResponse({"detail": f"threads cannot be searched for this; {hint}"}, 422)(scope, receive, send)
