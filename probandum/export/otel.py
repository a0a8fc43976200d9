"""Reports as events of OpenTelemetry's semantic conventions for generative AI, one for the answer and one per claim.

Events are named ``gen_ai.evaluation.result`` and go out by the Logs API; they belong to whatever span is current. What
an answer says is left out of them unless it is asked for.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.taxonomy import Outcome
from probandum.report.explain import explain, headline
from probandum.tools.errors import ConfigError

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider

EVENT = "gen_ai.evaluation.result"
ANSWER, CLAIM = "groundedness", "claim_groundedness"
"""Names of the two evaluations."""
_MISSING = "events for OpenTelemetry need the extra 'traces': pip install 'probandum[traces]', or unset PROBANDUM_OTEL"
Attributes = Mapping[str, Any]


def emit(report: Report, *, provider: "LoggerProvider", content: bool = False, response_id: str | None = None) -> None:
    """Emit the events of a report.

    Args:
        report: what was audited.
        provider: by whose loggers.
        content: whether claims, quotes and reasons go along, which are texts of the audit.
        response_id: what the answer is called where it comes from; by default the audit's id.
    """
    logger = provider.get_logger("probandum", version("probandum"))
    for attributes in _events(report, content=content):
        named = {"gen_ai.response.id": response_id or report.audit_id, **attributes}
        logger.emit(event_name=EVENT, attributes={key: value for key, value in named.items() if value is not None})


@cache
def provider_by_environment() -> "LoggerProvider":
    """The provider that the program has set up; where it has none, one that sends by OTLP to what ``OTEL_…`` says.

    Raises ConfigError where the extra is not installed.
    """
    try:
        from opentelemetry._logs import get_logger_provider, set_logger_provider
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.sdk._logs import LoggerProvider
        from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    except ImportError:
        raise ConfigError(_MISSING) from None
    known = get_logger_provider()
    if isinstance(known, LoggerProvider):
        return known
    made = LoggerProvider()  # flushed when the process ends
    made.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    set_logger_provider(made)
    return made


def _events(report: Report, *, content: bool) -> Iterator[Attributes]:
    rate = report.scores.hallucination_rate
    yield {
        "gen_ai.evaluation.name": ANSWER,
        "gen_ai.evaluation.score.value": None if rate is None else 1.0 - rate,
        "gen_ai.evaluation.score.label": report.outcome.value,
        "gen_ai.evaluation.explanation": explain(report) if content else headline(report),
        "error.type": report.outcome.value if rate is None else None,
        "probandum.judge": f"{report.judge.kind} {report.judge.model}",
        "probandum.coverage": report.scores.coverage,
    }
    sources = {item.id: item.source for item in report.evidence}
    for claim in report.claims:
        yield _of(claim, sources, content=content)


def _of(claim: ClaimResult, sources: Mapping[str, str], *, content: bool) -> Attributes:
    verdict = claim.verdict if claim.outcome is Outcome.JUDGED else None
    quotes = [f"“{quote.text}” ({sources.get(quote.evidence_id)})" for quote in verdict.quotes] if verdict else []
    return {
        "gen_ai.evaluation.name": CLAIM,
        "gen_ai.evaluation.score.value": claim.p_supported,
        "gen_ai.evaluation.score.label": verdict.label.value if verdict else claim.outcome.value,
        "gen_ai.evaluation.explanation": "\n".join([claim.text, *quotes]) if content else None,
        "error.type": str(claim.reason) if claim.outcome is Outcome.ERROR else None,
        "probandum.claim.id": claim.id,
        "probandum.error_types": [error.value for error in verdict.error_types] if verdict else [],
    }
