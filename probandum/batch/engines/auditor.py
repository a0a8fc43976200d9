"""Audits one answer of a batch: what every engine runs; nothing here knows of the others, or of where rows go."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from probandum.agent.judges.embedded.statements.decision import clear_statements
from probandum.agent.judges.protocol import Judge
from probandum.agent.language.analysis import clear_caches
from probandum.agent.options import Options
from probandum.agent.report import JudgeInfo, Report
from probandum.agent.verdicts.outcome import failure_of
from probandum.api import AuditArguments, aaudit
from probandum.batch.input.items import BatchItem
from probandum.batch.output.rows import AnswerOutcome, AnswerRow, claim_rows, outcome_fields
from probandum.calibration_store import calibrated_judge_info
from probandum.graphs.context import Checkpointer
from probandum.graphs.persistence.decision_cache import Cache
from probandum.judges import make_judge
from probandum.settings import Settings
from probandum.sources import load_encoder
from probandum.tools.errors import JudgeError, LimitReached
from probandum.tools.retrieval.passage_search import corpus_search
from probandum.tools.source import Source


@dataclass(frozen=True)
class AuditPlan:
    """How every answer of a batch is audited; can be sent to another process."""

    settings: Settings
    options: Options
    judge: str
    corpus: tuple[Path, ...] = ()
    sources: tuple[str, ...] = ()
    """Names of sources that are installed as plug-ins."""
    web: bool | None = None
    cross_examine: bool | None = None
    calculate: bool | None = None
    examples: Path | None = None
    calibrated: bool = True
    """Whether a calibration that is kept for the judge is applied."""
    reports: Path | None = None
    """Folder for whole reports; None keeps none."""

    @property
    def is_paid_for(self) -> bool:
        """Whether a decision costs more than looking up one that was kept."""
        return self.judge != "embedded"

    @property
    def only_computes(self) -> bool:
        """Whether an audit waits for nobody, so that only more processors make more of them at once faster."""
        asks = self.sources or self.web or (self.web is None and self.settings.web)
        return not self.is_paid_for and not asks

    def with_settings(self, settings: Settings) -> "AuditPlan":
        """The same under other settings."""
        return replace(self, settings=settings)

    @property
    def info(self) -> JudgeInfo:
        """Who judges; `ConfigError` where there is no such judge or something that it needs is not set."""
        judge = make_judge(self.judge, self.settings, self.options, examples=self.examples).info
        return calibrated_judge_info(self.settings.home, judge) if self.calibrated else judge


class AuditedAnswer(NamedTuple):
    """What became of one answer, as it is written down."""

    answer: bytes
    """Its row, a line of JSON."""
    claims: bytes
    """The rows of its claims, a line each."""
    audit_id: str
    """What it is kept under while it runs, and its whole report afterwards."""


class Auditor:
    """What the audits of one process share."""

    def __init__(
        self, plan: AuditPlan, *, checkpointer: Checkpointer | None = None, cache: Cache | None = None
    ) -> None:
        """Make ready what need not be made for every answer.

        Args:
            plan: how every answer is audited.
            checkpointer: where audits are kept while they run, so that one that was stopped goes on.
            cache: where decisions are kept, so that no two audits ask for the same.

        Raises:
            ConfigError, InputError: something of the plan does not hold.
        """
        self._plan = plan
        self._info = plan.info
        self._checkpointer = checkpointer
        self._cache = cache
        # A language model goes by its name, for sources may have to ask it, too.
        self._judge: Judge | str = plan.judge if plan.is_paid_for else make_judge(plan.judge, plan.settings)
        self._sources: tuple[Source | str, ...] = plan.sources
        if plan.corpus:
            stored_in, embeddings = plan.settings.home / "corpora", plan.settings.embeddings
            encoder = load_encoder(embeddings) if embeddings else None
            self._sources += (corpus_search(plan.corpus, stored_in=stored_in, encoder=encoder),)

    async def audit(self, item: BatchItem) -> AuditedAnswer:
        """Audit one answer; one on which the judge failed before there were any claims is a row that says so.

        Raises:
            ConfigError: something is wrong that would go wrong with every answer.
            InputError: a folder or file of the plan cannot be used.
        """
        begin = time.perf_counter()
        try:
            report = await aaudit(item.request, **self._how())
        except (JudgeError, LimitReached) as error:
            failed = failure_of(error)
            end = {"outcome": AnswerOutcome.FAILED, "reason": failed.reason, "message": failed.message}
            judge = f"{self._info.kind} {self._info.model}"
            return _done(item, {**end, "judge": judge}, b"", seconds=time.perf_counter() - begin)
        if self._plan.reports is not None:
            _keep(report, self._plan.reports)
        rows = (row.model_dump_json() + "\n" for row in claim_rows(report, answer_id=item.answer_id))
        claims = "".join(rows).encode("utf-8", "backslashreplace")
        return _done(item, outcome_fields(report), claims, seconds=time.perf_counter() - begin)

    async def audit_all(self, items: Iterable[BatchItem], *, at_once: int = 1) -> list[AuditedAnswer]:
        """Audit several answers, so many at once, in their order; what was kept of their contexts is let go of.

        Raises what `audit` raises.
        """
        places = asyncio.Semaphore(at_once)

        async def one(item: BatchItem) -> AuditedAnswer:
            async with places:
                return await self.audit(item)

        done = await asyncio.gather(*map(one, items))
        clear_caches()
        clear_statements()
        return done

    def _how(self) -> AuditArguments:
        plan = self._plan
        return {
            "judge": self._judge,
            "settings": plan.settings,
            "options": plan.options,
            "sources": self._sources,
            "web": plan.web,
            "cross_examine": plan.cross_examine,
            "calculate": plan.calculate,
            "examples": plan.examples,
            "calibrated": plan.calibrated,
            "checkpointer": self._checkpointer,
            "cache": self._cache,
        }


def _done(item: BatchItem, end: Mapping[str, object], claims: bytes, *, seconds: float) -> AuditedAnswer:
    request = item.request
    row = AnswerRow.model_validate(
        {
            "answer_id": item.answer_id,
            "key": item.key,
            "line": item.line,
            "columns": item.columns,
            "turns": len(request.history),
            "context_words": sum(len(document.text.split()) for document in request.context),
            "response_words": len(request.response.split()),
            "question": request.question,
            "response": request.response,
            "seconds": seconds,
            **end,
        }
    )
    return AuditedAnswer((row.model_dump_json() + "\n").encode("utf-8", "backslashreplace"), claims, request.audit_id)


def _keep(report: Report, folder: Path) -> None:
    """Write the whole report for people and for programs; the same again where it was there before."""
    from probandum.report.files import as_text, write_texts

    write_texts({f"{report.audit_id}.{kind}": as_text(report, kind) for kind in ("json", "html")}, folder)
