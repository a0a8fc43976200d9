"""What the graphs carry from node to node; every value is one of the frozen nouns, every merge is by id."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import JsonValue
from typing_extensions import TypedDict

from probandum.agent.evidence.gather import new_evidence
from probandum.agent.judges.protocol import Decision
from probandum.agent.models import Claim, ClaimResult, EvidenceCall, Extraction, Reopened, Search, Verdict
from probandum.agent.report import Finding, JudgeInfo, Report
from probandum.agent.request import AuditRequest
from probandum.agent.usage import Usage
from probandum.agent.verdicts.outcome import Failure
from probandum.tools.evidence import Evidence


def merge_results(held: Mapping[str, ClaimResult], new: Mapping[str, ClaimResult]) -> dict[str, ClaimResult]:
    """Merge by id, so that a repeat changes nothing."""
    return {**held, **new}


def merge_evidence(held: Mapping[str, Evidence], new: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Add what is new by id and by content, so that the same passage found twice is one item."""
    return {**held, **new_evidence(new.values(), held)}


def join_trail(held: tuple[Search, ...], new: tuple[Search, ...]) -> tuple[Search, ...]:
    """Append what is not there yet, so that a repeat changes nothing."""
    return tuple(dict.fromkeys((*held, *new)))


def add_usage(held: Usage, new: Usage) -> Usage:
    """Sum what was spent."""
    return held + new


class AuditState(TypedDict, total=False):
    """The state of one audit."""

    request: AuditRequest
    """As validated at the door; its documents are named."""
    extraction: Extraction
    """The sentences and the claims of the response."""
    first_looks: Mapping[str, "ClaimState"]
    """Where the first pass left a claim that it could not settle, by claim id."""
    results: Annotated[dict[str, ClaimResult], merge_results]
    """Settled claims by id."""
    evidence: Annotated[dict[str, Evidence], merge_evidence]
    """What judges were shown, by id."""
    usage: Annotated[Usage, add_usage]
    """What was spent outside single claims."""
    judge: JudgeInfo
    """Who judged."""
    settings: Mapping[str, JsonValue]
    """How the audit was run."""
    source_findings: tuple[Finding, ...]
    """What the sources could not read."""
    limits_hit: tuple[str, ...]
    """Limits that were reached."""
    review_below: float | None
    """The confidence below which claims wait for a person; None where nobody is waited for, or no longer."""
    report: Report
    """The result."""


class AuditOutput(TypedDict):
    """What the graph returns."""

    report: Report
    """The result."""


class ClaimState(TypedDict, total=False):
    """The state of one claim while it is checked."""

    request: AuditRequest
    """Without its context where the run's own dependencies bring that."""
    claim: Claim
    """The claim in question."""
    round: int
    """Which pass of gather-and-classify this is, counted from 1."""
    steps: int
    """How often the judge has asked for evidence in this round."""
    calls: tuple[EvidenceCall, ...]
    """What is to be asked next."""
    evidence: Annotated[dict[str, Evidence], merge_evidence]
    """What was found so far, by id."""
    shown: int
    """How many items of evidence the judge has seen in its last look."""
    reconsidered: bool
    """Whether the judge has had its second look at the same evidence."""
    trail: Annotated[tuple[Search, ...], join_trail]
    """What was asked so far, and with what success."""
    decision: Decision | None
    """What the judge said last."""
    verdict: Verdict | None
    """The verdict of the last round that reached one."""
    first_verdict: Verdict | None
    """The verdict of the first round."""
    history: tuple[Reopened, ...]
    """Verdicts that did not stand."""
    failure: Failure | None
    """Why the last look brought no verdict."""
    usage: Annotated[Usage, add_usage]
    """What this claim has cost."""
    results: Annotated[dict[str, ClaimResult], merge_results]
    """The result, by claim id."""


class ClaimOutput(TypedDict):
    """What checking one claim adds to the audit."""

    results: Annotated[dict[str, ClaimResult], merge_results]
    """The result, by claim id."""
    evidence: Annotated[dict[str, Evidence], merge_evidence]
    """What the judge was shown, by id."""


class SearchTask(TypedDict):
    """One question to one source."""

    request: AuditRequest
    """As in the state of the claim."""
    claim: Claim
    """On whose behalf."""
    round: int
    """In which round."""
    call: EvidenceCall
    """Who is asked what."""
