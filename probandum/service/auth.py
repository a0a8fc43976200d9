"""Who is asking the server, and what each may see and begin: all rules of access in one file."""

import json
import re
from collections.abc import Mapping
from typing import Any

from langgraph_sdk import Auth
from pydantic import ValidationError

from probandum.agent.request import AuditRequest
from probandum.agent.review import ReviewResponse
from probandum.graphs.persistence.threads import thread_id
from probandum.service.access.admission import admission
from probandum.service.checkpoints import stored_request
from probandum.service.keys import LOCAL, NOBODY, holder, keys
from probandum.service.run_options import RunOptions
from probandum.service.server_settings import server_settings
from probandum.tools.errors import InputError

OPEN_PATHS = ("/", "/page.css", "/page.js")
"""Shown to everybody: the page without any audit on it."""
OPEN_PREFIX = "/probandum/shown/"
"""Behind it are reports that their owner has asked to open, under names that cannot be guessed."""
_AUTHORITY = r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?"
_LOOPBACK_HOST = re.compile(_AUTHORITY)
_LOOPBACK_ORIGIN = re.compile(rf"https?://{_AUTHORITY}")
_OWN_SITE = ("", "same-origin", "same-site", "none")
"""What a browser says of where a request comes from, if it is this machine's own page or no page at all."""
_INTERRUPT_ID = re.compile(r"[0-9a-f]{32}")

Headers = Mapping[bytes, bytes] | Mapping[str, str]

auth = Auth()


def _refused(status: int, message: str) -> Auth.exceptions.HTTPException:
    return Auth.exceptions.HTTPException(status_code=status, detail=message)


@auth.authenticate
async def authenticate(headers: Headers, path: str = "") -> Auth.types.MinimalUserDict:
    """The holder of the key; without any keys the server is on loopback alone and everybody there is ``local``.

    Args:
        headers: in bytes or as text, by names in lower case, as the server has them.
        path: what is asked for; a server that does not tell it opens nothing to holders of no key.
    """
    settings = server_settings()
    if settings.service_open and not keys(settings.home):
        _same_place(headers)
        return {"identity": LOCAL}
    if path in OPEN_PATHS or path.startswith(OPEN_PREFIX):
        return {"identity": NOBODY}
    scheme, _, bearer = _header(headers, "authorization").partition(" ")
    given = bearer if scheme.lower() == "bearer" else _header(headers, "x-api-key")
    name = holder(given.strip(), home=settings.home)
    if name is None:
        raise _refused(
            401, "a key is needed: send 'Authorization: Bearer KEY'; make one with 'probandum keys add NAME'"
        )
    return {"identity": name}


@auth.on
async def refuse(ctx: Auth.types.AuthContext, value: Any) -> None:  # noqa: ANN401, ARG001 - LangGraph's own
    """Whatever is not allowed below is refused."""
    raise _refused(403, f"{ctx.resource}.{ctx.action} is not offered by this service")


@auth.on.assistants.read
async def read_assistants(ctx: Auth.types.AuthContext, value: Any) -> None:  # noqa: ANN401 - LangGraph's own
    """There are only the built-in assistants, since none can be made: everybody reads them."""


@auth.on.assistants.search
async def search_assistants(ctx: Auth.types.AuthContext, value: Any) -> None:  # noqa: ANN401 - LangGraph's own
    """And everybody finds them."""


@auth.on.threads
async def own_threads(ctx: Auth.types.AuthContext, value: Any) -> dict[str, str]:  # noqa: ANN401 - LangGraph's own
    """Everything about threads is seen by their owner alone, and stays theirs."""
    owner = ctx.user.identity
    if ctx.action == "update" and isinstance(value, dict):
        value["metadata"] = {**(value.get("metadata") or {}), "owner": owner}
    return {"owner": owner}


@auth.on.threads.create
async def new_thread(ctx: Auth.types.AuthContext, value: Any) -> dict[str, str]:  # noqa: ANN401 - LangGraph's own
    """A thread is made only under the id that follows from its owner and audit, so that nobody can take another's."""
    owner = ctx.user.identity
    metadata = value["metadata"] = value.get("metadata") or {}
    if str(value.get("thread_id")) != _thread(str(metadata.get("audit_id")), owner):
        hint = "GET /probandum/audits/AUDIT_ID tells the thread id; send it with metadata {'audit_id': AUDIT_ID}"
        raise _refused(403, f"a thread belongs to an audit of yours: {hint}")
    metadata["owner"] = owner
    return {"owner": owner}


