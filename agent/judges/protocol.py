"""The one seam to whoever judges: what a judge is shown, what it may answer; the judges themselves are elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from pydantic import Field

from probandum.agent.models import AuditRequest, Claim, JudgeInfo, Search, Sentence, Verdict
from probandum.agent.taxonomy import Reason
from probandum.agent.usage import Usage
from probandum.tools.evidence import Evidence, Frozen
from probandum.tools.source import SearchArguments


class Extraction(Frozen):
    """Every sentence of a response accounted for, and the claims they give."""

    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    usage: Usage = Usage()


class Tool(Frozen):
    """A source as a judge sees it."""

    name: str
    description: str


class Case(Frozen):
    """Everything that a judge is shown of one claim."""

    request: AuditRequest
    """For the question and the response; its context reaches the judge as evidence."""
    claim: Claim
    evidence: tuple[Evidence, ...] = ()
    """The request's context first, in the order of the documents; what was searched for follows as it came."""
    tools: tuple[Tool, ...] = ()
    """What the judge may still ask for; empty when it has to decide."""
    trail: tuple[Search, ...] = ()
    """What was searched for so far."""
    previous: Verdict | None = None
    """The verdict that is looked at again, in a later round."""


class Judgement(Frozen):
    """The judge decided."""

    verdict: Verdict
    usage: Usage = Usage()


class EvidenceCall(Frozen):
    """One search that a judge asks for."""

    tool: str
    arguments: SearchArguments


class EvidenceWanted(Frozen):
    """The judge asks for more evidence before it decides."""

    calls: tuple[EvidenceCall, ...] = Field(min_length=1, max_length=4)
    usage: Usage = Usage()


class Declined(Frozen):
    """The judge does not cover this claim: a fact about the judge, not about the claim."""

    reason: Reason
    message: str


Decision = Judgement | EvidenceWanted | Declined


class Batch(Frozen):
    """What came of one look at several claims."""

    decisions: Mapping[str, Judgement | Declined] = Field(default_factory=dict)
    """By claim id; a claim that is missing is asked about alone."""
    usage: Usage = Usage()
    """Of the look as a whole."""


@runtime_checkable
class Judge(Protocol):
    """Turns a response into claims, and a claim with evidence into a verdict.

    Both methods raise `JudgeUnavailable`, `JudgeOutputError` or `JudgeRefused`, never a label in place of a failure.
    """

    @property
    def info(self) -> JudgeInfo:
        """Who judges; part of every report."""

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:
        """Account for every sentence of the response.

        Args:
            request: the audit; where it brings claims of its own this is not called.
            all_checkable: take every declarative sentence as checkable, opinions and first-person talk included.
        """

    async def classify(self, case: Case) -> Decision:
        """Decide, or ask for more evidence with one of ``case.tools``."""


@runtime_checkable
class BatchJudge(Judge, Protocol):
    """A judge that can give many first verdicts at once, more cheaply than one by one."""

    def batches(self, cases: Sequence[Case]) -> Sequence[Sequence[Case]]:
        """The cases of one audit, cut into such batches as the judge can decide in one look; it may leave some out."""

    async def classify_batch(self, cases: Sequence[Case]) -> Batch:
        """Decide each case of a batch on the evidence that the batch has; errors are those of ``classify``."""


@runtime_checkable
class Repeatable(Judge, Protocol):
    """A judge that can tell what it goes by, so that it need not be asked the same twice."""

    def goes_by(self, case: Case, *, among: bool = False) -> str:
        """A hash of the judge itself and of everything in a case that matters to it: equal ones are decided alike.

        A decision on one case then holds for the other word for word, its quotes and their ids included.

        Args:
            case: what is to be decided.
            among: whether it is to be decided in a batch.
        """


@runtime_checkable
class Screen(Protocol):
    """Something cheaper than the judge that settles what is beyond doubt, so that the judge need not be asked."""

    async def screen(self, cases: Sequence[Case]) -> Mapping[str, Judgement]:
        """Verdicts for the clear cases, by claim id, each ``decided_by`` the screen; all others go to the judge."""
