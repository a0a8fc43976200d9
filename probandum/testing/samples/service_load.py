"""A made-up answer of twelve claims, one of them without support, and a scripted model that knows which."""

from typing import Any

from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatRequest
from probandum.testing.servers.replies import Reply

CLAIMS = tuple(f"Gate {place} was painted by crew {place + 40}." for place in range(12))
UNSUPPORTED = CLAIMS[0]
HOW: dict[str, Any] = {"granularity": "claim", "max_rounds": 1}
"""Choices with which each claim takes one call of the model."""


def request(audit_id: str) -> dict[str, Any]:
    """The answer and its context, as the service takes them."""
    return {"audit_id": audit_id, "response": " ".join(CLAIMS), "context": [" ".join(CLAIMS[1:])]}


def is_right(report: Report) -> bool:
    """Whether every claim got the label that it has to get."""
    found = {claim.text: claim.verdict.label for claim in report.claims if claim.verdict}
    return found == {claim: Label.ABSENT if claim == UNSUPPORTED else Label.SUPPORTED for claim in CLAIMS}


class LoadTestModel:
    """Answers rightly, where it is sure.

    Attributes:
        asked: how many classifications it was asked for.
        silent_from: after how many of them it answers nothing more; None never.
        sure: whether it can tell that the claim without support has none.
    """

    def __init__(self) -> None:
        self.asked, self.sure = 0, True
        self.silent_from: int | None = None

    def __call__(self, asked: ChatRequest) -> Reply:
        """The reply to a request."""
        if asked.extracts:
            return replies.claims(*[[claim] for claim in CLAIMS])
        self.asked += 1
        if self.silent_from is not None and self.asked > self.silent_from:
            return replies.hang()
        if asked.claim != UNSUPPORTED:
            return replies.verdict("supported", quotes=[("any", asked.claim)])
        return replies.verdict("absent") if self.sure else replies.verdict("unevaluatable", why="undecidable")
