"""The judge that needs no network, key or model: words measured against words, probabilities fitted on human labels."""

import os
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache, partial

from probandum.agent.claims import clauses
from probandum.agent.evidence.basis import basis
from probandum.agent.judges.embedded.rightness import measured_rightness
from probandum.agent.judges.embedded.verdict import has_antecedent, verdict_on
from probandum.agent.judges.embedded.weights import Weights, shipped_weights
from probandum.agent.judges.protocol import NO_EVIDENCE_SOURCE, Batch, Decision, Declined, Judgement
from probandum.agent.language.detection import is_english, is_foreign
from probandum.agent.models import Case, Extraction
from probandum.agent.report import JudgeInfo
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Reason
from probandum.agent.workers import in_worker
from probandum.tools.evidence import digest
from probandum.tools.segmentation.structure.tool_results import is_tool_result

_SECONDS_OF_ALL = 1_800.0
"""For all claims of one answer together; each takes milliseconds, and there may be thousands."""


@cache
def _shared_workers() -> Executor:
    """The threads of all judges of this process: those of each would take longer to start than a short answer."""
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="embedded-judge")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_shared_workers.cache_clear)  # a child has none of its parent's threads


class EmbeddedJudge:
    """Judges English claims by measured evidence; fast, and blind to what only reasoning or knowledge could see."""

    def __init__(self, *, weights: Weights | None = None, workers: Executor | None = None) -> None:
        self._weights = weights or shipped_weights()
        self._workers = workers or _shared_workers()

    @property
    def info(self) -> JudgeInfo:
        """The version of the fitted weights, the first digits of their file's SHA-256, and how right it was."""
        return JudgeInfo(kind="embedded", model=self._weights.name, measured=measured_rightness())

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:
        """Account for every sentence of the response; claims are stretches of it as they stand."""
        acts = any(is_tool_result(document.text) for document in request.context)
        take_apart = partial(
            clauses.extract_clauses, request.response, all_checkable=all_checkable, fine=True, acts=acts
        )
        return await in_worker(take_apart, what="taking the answer apart", workers=self._workers)

    async def classify(self, case: Case) -> Decision:
        """Decide on the evidence shown; declines other languages, and a case without evidence."""
        return await in_worker(partial(self._decide, case), what="comparing a claim", workers=self._workers)

    @property
    def looks_closer(self) -> bool:
        """It looks at every claim alike."""
        return False

    def batches(self, cases: Sequence[Case]) -> tuple[Sequence[Case], ...]:
        """All cases together: there is no answer that would need room."""
        return (cases,) if cases else ()

    async def classify_batch(self, cases: Sequence[Case]) -> Batch:
        """Decide each case."""
        compare = partial(self._decide_all, tuple(cases))
        return await in_worker(compare, what="comparing the claims", workers=self._workers, seconds=_SECONDS_OF_ALL)

    def cache_key(self, case: Case, *, in_batch: bool = False) -> str:  # noqa: ARG002 - it looks at each by itself
        """A hash of the weights, the claim, the evidence, and whether anything is said before the claim."""
        spoken, nothing_shown = has_antecedent(case), basis((), case) if not case.evidence else ""
        shown = (item.id for item in case.evidence)
        return digest(self._weights.name, case.claim.text, str(spoken), nothing_shown, *shown)

    def _decide_all(self, cases: Sequence[Case]) -> Batch:
        """Claims that say the same are looked at once."""
        known: dict[str, Judgement | Declined] = {}
        for case in cases:
            key = self.cache_key(case)
            known[key] = known.get(key) or self._decide(case)
        return Batch(decisions={case.claim.id: known[self.cache_key(case)] for case in cases})

    def _decide(self, case: Case) -> Judgement | Declined:
        if not case.evidence and not case.trail:
            return NO_EVIDENCE_SOURCE
        evidence = (item.text for item in case.evidence)
        if is_foreign(case.claim.text) or not is_english(case.request.response or case.claim.text, around=evidence):
            return Declined(
                reason=Reason.LANGUAGE,
                message=f"the embedded judge reads English only, and {case.claim.text[:60]!r} seems to be in another "
                "language; choose a language model as judge",
            )
        return Judgement(verdict=verdict_on(case, self._weights))
