"""What the service has done, counted as its audits begin and end; the text of it is Prometheus's own format."""

from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from probandum.agent.report import Report
from probandum.service.access.admission import admission

_REGISTRY = CollectorRegistry()
_AUDITS = Counter("probandum_audits", "Audits that ended, by how.", ["outcome"], registry=_REGISTRY)
_CLAIMS = Counter("probandum_claims", "Claims of finished audits.", ["outcome"], registry=_REGISTRY)
_CALLS = Counter("probandum_judge_calls", "Calls to a language model.", registry=_REGISTRY)
_TOKENS = Counter("probandum_tokens", "Tokens of a language model.", ["kind"], registry=_REGISTRY)
_SECONDS = Histogram("probandum_audit_seconds", "Seconds of finished audits.", registry=_REGISTRY)
_RUNNING = Gauge("probandum_audits_admitted", "Audits that wait or run.", registry=_REGISTRY)
_RUNNING.set_function(lambda: float(len(admission())))


def metrics_text() -> bytes:
    """All figures as Prometheus reads them."""
    return generate_latest(_REGISTRY)


class MetricsCallback(BaseCallbackHandler):
    """Counts audits as LangChain's callbacks tell of them; claims and tokens come from the report."""

    run_inline = True  # it is told of every node and does next to nothing: a thread each time would cost far more

    def on_chain_start(
        self,
        serialized: Any,  # noqa: ANN401, ARG002 - LangChain's
        inputs: Any,  # noqa: ANN401, ARG002 - LangChain's
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **_: object,
    ) -> None:
        """Note that an audit has begun to work."""
        if parent_run_id is None:
            admission().started(str(run_id))

    def on_chain_end(
        self,
        outputs: Any,  # noqa: ANN401 - LangChain's
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **_: object,
    ) -> None:
        """Count what came of an audit; parts of one are none."""
        if parent_run_id is not None:
            return
        report = outputs.get("report") if isinstance(outputs, dict) else None
        admission().ended(str(run_id), claims=len(report.claims) if isinstance(report, Report) else 0)
        _AUDITS.labels(report.outcome.value if isinstance(report, Report) else "waits").inc()
        if isinstance(report, Report):
            _count(report)

    def on_chain_error(
        self,
        error: BaseException,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **_: object,
    ) -> None:
        """Count an audit that broke off."""
        if parent_run_id is None:
            admission().ended(str(run_id))
            _AUDITS.labels(type(error).__name__).inc()


def _count(report: Report) -> None:
    for claim in report.claims:
        _CLAIMS.labels(claim.verdict.label.value if claim.verdict else claim.outcome.value).inc()
    usage = report.usage
    _CALLS.inc(usage.llm_calls)
    for kind in ("prompt", "cached", "completion"):
        _TOKENS.labels(kind).inc(getattr(usage, f"{kind}_tokens"))
    _SECONDS.observe(usage.seconds)
