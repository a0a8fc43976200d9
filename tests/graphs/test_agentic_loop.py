"""The heart of the design once, whole: graph, language-model judge, real client, real server, real files."""

import asyncio

import pytest

from probandum import aaudit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.options import Options
from probandum.agent.taxonomy import ErrorType, Label, Outcome, Reason, ReportOutcome
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import NoClaim, claims, fault, refusal, verdict, wants
from probandum.tools.evidence import Origin

BUILT, MASTS = "The lighthouse was built in 1871.", "The lighthouse keeper had two masts and a boat."
RESPONSE = f"{BUILT} {MASTS} Shall I go on?"
CONTEXT = "The lighthouse keeper had a boat. It stands on the north cape of the island."


LIT = "The tower on the cape was finished, and its lamp lit, in the spring of eighteen seventy-one."
MAST = "The keeper wrote that his boat had one mast only, never two masts."


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "archive.txt").write_text(f"Harbour records.\n\n{LIT}\n")
    (tmp_path / "letters.md").write_text(f"# Letters\n\n{MAST}\n")
    return tmp_path


def evidence_with(request, words):
    """Number of the sentence that a request shows and that has these words."""
    return next((number for number, sentence in request.sentences.items() if words in sentence), None)


def reader():
    """A rule-based model: what a careful reader would answer to what it is shown."""

    def rule(request):
        if request.extracts:
            return claims([BUILT], [MASTS], NoClaim.QUESTION)
        return built(request) if BUILT in request.own else masts(request)

    def built(request):
        if known := evidence_with(request, LIT):
            return verdict("supported", quotes=[(known, LIT)])
        if "search_corpus" in request.own or "search_corpus" in request.searches:
            searched = "found nothing" in request.own
            return wants("search_corpus", "tower lamp lit") if searched else UNDECIDED
        raise AssertionError("the corpus should be on offer")

    def masts(request):
        if one := evidence_with(request, MAST):
            return verdict("contradicted", quotes=[(one, "one mast only, never two masts")], error_types=["number"])
        boat = evidence_with(request, "keeper had a boat")
        parts = [("The keeper had a boat.", "match"), ("The boat had two masts.", "missing")]
        return verdict("Partially Supported", quotes=[(boat, "keeper had a boat")], parts=parts, error_types=["other"])

    return rule


UNDECIDED = verdict("unevaluatable", why="undecidable")


def audited(rule, corpus=None, *, response=RESPONSE, **how):
    with ChatServer(rule) as server:
        chat = ChatModel("reader", base_url=server.url, api_key="none", max_retries=0, timeout=5)
        judge = LLMJudge(chat, secret=b"of this test")
        folders = [corpus] if corpus else []
        how.setdefault("options", Options(granularity="claim"))
        report = asyncio.run(aaudit(response, context=[CONTEXT], corpus=folders, judge=judge, **how))
    return report, server.requests


def test_a_claim_goes_from_unevaluatable_to_supported_and_another_from_partial_to_contradicted(corpus):
    report, requests = audited(reader(), corpus)
    built, masts = report.claims

    assert built.verdict.label is Label.SUPPORTED
    assert built.verdict.basis is Origin.CORPUS
    assert [past.verdict.label for past in built.history] == [Label.UNEVALUATABLE]
    assert built.rounds == 2
    # The code's own query finds nothing; what the judge then asks for itself settles the claim.
    assert [(search.query, search.outcome) for search in built.trail] == [
        (BUILT, "nothing_found"),
        ("tower lamp lit", "found"),
    ]

    assert masts.verdict.label is Label.CONTRADICTED
    assert masts.verdict.error_types == (ErrorType.NUMBER,)
    assert [past.verdict.label for past in masts.history] == [Label.PARTIALLY_SUPPORTED]
    assert masts.trail[0].query == "The boat had two masts."  # what was missing is asked for first

    sources = {item.id: item for item in report.evidence}
    for claim in report.claims:
        for quote in claim.verdict.quotes:
            assert sources[quote.evidence_id].text[quote.start : quote.end] == quote.text
    assert report.outcome is ReportOutcome.COMPLETE
    assert report.scores.ungrounded_rate == 1
    assert report.scores.hallucination_rate == 0.5
    assert report.sentences[2].reason is NoClaim.QUESTION
    calls = {stage: spent.llm_calls for stage, spent in report.usage.by_stage.items() if spent.llm_calls}
    assert calls == {"extract": 1, "classify": 2, "recheck": 3}
    assert sum(calls.values()) == len(requests)
    assert report.judge.prompts


def test_a_model_that_goes_down_between_claims_leaves_the_others_judged():
    def rule(request):
        if request.extracts:
            return claims([BUILT], [MASTS], NoClaim.QUESTION)
        return fault(503) if BUILT in request.own else verdict("absent")

    report, _ = audited(rule, options=Options(max_rounds=1))
    assert [claim.outcome for claim in report.claims] == [Outcome.ERROR, Outcome.JUDGED]
    assert report.claims[0].reason is Reason.JUDGE_UNAVAILABLE
    assert report.outcome is ReportOutcome.INCOMPLETE


def test_a_model_that_refuses_one_claim_leaves_it_an_error():
    def rule(request):
        if request.extracts:
            return claims([BUILT], [MASTS], NoClaim.QUESTION)
        return refusal() if BUILT in request.own else verdict("absent")

    report, _ = audited(rule, options=Options(max_rounds=1))
    assert report.claims[0].reason is Reason.JUDGE_REFUSED


def test_quotes_that_are_nowhere_in_the_evidence_carry_no_verdict():
    def rule(request):
        if request.extracts:
            return claims([BUILT], NoClaim.OPINION, NoClaim.QUESTION)
        return verdict("supported", quotes=[("e-000000000000", "The lighthouse was certainly built in 1871.")])

    report, requests = audited(rule)
    (claim,) = report.claims
    assert (claim.outcome, claim.reason) == (Outcome.ERROR, Reason.JUDGE_OUTPUT)
    assert len(requests) == 5  # one extraction, one look, one second look, each told once that the quote is nowhere
