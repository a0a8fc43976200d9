import asyncio
import json

import pytest
from pydantic import ValidationError

from probandum.agent.events import Extracted, Reopening, Searched, Settled
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label, NoClaim, ReportOutcome
from probandum.graphs.audit import graph
from probandum.graphs.context import AuditContext
from probandum.graphs.run import run
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.source import ScriptedSource
from probandum.tools.errors import JudgeUnavailable
from probandum.tools.evidence import Origin

FACT = "The bridge opened on 19 March 1932."


def supported(case):
    return judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence)


def events(request, **context):
    async def collect():
        return [event async for event in run(request, AuditContext(**context))]

    return asyncio.run(collect())


def test_bad_input_is_refused_at_the_door():
    with pytest.raises(ValidationError, match="response"):
        asyncio.run(graph.ainvoke({"response": 5}))


def test_the_exported_graph_runs_without_any_context_of_ours():
    report = asyncio.run(graph.ainvoke({"response": FACT, "context": [FACT]}))["report"]
    assert report.judge.kind == "embedded"
    assert report.claims[0].verdict.label is Label.SUPPORTED


def test_the_input_schema_is_the_request():
    assert set(graph.get_input_jsonschema()["properties"]) == set(AuditRequest.model_fields)


def test_progress_is_told_as_it_happens_and_the_report_comes_last():
    def rule(case):
        return supported(case) if len(case.evidence) > 1 else judgement(Label.ABSENT)

    source = ScriptedSource(lambda _: [FACT])
    request = AuditRequest(response=FACT, context=["Nothing."])
    happened = events(request, judge=ScriptedJudge(rule), sources=[source])
    assert [type(event) for event in happened] == [Extracted, Reopening, Searched, Settled, Report]


def test_claims_that_are_given_are_judged_as_they_stand():
    judge = ScriptedJudge(supported)
    request = AuditRequest(response=f"Well. {FACT}", claims=(FACT, "Not in the response."), context=[FACT])
    report = events(request, judge=judge)[-1]
    assert judge.requests == []
    assert [claim.text for claim in report.claims] == [FACT, "Not in the response."]
    assert report.claims[0].span.start == 6
    assert report.claims[1].span is None


@pytest.mark.parametrize("response", ["", "   ", "Is it so?"])
def test_a_response_without_a_claim_has_no_score(response):
    report = events(AuditRequest(response=response, context=[FACT]))[-1]
    assert report.outcome is ReportOutcome.NO_CLAIMS
    assert report.scores.hallucination_rate is None
    assert report.scores.coverage is None


def test_a_refusal_is_abstained():
    report = events(AuditRequest(response="I'm sorry, but I can't help with that.", context=[FACT]))[-1]
    assert report.outcome is ReportOutcome.ABSTAINED
    assert report.sentences[0].reason is NoClaim.REFUSAL
    assert report.scores.hallucination_rate is None


def test_claims_are_merged_by_id_and_come_in_the_order_of_the_response():
    texts = [f"Fact number {number} holds true." for number in range(40)]
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    report = events(AuditRequest(response=" ".join(texts), context=[FACT]), judge=judge)[-1]
    assert [claim.text for claim in report.claims] == texts
    assert {case.claim.text for case in judge.cases} == set(texts)
    assert len(report.claims) == len({claim.id for claim in report.claims}) == 40


def test_a_claim_made_twice_counts_once_in_the_scores():
    def rule(case):
        return supported(case) if "bridge" in case.claim.text else judgement(Label.ABSENT)

    texts = "It is a bridge. Cats are dogs. It is a bridge."
    report = events(AuditRequest(response=texts, context=[FACT]), judge=ScriptedJudge(rule))[-1]
    assert report.scores.hallucination_rate == 0.5
    assert report.scores.coverage == 1
    assert len(report.findings) == 1


def test_a_failing_extraction_raises_what_failed():
    judge = ScriptedJudge({}, extraction=JudgeUnavailable("down"))
    with pytest.raises(JudgeUnavailable, match="down"):
        events(AuditRequest(response=FACT, context=[FACT]), judge=judge)


def test_the_same_replies_give_the_same_report_but_for_times():
    request = AuditRequest(response=f"{FACT} Cats are dogs.", context=[FACT], audit_id="same")
    first, second = (events(request, judge=ScriptedJudge(supported))[-1].model_dump_json() for _ in range(2))
    assert first == second


def test_a_report_reads_back_from_json_as_it_was():
    report = events(AuditRequest(response=FACT, context=[FACT]))[-1]
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["schema_version"] == "1.1"


def test_the_deep_profile_sends_every_claim_to_a_look_of_its_own():
    options = Options(granularity="claim")
    report = events(AuditRequest(response=FACT, context=[FACT]), options=options)[-1]
    assert report.claims[0].verdict.label is Label.SUPPORTED


def test_a_claim_about_which_a_search_finds_nothing_is_absent_by_the_embedded_judge():
    report = events(AuditRequest(response=FACT), sources=[ScriptedSource(lambda _: [])])[-1]
    (claim,) = report.claims
    assert claim.verdict.label is Label.ABSENT
    assert claim.verdict.basis is Origin.CORPUS
    assert claim.verdict.quotes == ()


def test_with_a_single_round_every_source_is_asked_in_it():
    source = ScriptedSource(lambda _: [FACT])
    request = AuditRequest(response=FACT, context=["Nothing of the kind."])
    report = events(request, sources=[source], options=Options(max_rounds=1))[-1]
    assert report.claims[0].verdict.label is Label.SUPPORTED
    assert report.scores.ungrounded_rate == 1


def test_a_context_too_long_to_show_whole_is_searched_for_each_claim():
    filler = "\n\n".join(f"Paragraph {n} speaks of rivers, hills and weather in region {n}." for n in range(400))
    request = AuditRequest(response=FACT, context=[f"{filler}\n\n{FACT}"])
    report = events(request)[-1]
    (claim,) = report.claims
    assert claim.verdict.label is Label.SUPPORTED
    assert claim.trail[0].source == "search_context"
    assert sum(len(item.text) for item in report.evidence) < 20_000
