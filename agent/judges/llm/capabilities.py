"""What an endpoint can do, found out by asking it and remembered; how questions are put for it is elsewhere."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Protocol
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field, ValidationError

from probandum.agent.judges.llm.chat.protocol import ChatReply, ResponseSchema, StructuredMode
from probandum.agent.judges.llm.confidence import p_yes
from probandum.agent.judges.llm.prompting.json_schema import json_schema, tool_schema
from probandum.agent.judges.llm.prompting.messages import fit_to_endpoint
from probandum.agent.judges.llm.replies.schema import Written
from probandum.agent.judges.llm.session import ModelSession, Prompt, UnusableReply, parse_reply
from probandum.prompts import fill
from probandum.tools.errors import ConfigError, JudgeOutputError, JudgeRefused
from probandum.tools.evidence import Frozen

PROMPTS = ("probe_form", "probe_tool", "probe_word")
STAGE = "probe"
_REMEMBERED = timedelta(days=7)  # a server may be changed for another under the same name
_TOOL = "almanac"


class Capabilities(Frozen):
    """What an endpoint can do with one model."""

    structured: StructuredMode
    """The strongest way in which it answers in an agreed form."""
    bounds: bool
    """Whether a form may say how long texts and lists may get, and be one of several. A server that makes a grammar of
    it should be told, or a weak model writes on until it is cut off; OpenAI's own endpoint refuses such a form."""
    logprobs: bool
    """Whether it tells the probabilities of tokens."""


class Memory(Protocol):
    """Keeps what was found out."""

    def load(self) -> Capabilities | None:
        """What is known and not too old; None where nothing is."""

    def save(self, found: Capabilities) -> None:
        """Remember it for the next time."""


@dataclass(frozen=True)
class CapabilitiesFile:
    """A file with the abilities of endpoints by their names; it holds no key and nothing of an audit."""

    path: Path
    name: str
    """Of address and model together."""

    def load(self) -> Capabilities | None:
        """What the file says, unless it is older than a week or not to be read."""
        found = self._all().get(self.name)
        return found.capabilities if found and datetime.now(UTC) - found.at < _REMEMBERED else None

    def save(self, found: Capabilities) -> None:
        """Write it down beside what is known of others; `ConfigError` where that cannot be done."""
        known = {**self._all(), self.name: _Found(capabilities=found, at=datetime.now(UTC))}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.write_text(_Known(endpoints=known).model_dump_json(indent=1), encoding="utf-8")
        except OSError as error:
            hint = "choose a folder of your own with PROBANDUM_HOME"
            raise ConfigError(f"{str(self.path)!r} cannot be written: {error.strerror}; {hint}") from None

    def _all(self) -> Mapping[str, "_Found"]:
        try:
            return _Known.model_validate_json(self.path.read_text(encoding="utf-8")).endpoints
        except (OSError, ValidationError):
            return {}  # it is a note to ourselves: without it the endpoint is asked again


def probe_name(text: str) -> str | None:
    """The name of the prompt of ours that asks an endpoint with this text what it can do; None for any other text."""
    return next((name for name in PROMPTS if fill(name) == text), None)


class EndpointCapabilities:
    """The abilities of one endpoint, found out when they are first needed and once only."""

    def __init__(
        self, *, structured: StructuredMode | None = None, logprobs: bool | None = None, memory: Memory | None = None
    ) -> None:
        """Say what is known.

        Args:
            structured: None finds it out.
            logprobs: None finds it out; False does without.
            memory: where it is remembered between processes.
        """
        self._structured = structured
        self._bounds = structured not in (None, "tools")
        self._logprobs = logprobs
        self._memory = memory
        # A lock belongs to the event loop that waits for it, and one judge may serve many loops.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def capabilities(self, session: ModelSession) -> Capabilities:
        """What the endpoint can do; where it has to be asked, the cost goes to the asker, and so do its errors."""
        lock = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            if self._structured is None or self._logprobs is None:
                await self._find_out(session)
            known = {"structured": self._structured, "bounds": self._bounds, "logprobs": self._logprobs}
            return Capabilities.model_validate(known)

    async def _find_out(self, session: ModelSession) -> None:
        found = self._memory.load() if self._memory else None
        if found is None:
            structured, bounds = (self._structured, self._bounds) if self._structured else await _form(session)
            logprobs = await _logprobs(session) if self._logprobs is None else self._logprobs
            found = Capabilities(structured=structured, bounds=bounds, logprobs=logprobs)
            # What was found out in part is not worth remembering.
            if self._memory and (self._structured, self._logprobs) == (None, None):
                self._memory.save(found)
        if self._structured is None:
            self._structured, self._bounds = found.structured, found.bounds
        self._logprobs = found.logprobs if self._logprobs is None else self._logprobs


class _Found(BaseModel):
    capabilities: Capabilities
    at: datetime


class _Known(BaseModel):
    endpoints: dict[str, _Found]


class _Certainty(Written):
    wet: bool
    why: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=2)]
    sure: float


async def _form(session: ModelSession) -> tuple[StructuredMode, bool]:
    """The strongest way that works, and whether the form may have bounds, in two to four short calls."""
    bounded, bare = (_plain(bounded=bounds) for bounds in (True, False))
    for form in (bounded, bare):
        if await _does(session, form, _fits):
            tools = (tool_schema(_TOOL, "Looks the tides up."),)
            asks = replace(form, messages=(("user", fill("probe_tool")),), tools=tools)
            return ("tools" if await _does(session, asks, _calls) else "json_schema"), form is bounded
    return ("json_object" if await _does(session, fit_to_endpoint(bounded, "json_object"), _fits) else "text"), True


def _plain(*, bounded: bool) -> Prompt:
    schema = json_schema(_Certainty, bounded=bounded)
    form = {"anyOf": [schema, schema]} if bounded else schema  # as the forms of verdicts are then
    return Prompt(messages=(("user", fill("probe_form")),), response=ResponseSchema("certainty", form), stage=STAGE)


async def _logprobs(session: ModelSession) -> bool:
    try:
        first = await session.first_token(Prompt(messages=(("user", fill("probe_word")),), stage=STAGE))
    except (JudgeOutputError, JudgeRefused):
        return False
    return p_yes(first) is not None


async def _does(session: ModelSession, question: Prompt, shows: Callable[[ChatReply], bool]) -> bool:
    """Whether the endpoint takes the question and its answer shows what is looked for."""
    try:
        return shows(await session.once(question))
    except (JudgeOutputError, JudgeRefused):
        return False


def _fits(answer: ChatReply) -> bool:
    try:
        parse_reply(_Certainty, answer.text)
    except UnusableReply:
        return False
    return True


def _calls(answer: ChatReply) -> bool:
    return any(call.name == _TOOL for call in answer.calls)
