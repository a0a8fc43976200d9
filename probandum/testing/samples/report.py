"""A report with everything in it, for tests of whatever shows reports: all labels, failures, findings, hostile text."""

from collections.abc import Sequence

from probandum.agent.consolidation.assembly import consolidate
from probandum.agent.models import Claim, ClaimResult, Part, Quote, Reopened, Search, Sentence, Span, Step, Verdict
from probandum.agent.report import JudgeInfo, Report
from probandum.agent.taxonomy import ErrorType, Label, NoClaim, Outcome, Reason, Why
from probandum.agent.usage import StageUsage, Usage
from probandum.tools.evidence import Evidence, Origin, digest

_SCRIPT = "<script>document.title='owned'</script> \"quoted\" 'single' &amp; {{ 7 * 7 }}"
HOSTILE = f"{_SCRIPT} \u202etxet desrever\u202c zero\u200bwidth"
SENTENCES: tuple[tuple[str, Label | Outcome], ...] = (
    ("The Harlow dam is 48 metres tall.", Label.CONTRADICTED),
    ("It was raised in 1931 by the Northern Water Board.", Label.SUPPORTED),
    ("The dam supplies water to about 90,000 people and has never been inspected.", Label.PARTIALLY_SUPPORTED),
    ("Its turbines were made in Norway.", Label.ABSENT),
    ("It is widely admired.", Label.UNEVALUATABLE),
    (f"The visitor centre says {HOSTILE}.", Label.SUPPORTED),
    ("The spillway has six gates.", Outcome.ERROR),
    ("The reservoir froze in 1963.", Outcome.NOT_CHECKED),
)
RESPONSE = "\n".join(text for text, _ in SENTENCES) + "\nDo you want to know more?"
PASSAGE = (
    "The Harlow dam is 52 metres tall. In 1931 the dam was raised by the Northern Water Board. It supplies water to "
    f"about 90,000 people and is inspected every year. {HOSTILE} " + "The valley is narrow and the road is steep. " * 12
)
EVIDENCE = Evidence.of(
    PASSAGE,
    origin=Origin.CONTEXT,
    source="dam <b>notes</b>.md",
    locator="section Height",
    document_sha256=digest(PASSAGE),
)
_TYPES = {
    Label.CONTRADICTED: (ErrorType.NUMBER,),
    Label.PARTIALLY_SUPPORTED: (ErrorType.OTHER,),
    Label.ABSENT: (),
}
_REOPENED, _REVIEWED = 2, 5
_QUOTES = {
    0: "The Harlow dam is 52 metres tall.",
    1: "In 1931 the dam was raised by the Northern Water Board.",
    2: "about 90,000 people and is inspected every year",
    5: HOSTILE,
}


def rich_report(*, times: int = 1) -> Report:
    """The report; with ``times`` its claims that many times over, under ids of their own."""
    response = "\n".join([RESPONSE] * times)
    sentences, claims = [], []
    for turn in range(times):
        start = turn * (len(RESPONSE) + 1)
        for place, (text, said) in enumerate(SENTENCES):
            span = Span(start=start, end=start + len(text))
            result = _result(place, text, said, sentence=f"s{turn}-{place}", span=span)
            claims.append(result)
            sentences.append(Sentence(id=f"s{turn}-{place}", text=text, span=span, claims=(result.id,)))
            start += len(text) + 1
        asked = Span(start=start, end=start + len("Do you want to know more?"))
        sentences.append(
            Sentence(id=f"s{turn}-q", text="Do you want to know more?", span=asked, reason=NoClaim.QUESTION)
        )
    return _report(response, sentences, claims)


def _report(response: str, sentences: Sequence[Sentence], claims: Sequence[ClaimResult]) -> Report:
    question = f"Is the valley narrow and steep? {HOSTILE}"
    evidence = {EVIDENCE.id: EVIDENCE}
    end = consolidate(
        claims, question=question, response=response, sentences=sentences, evidence=evidence, has_context=True
    )
    return Report(
        audit_id="rich",
        question=question,
        response=response,
        sentences=tuple(sentences),
        evidence=(EVIDENCE,),
        usage=Usage(by_stage={"classify": StageUsage(llm_calls=8, prompt_tokens=9_000, cached_tokens=7_000)}),
        judge=JudgeInfo(kind="scripted", model=HOSTILE, prompts={"second_look": digest("prompt")}),
        settings={"max_rounds": 2, "note": HOSTILE},
        limits_hit=("calls",),
        **end._asdict(),
    )


def _result(place: int, text: str, said: Label | Outcome, *, sentence: str, span: Span) -> ClaimResult:
    claim = Claim.of(text, sentence=sentence, span=span).model_dump()
    trail = (
        Search(
            round=1,
            source="search_context",
            origin=Origin.CONTEXT,
            query=text,
            outcome="found",
            evidence=(EVIDENCE.id,),
        ),
        Search(round=2, source="search_corpus", origin=Origin.CORPUS, query=HOSTILE, outcome="nothing_found"),
        Search(
            round=2, source="search_web", origin=Origin.WEB, query=text, outcome="failed", message=f"down {HOSTILE}"
        ),
    )
    if isinstance(said, Outcome):
        reason = Reason.JUDGE_OUTPUT if said is Outcome.ERROR else Reason.LIMIT_CALLS
        return ClaimResult(**claim, outcome=said, reason=reason, message=f"no verdict: {HOSTILE}", trail=trail)
    verdict = _verdict(place, text, said)
    reopened = (
        (
            Reopened(
                round=1, verdict=_verdict(4, text, Label.UNEVALUATABLE), reason="unevaluatable: there is more to ask"
            ),
        )
        if place == _REOPENED
        else ()
    )
    return ClaimResult(**claim, outcome=Outcome.JUDGED, verdict=verdict, rounds=2, history=reopened, trail=trail)


def _verdict(place: int, text: str, label: Label) -> Verdict:
    words = _QUOTES.get(place, "")
    start = PASSAGE.index(words)
    quotes = (Quote(evidence_id=EVIDENCE.id, text=words, start=start, end=start + len(words)),) if words else ()
    return Verdict(
        label=label,
        why=Why.VAGUE if label is Label.UNEVALUATABLE else None,
        error_types=_TYPES.get(label, ()),
        detail="omission" if label is Label.PARTIALLY_SUPPORTED else None,
        basis=Origin.CONTEXT,
        steps=tuple(Step(name=name, text=f"{name}: {HOSTILE}") for name in ("restate", "find", "compare", "decide")),
        parts=(Part(text=text, status="match"), Part(text="another part", status="missing")),
        quotes=quotes,
        confidence=0.84,
        confidence_source="stated",
        probabilities={each: 0.84 if each is label else 0.04 for each in Label},
        correction=text.replace("48", "52") if place == 0 else None,
        decided_by="person" if place == _REVIEWED else "judge",
        note=f"Checked by hand. {HOSTILE}" if place == _REVIEWED else None,
    )
