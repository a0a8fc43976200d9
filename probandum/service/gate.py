"""Stands before every route of the server, its own ones too: shuts those that belong to nobody who has a key."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SHUT = "/internal"
"""The development server's own doors; one of them empties it of everybody's threads, whoever asks."""


class Gate:
    """Middleware that answers 404 for what is shut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is not shut."""
        if scope["type"] == "http" and str(scope["path"]).startswith(SHUT):
            await JSONResponse({"detail": "not offered by this service"}, 404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
