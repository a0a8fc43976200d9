"""What a run of the graph is handed beside its input: judge, sources, options, budget; none of it is checkpointed."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_config
from langgraph.runtime import RunControl
from pydantic import JsonValue

from probandum.agent.budget import Budget
from probandum.agent.consolidation.findings import skipped_files
from probandum.agent.judges.embedded.judge import EmbeddedJudge
from probandum.agent.judges.protocol import BatchJudge, Judge, Screen
from probandum.agent.models import Tool
from probandum.agent.options import Options
from probandum.agent.report import Finding
from probandum.agent.request import AuditRequest
from probandum.agent.usage import Ledger, Usage
from probandum.agent.verdicts.calibration import Calibration
from probandum.agent.workers import in_worker
from probandum.graphs.persistence.decision_cache import Cache, DecisionCache, decision_cache
from probandum.tools.errors import ToolError
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.retrieval.passage_search import PassageSearch, ReportsSkipped, context_search
from probandum.tools.source import Source

Checkpointer = BaseCheckpointSaver[str]
"""Where the state of audits is kept, so that a killed one goes on where it was."""

Stop = RunControl
"""By which a running audit is told to stop: no node begins any more, those under way end and are kept."""


@dataclass
class AuditContext:
    """The dependencies of one run."""

    judge: Judge = field(default_factory=EmbeddedJudge)
    options: Options = field(default_factory=Options)
    screen: Screen | None = None
    """What looks at all claims before the judge does; None sends every claim to the judge."""
    sources: Sequence[Source] = ()
    """Whatever may be asked beside the request's context."""
    reference: PassageSearch | None = None
    """The request's context, ready to be searched; made from the request where it is not handed in."""
    ledger: Ledger = field(default_factory=Ledger)
    """Where sources that ask a model write down what that cost."""
    cache: Cache | None = None
    """Where decisions of the judge are kept for other audits; None asks it every time."""
    calibration: Calibration | None = None
    """What the judge's probabilities are worth, applied when all claims are settled; None leaves them as they are."""
    budget: Budget = field(default=None)  # type: ignore[assignment]  # made from the options below
    """The account of this audit; opened with the limits of the options where it is not handed in."""

    def __post_init__(self) -> None:
        self.budget = self.budget or Budget(self.options.limits)

    @property
    def allowed(self) -> tuple[Source, ...]:
        """Every source that the options let the audit ask, the request's context first."""
        reference: tuple[Source, ...] = (self.reference,) if self.reference else ()
        return tuple(source for source in (*reference, *self.sources) if source.origin in self.options.sources)

    @property
    def shown_whole(self) -> tuple[Evidence, ...]:
        """All passages of the request's context where it is short enough to be shown whole, else none."""
        reference = self.reference
        if reference is None or reference not in self.allowed or reference.characters > self.options.evidence_chars:
            return ()
        return reference.passages

    @property
    def has_nothing_to_read(self) -> bool:
        """Whether the request's context is the only source, and has no words."""
        return self.allowed == (self.reference,) and self.reference is not None and not self.reference.passages

    async def prepare(self) -> None:
        """Cut the request's context into passages, once, in a thread: a long one would hold up everybody else."""
        if self.reference is not None:
            reference = self.reference
            await in_worker(lambda: reference.passages, what="cutting the context")

    @property
    def may_reconsider(self) -> bool:
        """Whether the judge may come to another verdict on the same evidence when it is shown its first reasoning."""
        return self.judge.info.asks_a_model

    @property
    def thinks(self) -> bool:
        """Whether the judge gives a claim that it looks at alone more thought than a first look."""
        return self.judge.looks_closer if isinstance(self.judge, BatchJudge) else self.may_reconsider

    @property
    def looks_closer(self) -> bool:
        """Whether a claim that was not clearly supported among others is looked at again, alone and more closely."""
        return self.options.granularity == "adaptive" and self.may_reconsider and self.thinks

    @property
    def settings(self) -> dict[str, JsonValue]:
        """What the report says of how the audit was run."""
        return {**self.options.model_dump(mode="json"), "asked": [source.name for source in self.allowed]}

    @property
    def source_findings(self) -> tuple[Finding, ...]:
        """What the sources could not read, as far as they were asked."""
        searches = (source for source in self.allowed if isinstance(source, ReportsSkipped))
        return tuple(note for source in searches for note in skipped_files(source.name, source.skipped_so_far))

    def source(self, name: str) -> Source:
        """The source called ``name``; `ToolError` where there is none."""
        for source in self.allowed:
            if source.name == name:
                return source
        names = ", ".join(repr(source.name) for source in self.allowed) or "none"
        raise ToolError(f"no source is called {name!r}; this audit may ask {names}")

    def tools(self) -> tuple[Tool, ...]:
        """What a judge may ask for; searching a context that it has whole before it is no use."""
        return tuple(
            Tool(name=source.name, description=source.description)
            for source in self.allowed
            if not (self.shown_whole and source.origin is Origin.CONTEXT)
        )

    @property
    def decisions(self) -> DecisionCache | None:
        """What the judge decided before, where that is kept."""
        return decision_cache(self.cache, self.judge)

    @contextmanager
    def judge_call(self) -> Iterator[None]:
        """Hold a place in the budget during one call of the judge; `LimitReached` where none is left."""
        if self.judge.info.asks_a_model:
            with self.budget.call():
                yield
        else:
            self.budget.check()
            yield

    def spend(self, usage: Usage | None) -> Usage:
        """Charge the budget with what a call cost, and hand it on."""
        spent = usage or Usage()
        self.budget.spend(spent)
        return spent


class ContextFactory(ABC):
    """Choices that came from elsewhere as plain values, and that a run's dependencies are made of when it begins."""

    @abstractmethod
    async def make(self, request: AuditRequest, *, thread: str) -> AuditContext:
        """The dependencies of this run; the same ones every time, since they hold the account of its budget.

        Args:
            request: as the first node of the run holds it; that of a claim comes without its context, see
                `brings_context`, and whoever goes on with a kept audit has to look that up.
            thread: under which the audit is kept, if it is.
        """


async def brings_context(given: AuditContext | ContextFactory | None, request: AuditRequest) -> bool:
    """Whether the run's own dependencies hold the request's context, so that the claims need not carry it."""
    context = await _make(given, request) if isinstance(given, ContextFactory) else given
    return context is not None and context.reference is not None


async def run_context(given: AuditContext | ContextFactory | None, request: AuditRequest) -> AuditContext:
    """The dependencies of this run: what was handed in, the default judge and no limits where nothing was.

    A caller that hands in ``reference`` saves the graph from carrying the request's context to every claim.
    """
    context = await _make(given, request) if isinstance(given, ContextFactory) else given or AuditContext()
    if context.reference is None and request.context:
        return replace(context, reference=context_search(request.context))
    return context


async def _make(given: ContextFactory, request: AuditRequest) -> AuditContext:
    return await given.make(request, thread=get_config()["configurable"]["thread_id"])
