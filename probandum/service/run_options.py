"""What a caller of the service may choose, and the dependencies of a run made of that; the rest is the server's."""

import asyncio
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from probandum import settings as configuration
from probandum.agent.judges.protocol import Judge
from probandum.agent.options import Limits, Options
from probandum.agent.request import AuditRequest
from probandum.graphs.context import AuditContext, ContextFactory
from probandum.judges import make_judge, make_screen
from probandum.service.checkpoints import stored_audit
from probandum.service.server_settings import server_settings
from probandum.settings import Profile, Settings
from probandum.sources import SourceRequest, gather_sources
from probandum.tools.cached_source import CachedSource
from probandum.tools.retrieval.passage_search import context_search


class RunOptions(BaseModel, ContextFactory):
    """How thorough an audit is to be: no paths, addresses or keys, and no judge that the server does not offer."""

    model_config = ConfigDict(title="Choices", extra="ignore")

    profile: Profile | None = None
    """``fast``, ``standard`` or ``deep``; None is the assistant's own, or the server's."""
    web: bool | None = None
    """False keeps an audit off the web; True asks it only where the server's settings agree."""
    review: bool = False
    """Whether the audit stops for a person to settle what the judge left open."""
    review_below: float | None = Field(default=None, ge=0, le=1)
    all_checkable: bool = False
    max_rounds: int | None = Field(default=None, ge=1, le=10)
    granularity: Literal["claim", "batch", "adaptive"] | None = None
    decide: Literal["auto", "strict", "balanced", "lenient"] | None = None
    limits: Limits = Limits()
    judge: str | None = None
    """One of those that the server offers; None is its own."""

    @field_validator("judge")
    @classmethod
    def _is_offered(cls, given: str | None) -> str | None:
        offered = server_settings().offered_judges
        if given is not None and given not in offered:
            raise ValueError(f"this server offers {', '.join(offered)}")
        return given

    _context: AuditContext | None = PrivateAttr(default=None)
    _making: asyncio.Lock = PrivateAttr(default_factory=asyncio.Lock)

    async def make(self, request: AuditRequest, *, thread: str) -> AuditContext:
        """The dependencies of this run, made when they are first asked for."""
        async with self._making:
            if self._context is None:
                self._context = await self._make(request, thread)
        return self._context

    async def _make(self, request: AuditRequest, thread: str) -> AuditContext:
        if request.context:
            return _context(self, request)
        # Either there is none, or this run goes on with a claim of a kept audit: its context is in there.
        kept, spent = await stored_audit(thread)
        context = _context(self, kept or request)
        context.budget.spend(spent)
        return context

    def options(self, settings: Settings) -> Options:
        """The options that these choices come to."""
        return configuration.options(
            self.profile or settings.profile,
            review=self.review or None,
            review_below=self.review_below,
            all_checkable=self.all_checkable or None,
            max_rounds=self.max_rounds,
            granularity=self.granularity,
            decide=self.decide,
            limits=self.limits,
        )


class Fast(RunOptions):
    """The choices of the assistant ``fast``."""

    profile: Profile | None = "fast"


class Standard(RunOptions):
    """The choices of the assistant ``standard``."""

    profile: Profile | None = "standard"


class Deep(RunOptions):
    """The choices of the assistant ``deep``."""

    profile: Profile | None = "deep"


def _context(choices: RunOptions, request: AuditRequest) -> AuditContext:
    settings = server_settings()
    # True from a caller must not open a door that the server keeps shut.
    web = choices.web and settings.web if choices.web is not None else None
    wanted = SourceRequest(web=web, has_context=bool(request.context))
    name = choices.judge or settings.judge
    gathered = gather_sources(wanted, settings, choices.options(settings), judge=name)
    judge = _judge(name, gathered.options)
    far = tuple(CachedSource(source) for source in gathered.sources)
    return AuditContext(
        judge=judge,
        options=gathered.options,
        screen=make_screen(gathered.options, judge),
        sources=far,
        reference=context_search(request.context) if request.context else None,
        ledger=gathered.ledger,
    )


def _judge(name: str, options: Options) -> Judge:
    # Budgets are an audit's own and make no other judge; without them, audits share their connections.
    return _shared(name, options.model_copy(update={"limits": Limits()}).model_dump_json())


@lru_cache(maxsize=64)
def _shared(name: str, options: str) -> Judge:
    return make_judge(name, server_settings(), Options.model_validate_json(options))
