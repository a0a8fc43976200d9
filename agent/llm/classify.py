"""One look at one claim: what the model is shown, and what its answer amounts to; the asking itself is elsewhere."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import ValidationError

from probandum.agent.basis import basis
from probandum.agent.fence import Fence
from probandum.agent.judge import Case, Decision, EvidenceCall, EvidenceWanted, Judgement
from probandum.agent.llm.ask import Question, Unusable, described, parsed
from probandum.agent.llm.client import Answer, Message, ResponseSchema
from probandum.agent.llm.dialogue import dialogue
from probandum.agent.llm.examples import Example, FewShot, shown
from probandum.agent.llm.schema import SearchOrVerdict, SearchWritten, VerdictWritten, json_schema, tool_schema
from probandum.agent.models import Part, Quote, Search, Step, Verdict
from probandum.agent.quotes import locate
from probandum.agent.taxonomy import ErrorType, Label
from probandum.prompts import fill
from probandum.tools.evidence import Evidence
from probandum.tools.source import SearchArguments

Structured = Literal["tools", "json_schema"]

PROMPTS = (
    "classify_system",
    "classify_shared",
    "classify_examples",
    "classify_example",
    "classify_claim",
    "classify_first",
    "classify_again",
    "classify_may_search",
    "classify_may_search_json",
    "classify_must_decide",
    "none",
)
_MOST_CALLS = 4
_NEED_ERROR_TYPE = (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED)


def question(
    case: Case, *, fence: Fence, structured: Structured, examples: Sequence[Example] = (), examples_first: bool = True
) -> Question:
    """What to ask about a case: rules, then what all claims of the audit share, then what is the claim's own.

    Args:
        case: what is shown.
        fence: of the audit.
        structured: how evidence is asked for.
        examples: the worked examples to show.
        examples_first: whether all claims of the audit are shown the same ones, so that they belong to what is shared.
    """
    native = structured == "tools"
    worked: tuple[Message, ...] = (("user", shown(examples, fence)),) if examples else ()
    shared: tuple[Message, ...] = (("user", _shared(case, fence)),)
    return Question(
        messages=(
            ("system", fill("classify_system")),
            *((*worked, *shared) if examples_first else (*shared, *worked)),
            ("user", _own(case, fence, native=native)),
        ),
        response=_response(case, native=native),
        tools=tuple(tool_schema(tool.name, tool.description) for tool in case.tools) if native else (),
        stage="recheck" if case.previous else "classify",
    )


def decision(answer: Answer, *, case: Case, fence: Fence) -> Decision:
    """What the answer amounts to; `Unusable` says what is wrong with one that cannot be used."""
    if answer.calls:
        return _wanted([(call.name, call.arguments) for call in answer.calls], case, fence)
    written = _inner(answer.text)
    if case.tools and "calls" in written:
        search = parsed(SearchWritten, json.dumps(written))
        return _wanted([(call.tool, call.model_dump(exclude={"tool"})) for call in search.calls], case, fence)
    return Judgement(verdict=_verdict(parsed(VerdictWritten, json.dumps(written) if written else answer.text), case))


def worked_examples(case: Case, few_shot: FewShot | None) -> tuple[Example, ...]:
    """The worked examples to show with a case; none where none are wanted."""
    if few_shot is None:
        return ()
    if few_shot.per == "claim":
        return few_shot.for_claims([case.claim], case.evidence)
    own = searched(case)
    return few_shot.for_audit(case.request, (item for item in case.evidence if item.id not in own))


def searched(case: Case) -> frozenset[str]:
    """Ids of the evidence that was searched for, for this claim; the rest is shown to every claim."""
    return frozenset(identity for search in case.trail for identity in search.evidence)


def _shared(case: Case, fence: Fence) -> str:
    own = searched(case)
    items = _items((item for item in case.evidence if item.id not in own), fence)
    asked = case.request.question
    return fill(
        "classify_shared",
        dialogue=dialogue(case.request.history, fence),
        question=fence.wrap("question", asked) if asked else fill("none"),
        evidence=items,
    )


def _own(case: Case, fence: Fence, *, native: bool) -> str:
    own = searched(case)
    return fill(
        "classify_claim",
        evidence=_items((item for item in case.evidence if item.id in own), fence),
        searches=fence.wrap("searches", "\n".join(map(_search, case.trail))) if case.trail else fill("none"),
        earlier=_earlier(case.previous, fence),
        claim=fence.wrap("claim", case.claim.text),
        task=_task(case, fence, native=native),
    )


def _task(case: Case, fence: Fence, *, native: bool) -> str:
    if not case.tools:
        return fill("classify_must_decide")
    named = "\n".join(f"{tool.name}: {tool.description}" for tool in case.tools)
    return fill("classify_may_search" if native else "classify_may_search_json", tools=fence.wrap("tools", named))


def _items(evidence: Iterable[Evidence], fence: Fence) -> str:
    return "\n\n".join(fence.wrap(f"evidence {item.id}", _item(item)) for item in evidence) or fill("none")


def _item(item: Evidence) -> str:
    place = " · ".join(part for part in (item.source, item.title, item.locator) if part)
    return f"[{' '.join(place.split())}]\n{item.text}"


def _search(search: Search) -> str:
    result = {"found": f"found {len(search.evidence)}", "nothing_found": "found nothing", "failed": "failed"}
    return f"round {search.round}, {search.source}, {search.query!r}: {result[search.outcome]}"


def _earlier(previous: Verdict | None, fence: Fence) -> str:
    if previous is None:
        return fill("classify_first")
    steps = [f"{step.name}: {step.text}" for step in previous.steps]
    label = previous.label.value + (f" ({previous.why.value})" if previous.why else "")
    return fill("classify_again", reasoning=fence.wrap("earlier reasoning", "\n".join([*steps, f"label: {label}"])))


def _response(case: Case, *, native: bool) -> ResponseSchema:
    if native or not case.tools:
        return ResponseSchema("verdict", json_schema(VerdictWritten, bounded=not native))
    schema = json_schema(SearchOrVerdict, bounded=True)
    definitions = schema["$defs"]
    if isinstance(definitions, Mapping):
        definitions["CallWritten"]["properties"]["tool"] = {"type": "string", "enum": [t.name for t in case.tools]}
    return ResponseSchema("search_or_verdict", schema)


def _inner(text: str) -> dict[str, object]:
    """The JSON object of an answer, out of its envelope if it has one; empty where there is none."""
    start, end = text.find("{"), text.rfind("}")
    try:
        outer = json.loads(text[start : end + 1])
    except ValueError:
        return {}
    inner = outer.get("decision") if isinstance(outer, dict) else None
    found = inner if isinstance(inner, dict) else outer
    return found if isinstance(found, dict) else {}


def _wanted(calls: list[tuple[str, Mapping[str, object] | str]], case: Case, fence: Fence) -> EvidenceWanted:
    if not case.tools:
        raise Unusable("No tool can be called any more. Give your verdict on the evidence that is shown.")
    names = [tool.name for tool in case.tools]
    wanted = []
    for name, given in calls[:_MOST_CALLS]:
        if name not in names:
            raise Unusable(f"There is no tool of the name that was called. There are: {', '.join(names)}.")
        wanted.append(EvidenceCall(tool=name, arguments=_arguments(given, fence)))
    return EvidenceWanted(calls=tuple(wanted))


def _arguments(given: Mapping[str, object] | str, fence: Fence) -> SearchArguments:
    try:
        arguments = SearchArguments.model_validate({} if isinstance(given, str) else dict(given))
    except ValidationError as error:
        raise Unusable(f"The arguments of the call do not fit.\n{described(error)}") from None
    return arguments.model_copy(update={"query": fence.unmarked(arguments.query)})


def _verdict(written: VerdictWritten, case: Case) -> Verdict:
    _check(written)
    quotes = _quotes(written, case.evidence)
    takes_types = written.label not in (Label.SUPPORTED, Label.UNEVALUATABLE)
    return Verdict(
        label=written.label,
        why=written.why if written.label is Label.UNEVALUATABLE else None,
        error_types=tuple(written.error_types) if takes_types else (),
        detail=(written.detail or None) if ErrorType.OTHER in written.error_types and takes_types else None,
        basis=basis(quotes, case),
        steps=_steps(written, quotes),
        parts=tuple(Part(text=each.part, status=each.status) for each in written.comparison),
        quotes=quotes,
        correction=_correction(written, case.claim.text) if quotes else None,
        confidence=written.confidence,
        confidence_source="stated",
        probabilities=_probabilities(written.label, written.confidence),
    )


def _correction(written: VerdictWritten, claim: str) -> str | None:
    """The wording that the model offers in place of a faulty claim; None where it offers none or the claim itself."""
    offered = (written.correction or "").strip()
    return offered if written.label in _NEED_ERROR_TYPE and offered and offered != claim else None


def _check(written: VerdictWritten) -> None:
    """`Unusable` where the label does not go together with the steps or with what it requires."""
    label, statuses = written.label, {each.status for each in written.comparison}
    if label is Label.UNEVALUATABLE and written.why is None:
        raise Unusable("The label is unevaluatable, so `why` must not be null.")
    if label in _NEED_ERROR_TYPE and not written.error_types:
        raise Unusable(f"The label is {label.value}, so `error_types` must name at least one.")
    if label is Label.SUPPORTED and written.error_types:
        raise Unusable("The label is supported, but `error_types` names errors. Only one of them can be right.")
    if label is Label.SUPPORTED and statuses & {"conflict", "missing"}:
        raise Unusable("The label is supported, but `comparison` has a part that is not a match. Decide anew.")
    if label is Label.PARTIALLY_SUPPORTED and ("match" not in statuses or len(statuses) == 1):
        raise Unusable(
            "The label is partially_supported, so `comparison` must have a part that is a match and one that is not. "
            "If there are no two such parts, another label is right."
        )


def _quotes(written: VerdictWritten, evidence: Iterable[Evidence]) -> tuple[Quote, ...]:
    items = tuple(evidence)
    found = (locate(quote.text, evidence=items, evidence_id=quote.evidence_id) for quote in written.quotes)
    return tuple(dict.fromkeys(quote for quote in found if quote))


def _steps(written: VerdictWritten, quotes: tuple[Quote, ...]) -> tuple[Step, ...]:
    lost = max(0, len(written.quotes) - len(quotes))
    read = [f"{quote.evidence_id}: {quote.text}" for quote in quotes]
    if lost:
        read.append(f"({lost} more that the evidence does not have, left out)")
    compared = [f"{each.part}: {each.finding} ({each.status})" for each in written.comparison]
    steps = {
        "restate": written.restatement,
        "find": "\n".join(read),
        "compare": "\n".join(compared),
        "decide": written.decision,
        "explain": written.explanation,
    }
    return tuple(Step(name=name, text=text) for name, text in steps.items() if text.strip())


def _probabilities(label: Label, confidence: float) -> dict[Label, float]:
    rest = (1 - confidence) / (len(Label) - 1)
    return {each: confidence if each is label else rest for each in Label}
