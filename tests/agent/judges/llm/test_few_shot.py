import asyncio

import pytest

from probandum import aaudit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.few_shot.bank import shipped_bank
from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.options import Options
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import claims, verdict

LEASE = "The tenant may sublet one room with the landlord's written consent."
DOSE = "The patient takes one tablet of ferrilane in the morning."
SAID = {LEASE: "written consent", DOSE: "one tablet of ferrilane"}
ALONE = Options(max_rounds=1, granularity="claim", concurrency=1)
WORKED = "Worked examples."


def reader(request):
    claim = next((claim for claim in SAID if claim in request.own and "check claims" in request.texts[0]), None)
    return verdict("absent") if claim else claims([LEASE], [DOSE])


def audited(few_shot):
    with ChatServer(reader) as server:
        chat = ChatModel("any", base_url=server.url, max_retries=0, timeout=5)
        judge = LLMJudge(chat, secret=b"of this test", few_shot=few_shot)
        report = asyncio.run(aaudit(f"{LEASE} {DOSE}", context=["A note."], judge=judge, options=ALONE))
    looks = [[message["content"] for message in request.messages] for request in server.requests[1:]]
    return report, looks


def test_all_claims_of_an_audit_are_shown_the_same_examples_ahead_of_what_differs():
    report, (first, second) = audited(FewShotSelector(shipped_bank()))
    assert first[:-1] == second[:-1]
    assert first[1].startswith(WORKED)
    used = [claim.verdict.examples for claim in report.claims]
    assert used[0] == used[1] != ()
    assert report.judge.prompts["examples"] == shipped_bank().sha256


def test_examples_per_claim_stand_after_what_all_claims_share():
    report, (first, second) = audited(FewShotSelector(shipped_bank(), per="claim"))
    assert first[:2] == second[:2]
    assert first[2].startswith(WORKED)
    assert first[2] != second[2]
    law, medicine = (claim.verdict.examples for claim in report.claims)
    assert law[-1].startswith("legal")
    assert medicine[-1].startswith("medical")


def test_without_few_shot_no_prompt_has_an_example_in_it():
    report, looks = audited(None)
    assert not any(WORKED in message or '"label": "' in message for look in looks for message in look)
    assert all(claim.verdict.examples == () for claim in report.claims)
    assert "examples" not in report.judge.prompts


@pytest.mark.parametrize("per", ["audit", "claim"])
def test_the_examples_keep_to_their_budget(per):
    _, looks = audited(FewShotSelector(shipped_bank(), per=per, tokens=600))
    shown = next(message for message in looks[0] if message.startswith(WORKED))
    assert len(shown) < 4 * 600 + 1_000  # the fence and the words around it
