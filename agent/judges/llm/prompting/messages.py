"""What a model is shown of claims and evidence, and in which order; what its answer amounts to is decided elsewhere.

Rules, worked examples and what all claims of an audit share come first and are the same byte for byte in every call of
a kind; what is a claim's own comes last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from probandum.agent.claims.references import has_unresolved_reference
from probandum.agent.error_types import OwnErrorType, names, told
from probandum.agent.judges.llm.batching import by_short_id
from probandum.agent.judges.llm.chat.protocol import Message, ResponseSchema
from probandum.agent.judges.llm.few_shot.examples import Example, FewShotSelector, render_examples
from probandum.agent.judges.llm.method import WrittenReasoning
from probandum.agent.judges.llm.prompting.dialogue import dialogue
from probandum.agent.judges.llm.prompting.evidence import NumberedEvidence, searched_ids
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.prompting.json_schema import json_schema, keyed, narrow
from probandum.agent.judges.llm.prompting.notes import notes_on
from probandum.agent.judges.llm.replies.schema import LOOKS, SearchOrVerdict
from probandum.agent.judges.llm.session import Prompt
from probandum.agent.models import Case, Search, Verdict
from probandum.prompts import fill

PROMPTS = (
    "answer_form",
    "first_look",
    "second_look",
    "claims_one",
    "claims_many",
    "worked_examples",
    "worked_example",
    "earlier",
    "may_search",
)


@dataclass(frozen=True)
class PromptStyle:
    """How the questions of one call are put."""

    fence: Fence
    reasoning: WrittenReasoning = "cot"
    examples: tuple[Example, ...] = ()
    examples_first: bool = True
    """Whether all claims of the audit are shown the same ones, so that they belong to what is shared."""
    logprobs: bool = True
    """Whether the probability of the word that says whether a claim is stated is wanted."""
    repeated: int = 0
    """How many of the sentences nearest to a claim are said again beside it."""
    own_types: tuple[OwnErrorType, ...] = ()
    """Error types of the user's own."""

    @property
    def own_names(self) -> tuple[str, ...]:
        """What these are called."""
        return names(self.own_types)


@dataclass(frozen=True)
class Look:
    """What a model is asked about some claims, and what the numbers that it cites stand for."""

    cases: tuple[Case, ...]
    evidence: NumberedEvidence
    prompt: Prompt
    reasoning: WrittenReasoning
    ids: tuple[str, ...] = field(default=())
    """Under which id each claim goes; empty where one is asked about alone."""
    own_types: tuple[str, ...] = ()
    """Names of the user's own error types."""


def claim_prompt(case: Case, style: PromptStyle) -> Look:
    """What to ask about one claim: a verdict, or where the case has tools a search."""
    evidence = NumberedEvidence.of([case])
    parts = [*_found(evidence, style.fence), *_searches(case, style.fence), *_earlier(case.previous, style.fence)]
    shown = "\n".join(_claim_lines(case, evidence, style))
    own = fill("claims_one", claim=style.fence.wrap("claim", shown))
    told = [_may_search(case, style.fence)] if _searching(case, style) else []
    return Look(
        cases=(case,),
        evidence=evidence,
        prompt=Prompt(
            messages=_messages(evidence, [case], style, own="\n\n".join([*parts, own.strip(), *told])),
            response=_searching_form(case, style.own_names)
            if _searching(case, style)
            else _form(style.reasoning, style.own_names),
            stage="recheck" if case.previous else "classify",
            logprobs=style.logprobs,
        ),
        reasoning=style.reasoning,
        own_types=style.own_names,
    )


def batch_prompt(cases: Sequence[Case], style: PromptStyle) -> Look:
    """What to ask about several claims of one audit at once; about a lone one as of a claim alone, without tools."""
    if len(cases) == 1:
        return claim_prompt(cases[0].model_copy(update={"tools": ()}), style)
    evidence, named = NumberedEvidence.of(cases), by_short_id(cases)
    lines = [line for id_, case in named.items() for line in _claim_lines(case, evidence, style, id_=id_)]
    own = fill("claims_many", claims=style.fence.wrap("claims", "\n".join(lines)))
    return Look(
        cases=tuple(cases),
        evidence=evidence,
        prompt=Prompt(
            messages=_messages(evidence, cases, style, own="\n\n".join([*_found(evidence, style.fence), own.strip()])),
            response=_forms(style.reasoning, tuple(named), style.own_names),
            logprobs=style.logprobs,
        ),
        reasoning=style.reasoning,
        ids=tuple(named),
        own_types=style.own_names,
    )


def few_shot_examples(case: Case, few_shot: FewShotSelector | None) -> tuple[Example, ...]:
    """The worked examples to show with a case; none where none are wanted."""
    if few_shot is None:
        return ()
    if few_shot.per == "claim":
        return few_shot.for_claims([case.claim], case.evidence)
    own = searched_ids([case])
    return few_shot.for_audit(case.request, (item for item in case.evidence if item.id not in own))


