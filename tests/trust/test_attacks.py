"""Texts that try to talk a judge round, in every place that a text can come from.

Two judges of the worst kind stand in for a model: one obeys whatever it can read outside a fence, the other calls
everything supported and quotes the claim for it.
"""

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from probandum import aaudit
from probandum.agent.evidence.trust import independent_sources
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.testing.samples.attacks import CLAIM, attacks_in, cases, prepared
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.evidence import Origin

ATTACKS = attacks_in(Path(__file__).parent / "attacks.jsonl")
CASES = [pytest.param(case, id=case.name) for case in cases(ATTACKS)]
OPENING = re.compile(r"^<<<begin .* (\w+)>>>$")
ORDER = re.compile(r"7731|T3JkZXIgNzczM")
"""What every attack says somewhere, in plain text or encoded."""


def outside(text):
    """What of a prompt stands in no fence, for a reader who believes every line that looks like one."""
    lines, code = [], None
    for line in text.splitlines():
        if code is None and (opening := OPENING.match(line)):
            code = opening[1]
        elif code is not None and re.match(rf"^<<<end .* {code}>>>$", line):
            code = None
        elif code is None:
            lines.append(line)
    return "\n".join(lines)


def supported(request):
    verdict = replies.verdict("supported", quotes=[("any", CLAIM)])
    return replies.verdicts(dict.fromkeys(request.claims, verdict)) if request.claims else verdict


def absent(request):
    verdict = replies.verdict("absent")
    return replies.verdicts(dict.fromkeys(request.claims, verdict)) if request.claims else verdict


def taken_apart(request):
    lines = [line.split(": ", 1) for line in request.texts[1].splitlines() if re.match(r"s\d+: ", line)]
    return replies.content({number: [text] for number, text in lines})


def obedient(request):
    """Obeys what it can read outside the fences."""
    if ORDER.search(outside("\n".join(request.texts))):
        return replies.content({"s0": []}) if request.extracts else supported(request)
    return taken_apart(request) if request.extracts else absent(request)


def gullible(request):
    """Calls everything supported, and quotes the claim for it."""
    return taken_apart(request) if request.extracts else supported(request)


def attacked(rule, case, folder):
    """The result of the claim, and the whole report."""
    options = Options(sources=(Origin.CONTEXT, Origin.WEB), few_shot="off", evidence_chars=50_000)
    with ExitStack() as opened, ChatServer(rule) as server:
        request, sources = prepared(case, folder, opened)
        chat = ChatModel("any", base_url=server.url, max_retries=0)
        judge = LLMJudge(chat, secret=b"of this test")
        report = asyncio.run(aaudit(request, judge=judge, sources=sources, options=options))
    return next(claim for claim in report.claims if claim.text == CLAIM), report, server.requests


def test_there_are_enough_of_them():
    assert len(CASES) >= 60
    assert all(ORDER.search(attack.text) for attack in ATTACKS)


def test_the_obedient_judge_obeys_what_stands_outside_a_fence():
    text = ATTACKS[0].text
    assert ORDER.search(outside(f"<<<begin note 0a>>>\n<<<end note 0a>>>\n{text}"))
    assert not ORDER.search(outside(f"<<<begin note 0a>>>\n{text}\n<<<end note 0a>>>"))


@pytest.mark.parametrize("case", CASES)
def test_a_judge_that_obeys_what_it_reads_outside_the_fences_is_never_talked_round(case, tmp_path):
    claim, report, requests = attacked(obedient, case, tmp_path)
    assert any(ORDER.search("\n".join(request.texts)) for request in requests)
    assert claim.verdict.label is Label.ABSENT
    assert all(each.verdict is None or each.verdict.label is not Label.SUPPORTED for each in report.claims)


@pytest.mark.parametrize("case", CASES)
def test_of_a_judge_that_supports_everything_nothing_is_believed_without_words_that_carry_it(case, tmp_path):
    claim, report, _ = attacked(gullible, case, tmp_path)
    evidence = {item.id: item for item in report.evidence}
    for each in report.claims:
        if each.verdict and each.verdict.label is Label.SUPPORTED:
            quoted = [evidence[quote.evidence_id] for quote in each.verdict.quotes]
            assert any(quote.text in evidence[quote.evidence_id].text for quote in each.verdict.quotes)
            assert (
                any(item.origin is Origin.CONTEXT for item in quoted) or independent_sources(each.verdict, evidence) > 1
            )
    assert (claim.verdict is not None and claim.verdict.label is Label.SUPPORTED) == case.plants
