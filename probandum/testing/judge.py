"""A judge that answers from a script, for tests of everything that is above a judge; nothing is asked of a model."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from probandum.agent.evidence.quotes import locate
from probandum.agent.judges.protocol import Decision, Declined, EvidenceRequest, Judgement
from probandum.agent.models import Case, Claim, EvidenceCall, Extraction, Quote, Sentence, Span, Verdict
from probandum.agent.report import JudgeInfo
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.agent.usage import StageUsage, Usage
from probandum.tools.evidence import Evidence, Origin, digest
from probandum.tools.segmentation.sentences import SentenceSpan, sentences
from probandum.tools.source import SearchArguments

Answer = Decision | Exception
Rule = Callable[[Case], Answer]

_CALL = StageUsage(llm_calls=1)


class ScriptedJudge:
    """Answers each claim from a script, in order, and keeps what it was shown.

    Attributes:
        cases: every case that it was asked to classify, in order.
        requests: every request that it was asked to extract from.
    """

    def __init__(
        self,
        script: Mapping[str, Sequence[Answer]] | Rule,
        *,
        extraction: Extraction | Exception | None = None,
        model: str = "scripted",
    ) -> None:
        """Take the script.

        Args:
            script: claim text to its answers in order, or a rule; an exception among the answers is raised.
            extraction: what `extract` answers or raises; by default every sentence is one claim, in its own words.
            model: the name that reports show.
        """
        self.cases: list[Case] = []
        self.requests: list[AuditRequest] = []
        self._rule = script if callable(script) else None
        self._answers = {} if callable(script) else {text: iter(answers) for text, answers in script.items()}
        self._extraction = extraction
        self._model = model

    @property
    def info(self) -> JudgeInfo:
        """Who judges."""
        return JudgeInfo(kind="scripted", model=self._model)

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:  # noqa: ARG002
        """The scripted extraction, or one claim per sentence."""
        self.requests.append(request)
        if isinstance(self._extraction, Exception):
            raise self._extraction
        return self._extraction or one_claim_per_sentence(request.response)

    async def classify(self, case: Case) -> Decision:
        """The next answer for this claim; LookupError where the script has none."""
        self.cases.append(case)
        answer = self._rule(case) if self._rule else self._next(case.claim.text)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Declined) else answer.model_copy(update={"usage": _usage(case)})

    def cache_key(self, case: Case, *, in_batch: bool = False) -> str:  # noqa: ARG002 - it knows no batches
        """A hash of the model's name, the claim, the evidence and the verdict that is looked at again."""
        previous = case.previous.model_dump_json() if case.previous else ""
        return digest(self._model, case.claim.text, previous, *(item.id for item in case.evidence))

    def looks(self, text: str) -> tuple[Case, ...]:
        """The cases in which the claim ``text`` was looked at, in order."""
        return tuple(case for case in self.cases if case.claim.text == text)

    def _next(self, text: str) -> Answer:
        try:
            return next(self._answers[text])
        except KeyError:
            raise LookupError(f"the script has no claim {text!r}; it has {sorted(self._answers)!r}") from None
        except StopIteration:
            raise LookupError(f"the script has no further answer for {text!r}; add one") from None


def one_claim_per_sentence(response: str) -> Extraction:
    """Every sentence of ``response`` as one claim in its own words, one model call."""
    found = tuple(_sentence(response, stretch) for stretch in sentences(response))
    return Extraction(
        sentences=tuple(sentence for sentence, _ in found),
        claims=tuple(claim for _, claim in found),
        usage=Usage(by_stage={"extract": _CALL}),
    )


def judgement(
    label: Label,
    *,
    quotes: Iterable[str] = (),
    evidence: Iterable[Evidence] = (),
    error_types: Iterable[ErrorType] = (),
    why: Why | None = None,
    confidence: float = 0.9,
    basis: Origin | None = None,
) -> Judgement:
    """A decision for the script.

    Args:
        label: what it says; labels that need an error type or a ``why`` get ``other`` or ``vague`` when none is given.
        quotes: words that are looked up in ``evidence``; words that are not there are dropped, as in a real judge.
        evidence: where to look.
        error_types: as in `Verdict`.
        why: as in `Verdict`.
        confidence: as in `Verdict`; the rest is shared evenly among the other labels.
        basis: as in `Verdict`; by default the origin of the first quote, else the context.
    """
    items = {item.id: item for item in evidence}
    found = tuple(quote for words in quotes if (quote := locate(words, evidence=items.values())))
    return Judgement(
        verdict=Verdict(
            label=label,
            why=why or (Why.VAGUE if label is Label.UNEVALUATABLE else None),
            error_types=tuple(error_types) or _needed(label),
            basis=basis or _origin(found, items),
            quotes=found,
            confidence=confidence,
            confidence_source="stated",
            probabilities={each: confidence if each is label else (1 - confidence) / 4 for each in Label},
        )
    )


def wanted(tool: str, query: str, *, limit: int = 8) -> EvidenceRequest:
    """A request for more evidence, for the script."""
    return EvidenceRequest(calls=(EvidenceCall(tool=tool, arguments=SearchArguments(query=query, limit=limit)),))


def _usage(case: Case) -> Usage:
    return Usage(by_stage={"recheck" if case.previous else "classify": _CALL})


def _needed(label: Label) -> tuple[ErrorType, ...]:
    return (ErrorType.OTHER,) if label in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED) else ()


def _origin(quotes: Sequence[Quote], items: Mapping[str, Evidence]) -> Origin:
    return items[quotes[0].evidence_id].origin if quotes else Origin.CONTEXT


def _sentence(response: str, stretch: SentenceSpan) -> tuple[Sentence, Claim]:
    text, span = response[stretch.start : stretch.end], Span(start=stretch.start, end=stretch.end)
    identity = "s-" + digest(f"{span.start}:{span.end}", text)[:12]
    claim = Claim.of(text, sentence=identity, span=span)
    return Sentence(id=identity, text=text, span=span, claims=(claim.id,)), claim
