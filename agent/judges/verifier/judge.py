"""The judge that asks a local cross-encoder about every passage; claims are taken out as the embedded judge does.

A claim is supported by its best passage, after SummaC's observation that consistency of a sentence is the best that any
sentence of the source gives it (Laban et al., TACL 2022), and contradicted by the passage that denies it most.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from probandum.agent.claims import clauses
from probandum.agent.evidence.basis import basis
from probandum.agent.judges.embedded.verdict import verdict_on
from probandum.agent.judges.embedded.weights import shipped_weights
from probandum.agent.judges.protocol import NO_EVIDENCE_SOURCE, Batch, Decision, Declined, Judgement
from probandum.agent.judges.verifier.heads import Head, Stance
from probandum.agent.models import Case, Extraction, Quote, Verdict
from probandum.agent.report import JudgeInfo
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import ErrorType, Label
from probandum.agent.workers import in_worker
from probandum.tools.evidence import Evidence, digest
from probandum.tools.retrieval.onnx_model import OnnxModel
from probandum.tools.segmentation.sentences import BlockKind, sentences

_AT_LEAST = 0.5


class Place(NamedTuple):
    """A stretch of one piece of evidence, ``[start, end)`` in characters of its text."""

    item: Evidence
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words."""
        return self.item.text[self.start : self.end]


class VerifierJudge:
    """A cross-encoder as a judge, in any language that the model reads; it gives no reasons beside its quotes."""

    def __init__(self, model: OnnxModel, head: Head, *, name: str) -> None:
        """Take the model.

        Args:
            model: shown a passage and a claim, in this order.
            head: what its numbers mean.
            name: what the report calls it; the first digits of its weights' SHA-256 are added.
        """
        self._model = model
        self._head = head
        self._name = f"{name}@{model.sha256[:12]}"
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="verifier")  # the model takes all cores

    @property
    def info(self) -> JudgeInfo:
        """The model's name and the first digits of its weights' SHA-256."""
        return JudgeInfo(kind="verifier", model=self._name)

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:
        """Account for every sentence of the response; claims are stretches of it as they stand."""
        take_apart = partial(clauses.extract_clauses, request.response, all_checkable=all_checkable)
        return await in_worker(take_apart, what="taking the answer apart")

    async def classify(self, case: Case) -> Decision:
        """Decide on the evidence shown; declines a case without evidence."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._decide, case)

    @property
    def looks_closer(self) -> bool:
        """It looks at every claim alike."""
        return False

    def batches(self, cases: Sequence[Case]) -> tuple[Sequence[Case], ...]:
        """All cases together: there is no answer that would need room."""
        return (cases,) if cases else ()

    async def classify_batch(self, cases: Sequence[Case]) -> Batch:
        """Decide each case."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._decide_all, tuple(cases))

    def cache_key(self, case: Case, *, in_batch: bool = False) -> str:  # noqa: ARG002 - it looks at each by itself
        """A hash of the weights, what the classes mean, the claim and the evidence."""
        classes = ",".join(self._head.classes)
        return digest(self._name, classes, case.claim.text, *(item.id for item in case.evidence))

    def _decide_all(self, cases: Sequence[Case]) -> Batch:
        return Batch(decisions={case.claim.id: self._decide(case) for case in cases})

    def _decide(self, case: Case) -> Judgement | Declined:
        if not case.evidence and not case.trail:
            return NO_EVIDENCE_SOURCE
        windows = [window for item in case.evidence for window in self._windows(item, case.claim.text)]
        stances = self._stances(windows, case.claim.text)
        supports = max(stances, key=lambda place: stances[place].supported, default=None)
        denies = max(stances, key=lambda place: stances[place].contradicted, default=None)
        probabilities = _probabilities(
            supported=stances[supports].supported if supports else 0.0,
            contradicted=stances[denies].contradicted if denies else 0.0,
        )
        label = max(probabilities, key=lambda each: probabilities[each])
        nearest = {Label.SUPPORTED: supports, Label.CONTRADICTED: denies}.get(label)
        quotes = (self._quote(nearest, case.claim.text, label),) if nearest else ()
        return Judgement(verdict=_verdict(case, label, quotes, probabilities))

    def _windows(self, item: Evidence, claim: str) -> Iterator[Place]:
        """The passage whole, or where the model cannot take it so, in runs of sentences that it can."""
        whole = Place(item, 0, len(item.text))
        if self._fits(whole, claim):
            yield whole
            return
        run: Place | None = None
        for sentence in _sentences(item):
            longer = Place(item, run.start, sentence.end) if run else sentence
            if run and not self._fits(longer, claim):
                yield run
                longer = sentence
            run = longer
        if run:
            yield run

    def _fits(self, place: Place, claim: str) -> bool:
        return self._model.tokens((place.text, claim)) <= self._model.longest

    def _stances(self, places: Sequence[Place], claim: str) -> Mapping[Place, Stance]:
        outputs = self._model.run([(place.text, claim) for place in places])
        told = (self._head.stance([float(logit) for logit in logits.reshape(-1)]) for logits, _ in outputs)
        return dict(zip(places, told, strict=True))

    def _quote(self, nearest: Place, claim: str, label: Label) -> Quote:
        """The sentence of the best stretch that says it most by itself; the whole stretch where none does."""
        inside = [each for each in _sentences(nearest.item) if nearest.start <= each.start and each.end <= nearest.end]
        stances = self._stances(inside, claim)

        def says(place: Place) -> float:
            return stances[place].supported if label is Label.SUPPORTED else stances[place].contradicted

        alone = max(inside, key=says, default=nearest)
        chosen = alone if inside and says(alone) >= _AT_LEAST else nearest
        return Quote(evidence_id=chosen.item.id, text=chosen.text, start=chosen.start, end=chosen.end)


def _sentences(item: Evidence) -> list[Place]:
    found = (each for each in sentences(item.text) if each.kind is not BlockKind.HEADING)
    return [Place(item, each.start, each.end) for each in found if item.text[each.start : each.end].strip()]


def _probabilities(*, supported: float, contradicted: float) -> dict[Label, float]:
    """Over all labels: what is not support is denial as far as some passage denies, else silence."""
    denied = (1 - supported) * contradicted
    return {
        **dict.fromkeys(Label, 0.0),
        Label.SUPPORTED: supported,
        Label.CONTRADICTED: denied,
        Label.ABSENT: 1 - supported - denied,
    }


def _verdict(case: Case, label: Label, quotes: tuple[Quote, ...], probabilities: Mapping[Label, float]) -> Verdict:
    types, detail = _types(case, quotes) if label is Label.CONTRADICTED else ((), None)
    return Verdict(
        label=label,
        error_types=types,
        detail=detail,
        basis=basis(quotes, case),
        quotes=quotes,
        confidence=probabilities[label],
        confidence_source="stated",
        probabilities=probabilities,
    )


def _types(case: Case, quotes: Sequence[Quote]) -> tuple[tuple[ErrorType, ...], str | None]:
    """In which way it is wrong, as far as words tell: the model does not say."""
    quoted = {quote.evidence_id for quote in quotes}
    shown = tuple(item for item in case.evidence if item.id in quoted)
    found = verdict_on(case.model_copy(update={"evidence": shown}), shipped_weights())
    if found.label is Label.CONTRADICTED:
        return found.error_types, found.detail
    return (ErrorType.OTHER,), "relation"