def _messages(
    evidence: NumberedEvidence, cases: Sequence[Case], style: PromptStyle, *, own: str
) -> tuple[Message, ...]:
    worked: tuple[Message, ...] = ()
    if style.examples:
        worked = (("user", render_examples(style.examples, style.fence)),)
    rules = fill("second_look" if style.reasoning == "cot" else "first_look")
    shared: tuple[Message, ...] = (("user", text),) if (text := _shared(evidence, cases[0], style.fence)) else ()
    return (
        ("system", "\n\n".join(filter(None, (rules, told(style.own_types))))),
        *((*worked, *shared) if style.examples_first else (*shared, *worked)),
        ("user", own),
    )


def _shared(evidence: NumberedEvidence, case: Case, fence: Fence) -> str:
    """What goes before every claim of the audit; parts that there is nothing of are left out."""
    request = case.request
    parts = []
    if request.history:
        parts.append(dialogue(request.history, fence))
    if request.question:
        parts.append(fence.wrap("question", request.question))
    if evidence.shared_text:
        parts.append(fence.wrap("evidence", evidence.shared_text))
    return "\n".join(parts)


def _found(evidence: NumberedEvidence, fence: Fence) -> Iterator[str]:
    if evidence.own_text:
        yield fence.wrap("further evidence", evidence.own_text)
    elif not evidence.shared:
        yield fence.wrap("evidence", "(none)")


def _claim_lines(case: Case, evidence: NumberedEvidence, style: PromptStyle, *, id_: str = "") -> Iterator[str]:
    """A claim on one line, under its id; what code has worked out for it below."""
    yield (f"{id_}: " if id_ else "") + " ".join(case.claim.text.split())
    if sentence := _sentence(case):
        yield f"   (in the sentence: {sentence})"
    yield from (f"   {note}" for note in notes_on(case.claim.text, evidence.sentences, repeated=style.repeated))


def _sentence(case: Case) -> str:
    """The sentence that a claim was taken from, where it cannot be understood without; empty otherwise."""
    span = case.claim.span
    if span is None or not has_unresolved_reference(case.claim.text):
        return ""
    response = case.request.response
    start = max(response.rfind(mark, 0, span.start) for mark in (". ", "\n")) + 1
    before = max(response.rfind(mark, 0, max(0, start - 2)) for mark in (". ", "\n")) + 1
    return " ".join(response[before : span.end].split())[-400:]


def _searches(case: Case, fence: Fence) -> Iterator[str]:
    if case.trail:
        yield fence.wrap("searches", "\n".join(map(_search, case.trail)))


def _search(search: Search) -> str:
    result = {"found": f"found {len(search.evidence)}", "nothing_found": "found nothing", "failed": "failed"}
    return f"round {search.round}, {search.source}, {search.query!r}: {result[search.outcome]}"


def _earlier(previous: Verdict | None, fence: Fence) -> Iterator[str]:
    if previous is not None:
        steps = [f"{step.name}: {step.text}" for step in previous.steps]
        label = previous.label.value + (f" ({previous.why.value})" if previous.why else "")
        shown = fence.wrap("earlier reasoning", "\n".join([*steps, f"label: {label}"]))
        yield fill("earlier", reasoning=shown).strip()


def _searching(case: Case, style: PromptStyle) -> bool:
    return bool(case.tools) and style.reasoning == "cot"


def _may_search(case: Case, fence: Fence) -> str:
    named = "\n".join(f"{tool.name}: {tool.description}" for tool in case.tools)
    return fill("may_search", tools=fence.wrap("tools", named)).strip()


def _searching_form(case: Case, own: tuple[str, ...]) -> ResponseSchema:
    schema = _with_types(json_schema(SearchOrVerdict), own)
    narrow(schema, "CallWritten", tool={"enum": [tool.name for tool in case.tools]})
    return ResponseSchema("search_or_verdict", schema)


@cache
def _form(reasoning: WrittenReasoning, own: tuple[str, ...]) -> ResponseSchema:
    return ResponseSchema("verdict", _with_types(json_schema(LOOKS[reasoning]), own))


@cache
def _forms(reasoning: WrittenReasoning, ids: tuple[str, ...], own: tuple[str, ...]) -> ResponseSchema:
    return ResponseSchema("verdicts", keyed(_with_types(json_schema(LOOKS[reasoning]), own), ids))


def _with_types(schema: dict[str, object], own: tuple[str, ...]) -> dict[str, object]:
    """The form of a verdict, in which the user's own error types may be named, too."""
    defined = schema.get("$defs")
    if own and isinstance(defined, dict):
        known = defined["ErrorType"]
        schema["$defs"] = {**defined, "ErrorType": {**known, "enum": [*own, *known["enum"]]}}
    return schema