@auth.on.threads.create_run
async def new_run(ctx: Auth.types.AuthContext, value: Any) -> dict[str, str]:  # noqa: ANN401 - LangGraph's own
    """A run is let in with a request that holds, on the thread of that very audit, within the limits of its key."""
    owner, thread = ctx.user.identity, value.get("thread_id")
    if value.get("multitask_strategy") == "rollback":
        raise _refused(422, "a run is not rolled back, since what it has judged is kept; take 'interrupt' or 'enqueue'")
    kwargs = value.get("kwargs")
    begun = await _checked(value if kwargs is None else kwargs, thread, owner, create=value.get("if_not_exists"))
    if kwargs is None:  # Aegra shows the run as it was sent, takes no other input for it, and has not named it yet
        if begun:
            hint = "send 'checkpoint': {'checkpoint_ns': ''} in place of the input, and it goes on where it was"
            raise _refused(409, f"this audit is kept already: {hint}")
        if value.get("input") is None:
            await _kept_by(str(thread), owner)
        return {"owner": owner}
    if begun:
        kwargs["input"] = None
    settings = server_settings()
    limit = settings.service_audits, settings.service_claims
    if refusal := admission().refusal(owner, audits=limit[0], claims=limit[1]):
        raise _refused(429, refusal)
    if value.get("multitask_strategy") == "interrupt":
        admission().dropped(thread=str(thread))
    admission().admitted(str(value["run_id"]), owner=owner, thread=str(thread))
    value.setdefault("metadata", {})["owner"] = owner
    return {"owner": owner}


async def _checked(run: Mapping[str, Any], thread: object, owner: str, *, create: object) -> bool:
    """Whether a run that may be let in begins an audit that is kept already; an error where it may not."""
    _choices(run)
    _no_other_place(run, thread)
    _no_command(run)
    if run.get("input") is None:
        if create == "create":
            raise _refused(422, "going on with an audit needs its thread: make it first, under the same id as before")
        return False
    request = _request(run["input"])
    if thread is None:
        return False
    if str(thread) != _thread(request.audit_id, owner):
        raise _refused(403, f"this is not the thread of your audit {request.audit_id!r}")
    try:
        kept = await stored_request(str(thread), audit_id=request.audit_id)
    except InputError as error:
        raise _refused(409, str(error)) from None
    if kept is not None and kept.fingerprint != request.fingerprint:
        raise _refused(409, f"audit {request.audit_id!r} is an audit of something else; choose another id")
    return kept is not None


async def _kept_by(thread: str, owner: str) -> None:
    """Refuse to go on where no audit of this owner's is kept: Aegra makes a thread of any id that has none yet."""
    kept = await stored_request(thread)
    if kept is None or thread != _thread(kept.audit_id, owner):
        raise _refused(403, "no audit of yours is kept on this thread; begin it with its request as input")


def _thread(audit_id: str, owner: str) -> str:
    return thread_id(audit_id, owner=owner)


def _request(given: Any) -> AuditRequest:  # noqa: ANN401 - JSON
    limit = server_settings().service_characters
    if len(json.dumps(given, ensure_ascii=False)) > limit:
        raise _refused(413, f"the request is longer than {limit} characters; shorten its context")
    try:
        return AuditRequest.model_validate(given)
    except ValidationError as error:
        raise _refused(422, f"the request does not hold: {_wrong(error)}") from None


def _choices(run: Mapping[str, Any]) -> None:
    given = {name: each for name, each in (run.get("context") or {}).items() if name in RunOptions.model_fields}
    try:
        RunOptions.model_validate(given)
    except ValidationError as error:
        raise _refused(422, f"the context does not hold: {_wrong(error)}") from None


def _no_other_place(run: Mapping[str, Any], thread: object) -> None:
    """Refuse a run that names another place to read from than its own thread."""
    places = [place for place in ((run.get("config") or {}).get("configurable"), run.get("checkpoint"), run) if place]
    if any(str(place.get("thread_id", thread)) != str(thread) for place in places):
        raise _refused(403, "a run reads its own thread and no other; leave 'thread_id' out of config and checkpoint")
    if any(place.get("checkpoint_id") for place in places):
        raise _refused(403, "an audit goes on where it is and nowhere before; leave 'checkpoint_id' out")


def _no_command(run: Mapping[str, Any]) -> None:
    """Refuse any command but decisions of a person: an audit's state is nobody's to write."""
    command = {name: given for name, given in (run.get("command") or {}).items() if given is not None}
    if command.keys() - {"resume"}:
        raise _refused(
            403, f"a command may resume and nothing else, not {', '.join(sorted(command.keys() - {'resume'}))}"
        )
    resume = command.get("resume")
    if resume is None:
        return
    named = isinstance(resume, dict) and resume and all(map(_INTERRUPT_ID.fullmatch, resume))
    try:
        for each in resume.values() if named else (resume,):
            ReviewResponse.model_validate(each)
    except ValidationError as error:
        raise _refused(422, f"the decisions do not hold: {_wrong(error)}") from None


def _header(headers: Headers, name: str) -> str:
    by_name: dict[object, bytes | str] = dict(headers.items())
    found = by_name.get(name) or by_name.get(name.encode()) or ""
    return found if isinstance(found, str) else found.decode("latin-1")


def _same_place(headers: Headers) -> None:
    """Refuse what a page from elsewhere makes a browser ask: there is no key that would stop it."""
    origin = _header(headers, "origin")
    here = _LOOPBACK_HOST.fullmatch(_header(headers, "host")) and _header(headers, "sec-fetch-site") in _OWN_SITE
    if not here or (origin and not _LOOPBACK_ORIGIN.fullmatch(origin)):
        raise _refused(403, "without keys this server answers loopback alone; make one with 'probandum keys add NAME'")


def _wrong(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:5])
