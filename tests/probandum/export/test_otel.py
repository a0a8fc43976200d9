"""Events of OpenTelemetry by its own SDK, in memory."""

import asyncio

import pytest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider

from probandum import audit, guard
from probandum.settings import Settings

FACT = "The bridge was opened in 1931."
WRONG = f"{FACT} The bridge was closed in 1941."


@pytest.fixture
def told():
    exporter, provider = InMemoryLogRecordExporter(), LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))

    def told(response, **settings):
        exporter.clear()
        tracer = TracerProvider().get_tracer("test")
        with tracer.start_as_current_span("answering") as span:
            audit(
                response,
                context=[f"{FACT} It was closed in 1951."],
                judge="embedded",
                logger_provider=provider,
                settings=Settings(**settings),
            )
        records = [each.log_record for each in exporter.get_finished_logs()]
        assert {record.trace_id for record in records} == {span.get_span_context().trace_id}
        assert {record.span_id for record in records} == {span.get_span_context().span_id}
        assert {record.event_name for record in records} == {"gen_ai.evaluation.result"}
        return [dict(record.attributes) for record in records]

    yield told
    provider.shutdown()


def test_an_event_for_the_answer_and_one_for_each_claim_belong_to_the_callers_span(told):
    answer, *claims = told(WRONG)
    assert answer["gen_ai.evaluation.name"] == "groundedness"
    assert answer["gen_ai.evaluation.score.value"] == 0.5
    assert answer["gen_ai.evaluation.score.label"] == "complete"
    assert answer["gen_ai.response.id"]
    assert [claim["gen_ai.evaluation.score.label"] for claim in claims] == ["supported", "contradicted"]
    assert 0 <= claims[1]["gen_ai.evaluation.score.value"] < claims[0]["gen_ai.evaluation.score.value"] <= 1
    assert list(claims[1]["probandum.error_types"]) == ["temporal"]


def test_texts_are_left_out_unless_they_are_asked_for(told):
    assert "bridge" not in str(told(WRONG))
    assert FACT in str(told(WRONG, otel_content=True))


def test_what_nothing_was_judged_of_has_no_score_and_says_so(told):
    (answer,) = told("Hello there!")
    assert "gen_ai.evaluation.score.value" not in answer
    assert answer["error.type"] == "no_claims"


def test_the_audits_of_a_guard_are_told_too():
    exporter, provider = InMemoryLogRecordExporter(), LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))

    async def guarded():
        return [each async for each in guard([FACT], context=[FACT], judge="embedded", logger_provider=provider)]

    assert len(asyncio.run(guarded())) == 1
    assert len(exporter.get_finished_logs()) == 2
    provider.shutdown()
