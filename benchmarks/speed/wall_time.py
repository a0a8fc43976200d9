"""Whole audits against an endpoint that takes a second per call: seconds beside the longest chain of calls.

What counts is the share that the waiting for each other adds. No answer can come sooner than the longest chain of calls
of which each needs the one before, nor sooner than so many calls fit through an endpoint that works on a few at once.
Half a minute.
"""

import asyncio
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.common.command import parser
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.method import Method
from probandum.agent.options import Options
from probandum.api import aaudit
from probandum.testing.servers import capabilities, replies
from probandum.testing.servers.chat import ChatRequest, ChatServer
from probandum.testing.servers.replies import Reply

CLAIMS = tuple(f"Gate {place} was painted by crew {place + 40}." for place in range(20))
WRONG = frozenset(CLAIMS[3::5])
_SECONDS, _AT_ONCE = 1.0, 16
WAYS = {
    "claim, stated confidence, one round": Options(granularity="claim", confidence="stated", max_rounds=1),
    "batch, stated confidence, one round": Options(granularity="batch", confidence="stated", max_rounds=1),
    "adaptive, stated confidence, one round": Options(confidence="stated", max_rounds=1),
    "adaptive, confidence from a token, two rounds (default)": Options(),
    "claim, three votes, four rounds": Options(granularity="claim", confidence="votes", votes=3, max_rounds=4),
}


class Timed(NamedTuple):
    """One audit of twenty claims, four of which are not in the context."""

    seconds: float
    calls: int
    critical: float
    """Seconds before which it cannot be done."""


def timed(options: Options, *, seconds: float = _SECONDS) -> Timed:
    """Audit once in this way, with calls that take so long."""
    able = capabilities.ScriptedCapabilities(logprobs=True, seconds=seconds, at_once=_AT_ONCE)
    with ChatServer(_answer, endpoint=able) as server:
        chat = ChatModel("any", base_url=server.url)
        judge = LLMJudge(
            chat,
            secret=b"of this benchmark",
            method=Method(confidence=options.confidence, votes=options.votes),
        )
        context = " ".join(claim for claim in CLAIMS if claim not in WRONG)
        begin = time.perf_counter()
        asyncio.run(aaudit(" ".join(CLAIMS), context=[context], judge=judge, options=options))
        took = time.perf_counter() - begin
    return Timed(took, len(server.requests), seconds * _steps(server.requests))


def _steps(requests: Sequence[ChatRequest]) -> int:
    """How many calls have to follow each other, extraction first.

    A claim's calls do, but for votes: the first may be a wish for evidence, the others then go out together.
    """
    after = [request for request in requests if not _extracts(request)]
    asked = Counter("".join(request.texts) for request in after)
    words = {"".join(request.texts): request for request in after}
    chains = Counter[str]()
    for text, times in asked.items():
        for claim in _on(words[text]):
            chains[claim] += min(times, 2)
    return 1 + max(*chains.values(), math.ceil(len(after) / _AT_ONCE))


def _on(request: ChatRequest) -> Iterable[str]:
    return request.claims.values() or filter(None, [request.claim])


def _extracts(request: ChatRequest) -> bool:
    return request.extracts


def _answer(request: ChatRequest) -> Reply:
    if _extracts(request):
        return replies.claims(*[[claim] for claim in CLAIMS])
    evidence = "any"
    if request.claims:
        return replies.verdicts({identity: _verdict(claim, evidence) for identity, claim in request.claims.items()})
    return _verdict(next(iter(_on(request))), evidence)


def _verdict(claim: str, evidence: str) -> Reply:
    if claim in WRONG:
        return replies.verdict("absent")
    return replies.verdict("supported", quotes=[(evidence, claim)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each way."""
    parser("wall-time", __doc__).parse_args(arguments)
    timed(WAYS["claim, stated confidence, one round"], seconds=0.0)  # what is imported late is imported now
    for way, options in WAYS.items():
        took = timed(options)
        sys.stdout.write(
            f"{way}: {took.calls} calls, {took.seconds:.2f} s, critical path {took.critical:.0f} s, "
            f"ratio {took.seconds / took.critical:.2f}\n"
        )
