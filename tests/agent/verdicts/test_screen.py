"""The screen: what it settles without a call, and everything that it leaves to the judge."""

import asyncio

import pytest

from probandum import Document, audit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.protocol import Screen
from probandum.agent.models import Case, Claim
from probandum.agent.options import Options
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.screen import EmbeddedScreen
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.evidence import Evidence, Origin

LINE = "In 1931, the Harlow dam was raised by six metres."


def screened(claim, *sentences):
    evidence = tuple(Evidence.of(t, origin=Origin.CONTEXT, source="note", document_sha256="0") for t in sentences)
    case = Case(request=AuditRequest(response=claim), claim=Claim.of(claim), evidence=evidence)
    return asyncio.run(EmbeddedScreen().screen([case])).get(case.claim.id)


def test_it_is_a_screen():
    assert isinstance(EmbeddedScreen(), Screen)


@pytest.mark.parametrize(
    "claim",
    [
        LINE,
        "in 1931 the  harlow dam was raised by six metres",
        "The Harlow dam was raised by six metres.",
    ],
)
def test_a_claim_that_stands_there_is_settled_with_its_quote(claim):
    verdict = screened(claim, "Something else.", f"Before it. {LINE} After it.").verdict
    assert (verdict.label, verdict.decided_by) == (Label.SUPPORTED, "screen")
    assert verdict.quotes[0].text == LINE
    assert sum(verdict.probabilities.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("The Harlow dam was raised by nine metres.", Label.CONTRADICTED),
        ("It is not true that the Harlow dam was raised by six metres.", Label.CONTRADICTED),
        ("According to a rumour, the Harlow dam was raised by six metres.", Label.ABSENT),
        ("The Harlow dam was never raised by six metres.", Label.CONTRADICTED),
    ],
)
def test_what_plainly_differs_is_settled_too(sentence, label):
    assert screened("The Harlow dam was raised by six metres.", sentence).verdict.label is label


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The Harlow dam was raised by six metres.", "If money allows, the Harlow dam was raised by six metres."),
        ("The work on the Harlow dam made it six metres higher.", "The Harlow dam was raised by six metres."),
        ("The dam was raised by six metres.", "The wall above the river grew by half a dozen metres."),
        ("Nobody knows the cost of the work.", "The Harlow dam was raised by six metres."),
    ],
)
def test_what_cannot_be_told_by_words_is_left_to_the_judge(claim, sentence):
    assert screened(claim, sentence) is None


def test_under_strict_it_settles_less_than_under_balanced():
    claim, note = "The Harlow dam was quickly and quietly raised by six metres.", LINE
    evidence = (Evidence.of(note, origin=Origin.CONTEXT, source="note", document_sha256="0"),)
    case = Case(request=AuditRequest(response=claim), claim=Claim.of(claim), evidence=evidence)
    settled = {each: len(asyncio.run(EmbeddedScreen(decide=each).screen([case]))) for each in ("strict", "balanced")}
    assert settled == {"strict": 0, "balanced": 1}


def test_before_a_large_model_it_settles_what_is_supported_alone():
    wrong = "The Harlow dam was raised by nine metres."
    evidence = (Evidence.of(LINE, origin=Origin.CONTEXT, source="note", document_sha256="0"),)
    cases = [
        Case(request=AuditRequest(response=claim), claim=Claim.of(claim), evidence=evidence) for claim in (wrong, LINE)
    ]
    settled = asyncio.run(EmbeddedScreen(decide="strict", flags=False).screen(cases))
    assert list(settled) == [Claim.of(LINE).id]


def test_the_judge_is_asked_only_for_what_the_screen_left():
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    report = audit(
        f"{LINE} Nobody knows the cost of the work.",
        context=[Document(text=LINE, source="note")],
        judge=judge,
        options=Options(screen="embedded", max_rounds=1),
    )
    assert [case.claim.text for case in judge.cases] == ["Nobody knows the cost of the work."]
    assert [claim.verdict.decided_by for claim in report.claims] == ["screen", "judge"]


def test_without_the_option_every_claim_goes_to_the_judge():
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    audit(LINE, context=[LINE], judge=judge, options=Options(max_rounds=1))
    assert len(judge.cases) == 1


@pytest.mark.parametrize(("verbatim", "calls"), [(16, 5), (8, 13)])
def test_of_twenty_claims_the_model_is_asked_only_for_those_that_the_screen_leaves(verbatim, calls):
    right = [f"Gate number {place} of the Harlow dam was painted by crew {place + 40}." for place in range(16)]
    claims = [*right, *(f"The keeper of lock {place} left the Harlow valley early." for place in range(4))]
    context = " ".join(
        [*right[:verbatim], *(each.replace("was painted", "got its paint") for each in right[verbatim:])]
    )

    def rule(request):
        return replies.claims(*[[each] for each in claims]) if len(request.texts) == 2 else replies.verdict("absent")

    with ChatServer(rule) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s")
        how = {"context": [context], "judge": judge}
        asked = []
        for screen in ("none", "embedded"):
            before = len(server.requests)
            audit(" ".join(claims), **how, options=Options(max_rounds=1, granularity="claim", screen=screen))
            asked.append(len(server.requests) - before)
    assert asked == [21, calls]
