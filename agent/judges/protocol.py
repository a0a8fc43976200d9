"""The one seam to whoever judges: what a judge is shown, what it may answer; the judges themselves are elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from pydantic import Field

from probandum.agent.models import Case, EvidenceCall, Extraction, Verdict
from probandum.agent.report import JudgeInfo
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Reason
from probandum.agent.usage import Usage
from probandum.tools.evidence import Frozen


class Judgement(Frozen):
    """The judge decided."""

    verdict: Verdict
    usage: Usage = Usage()


class EvidenceRequest(Frozen):
    """The judge asks for more evidence before it decides."""

    calls: tuple[EvidenceCall, ...] = Field(min_length=1, max_length=4)
    usage: Usage = Usage()


class Declined(Frozen):
    """The judge does not cover this claim: a fact about the judge, not about the claim."""

    reason: Reason
    message: str


NO_EVIDENCE_SOURCE = Declined(
    reason=Reason.NO_EVIDENCE_SOURCE,
    message="no source of evidence is configured: give documents with --context, a folder with --corpus, the web with "
    "--web, or from Python context=..., corpus=... or web=True",
)
"""What every judge says where there is nothing to test a claim against."""


Decision = Judgement | EvidenceRequest | Declined


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

    @property
    def looks_closer(self) -> bool:
        """Whether a claim that is looked at alone gets more thought than in a batch."""

    def batches(self, cases: Sequence[Case]) -> Sequence[Sequence[Case]]:
        """The cases of one audit, cut into such batches as the judge can decide in one look; it may leave some out."""

    async def classify_batch(self, cases: Sequence[Case]) -> Batch:
        """Decide each case of a batch on the evidence that the batch has; errors are those of ``classify``."""


@runtime_checkable
class CacheableJudge(Judge, Protocol):
    """A judge that can tell what it goes by, so that it need not be asked the same twice."""

    def cache_key(self, case: Case, *, in_batch: bool = False) -> str:
        """A hash of the judge itself and of everything in a case that matters to it: equal ones are decided alike.

        A decision on one case then holds for the other word for word, its quotes and their ids included.

        Args:
            case: what is to be decided.
            in_batch: whether it is to be decided in a batch.
        """


@runtime_checkable
class Screen(Protocol):
    """Something cheaper than the judge that decides what it can, so that the judge is asked about the rest alone."""

    async def screen(self, cases: Sequence[Case]) -> Mapping[str, Judgement]:
        """Verdicts where it can tell, by claim id, each ``decided_by`` the screen; all others go to the judge."""
