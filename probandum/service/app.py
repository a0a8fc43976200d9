"""The service's own routes beside the LangGraph server's: the page, the figures, an audit's thread and report."""

import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import PurePath

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from probandum.agent.report import Report
from probandum.agent.request import AUDIT_ID
from probandum.agent.review import ReviewResponse, apply_decisions
from probandum.agent.workers import in_worker
from probandum.graphs.persistence.threads import thread_id
from probandum.service.access.route_filter import RouteFilter
from probandum.service.auth import OPEN_PREFIX
from probandum.service.checkpoints import LISTED_CHARACTERS, open_claims_of, own_audits, stored_report
from probandum.service.development_server import letting_go
from probandum.service.metrics import metrics_text
from probandum.service.server_settings import server_settings
from probandum.tools.documents import MAX_BYTES, read_content
from probandum.tools.errors import InputError, ProbandumError

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_KINDS = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_SHOWN_SECONDS = 120.0
_MOST_LISTED, _LONGEST_NAME = 100, 200
_shown: dict[str, tuple[float, str]] = {}


async def page(request: Request) -> Response:
    """The page and its parts."""
    name = request.url.path.rsplit("/", 1)[-1] or "page.html"
    body = files("probandum.service").joinpath(name).read_text(encoding="utf-8")
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(body, media_type=_KINDS[name], headers=headers)


async def metrics(_: Request) -> Response:
    """The figures, for Prometheus."""
    return Response(metrics_text(), media_type="text/plain; version=0.0.4")


async def audit(request: Request) -> Response:
    """The thread of an audit of the caller's."""
    return JSONResponse({"audit_id": request.path_params["audit_id"], "thread_id": _thread(request)})


async def report(request: Request) -> Response:
    """The report of a finished audit of the caller's, as JSON or Markdown."""
    from probandum.report.files import Format, as_text

    kind: Format = "md" if request.path_params["kind"] == "md" else "json"
    return Response(as_text(await _report(request), kind), media_type=_MEDIA[kind])


async def judges(_: Request) -> Response:
    """The judges that a caller may choose among, the server's own first."""
    return JSONResponse({"judges": server_settings().offered_judges})


async def mine(request: Request) -> Response:
    """The caller's audits that are kept, the latest first; ``search`` names words that their answers have."""
    sought = request.query_params.get("search", "").casefold().split()
    found = await own_audits(request.user.identity)
    matching = [each for each in found if all(word in each.response.casefold() for word in sought)]
    told = [each.model_dump(mode="json", exclude={"settled"}) for each in matching[:_MOST_LISTED]]
    for each in told:
        each["response"] = each["response"][:LISTED_CHARACTERS]
    return JSONResponse({"audits": told})


async def read(request: Request) -> Response:
    """The text of a file that the caller sends, whose name says what kind it is; nothing of it is kept."""
    name = PurePath(request.query_params.get("name", "")).name[:_LONGEST_NAME]
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MAX_BYTES:
            raise HTTPException(413, f"{name!r} has more than {MAX_BYTES:,} bytes; split it into parts")
    try:
        found = await in_worker(lambda: read_content(bytes(content), name=name), what=f"reading {name!r}")
    except ProbandumError as error:
        raise HTTPException(422, str(error)) from None
    return JSONResponse({"source": name, "text": found.text})


async def show(request: Request) -> Response:
    """A name under which the caller's browser may open the HTML report, for two minutes."""
    from probandum.report.html import as_html

    html, now = as_html(await _report(request)), time.monotonic()
    for name in [name for name, (since, _) in _shown.items() if now - since > _SHOWN_SECONDS]:
        del _shown[name]
    name = secrets.token_urlsafe(32)
    _shown[name] = (now, html)
    return JSONResponse({"url": OPEN_PREFIX + name})


async def shown(request: Request) -> Response:
    """A report that its owner has asked to open."""
    since, html = _shown.get(request.path_params["name"], (0.0, ""))
    if not html or time.monotonic() - since > _SHOWN_SECONDS:
        raise HTTPException(404, "no report is shown here any longer; open it anew")
    return HTMLResponse(html, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


async def check(request: Request) -> Response:
    """Whether decisions of a person hold for what waits; an audit resumed with one that does not would break off."""
    state = await open_claims_of(_thread(request))
    try:
        apply_decisions(ReviewResponse.model_validate_json(await request.body()), state)
    except (ValidationError, InputError) as error:
        raise HTTPException(422, str(error)) from None
    return JSONResponse({"holds": True})


async def _report(request: Request) -> Report:
    found = await stored_report(_thread(request))
    if found is None:
        raise HTTPException(404, f"no finished audit of yours is called {request.path_params['audit_id']!r}")
    return found


def _thread(request: Request) -> str:
    audit_id = request.path_params["audit_id"]
    if not re.match(AUDIT_ID, audit_id):
        raise HTTPException(422, f"{audit_id!r} is no audit id; take up to 64 of A-Z a-z 0-9 . _ -")
    return thread_id(audit_id, owner=request.user.identity)


_MEDIA = {"json": "application/json", "md": "text/markdown"}

API = (
    Route("/probandum/metrics", metrics),
    Route("/probandum/judges", judges),
    Route("/probandum/read", read, methods=["POST"]),
    Route("/probandum/audits", mine),
    Route("/probandum/audits/{audit_id}", audit),
    Route("/probandum/audits/{audit_id}/report.{kind:str}", report),
    Route("/probandum/audits/{audit_id}/check", check, methods=["POST"]),
)
"""What programs ask for, each with a key."""
PAGE = (
    Route("/", page),
    Route("/page.css", page),
    Route("/page.js", page),
    Route("/probandum/audits/{audit_id}/show", show, methods=["POST"]),
    Route(OPEN_PREFIX + "{name}", shown),
)
"""The page, and what only a browser needs."""


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    async with letting_go(minutes=server_settings().service_idle_minutes):
        yield


app = Starlette(middleware=[Middleware(RouteFilter)], routes=[*PAGE, *API], lifespan=_lifespan)
