"""What a model is shown of claims and evidence, and in which order; what its answer amounts to is decided elsewhere.

Rules, worked examples and what all claims of an audit share come first and are the same byte for byte in every call,
whether one claim is asked about, several, or one word is wanted; what is a claim's own comes last.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pydantic import BaseModel

from probandum.agent.judges.llm.batching import by_short_id
from probandum.agent.judges.llm.chat.protocol import Message, ResponseSchema, StructuredMode
from probandum.agent.judges.llm.few_shot.examples import Example, FewShotSelector, render_examples
from probandum.agent.judges.llm.prompting.dialogue import dialogue
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.prompting.json_schema import json_schema, label_consistent, narrow, tool_schema
from probandum.agent.judges.llm.replies.schema import BATCHES, VERDICTS, SearchOrVerdict, SearchOrVerdictDirect
from probandum.agent.judges.llm.session import Prompt
from probandum.agent.models import Case, Search, Verdict
from probandum.agent.options import Reasoning
from probandum.prompts import fill
from probandum.tools.evidence import Evidence

PROMPTS = (
    "answer_form",
    "classify_system",
    "classify_cot",
    "classify_direct",
    "classify_shared",
    "classify_examples",
    "classify_example",
    "classify_claim",
    "classify_batch",
    "classify_confidence",
    "classify_first",
    "classify_again",
    "classify_may_search",
    "classify_may_search_json",
    "classify_must_decide",
    "none",
)


@dataclass(frozen=True)
class PromptStyle:
    """How the questions of one call are put."""

    fence: Fence
    structured: StructuredMode = "tools"
    reasoning: Reasoning = "cot"
    bounds: bool = False
    """Whether the form of an answer says how long its texts and lists may get."""
    examples: tuple[Example, ...] = ()
    examples_first: bool = True
    """Whether all claims of the audit are shown the same ones, so that they belong to what is shared."""

    @property
    def enforced(self) -> bool:
        """Whether the server makes a grammar of the form, so that it may be as intricate as is useful."""
        return self.bounds and self.structured in ("tools", "json_schema")

    @property
    def native(self) -> bool:
        """Whether evidence is asked for by tool calls of the protocol."""
        return self.structured == "tools"


def claim_prompt(case: Case, style: PromptStyle) -> Prompt:
    """What to ask about one claim."""
    return fit_to_endpoint(
        Prompt(
            messages=_messages(_shared_by([case]), [case], style, own=_claim(case, style)),
            response=_one_or_search(case, style),
            tools=tuple(tool_schema(tool.name, tool.description) for tool in case.tools) if style.native else (),
            stage="recheck" if case.previous else "classify",
        ),
        style.structured,
    )


def batch_prompt(cases: Sequence[Case], style: PromptStyle) -> Prompt:
    """What to ask about several claims of one audit at once."""
    return fit_to_endpoint(
        Prompt(
            messages=_messages(_shared_by(cases), cases, style, own=_claims(cases, style.fence)),
            response=_many(list(by_short_id(cases)), style),
        ),
        style.structured,
    )


def confidence_prompt(case: Case, style: PromptStyle) -> Prompt:
    """The question that is answered with yes or no, for the probability of the answer's first token."""
    own = searched_ids([case])
    shown_alone = fill(
        "classify_confidence",
        evidence=_items((item for item in case.evidence if item.id in own), style.fence),
        claim=style.fence.wrap("claim", case.claim.text),
    )
    return Prompt(messages=_messages(_shared_by([case]), [case], style, own=shown_alone), stage="confidence")


def fit_to_endpoint(question: Prompt, structured: StructuredMode) -> Prompt:
    """The question for an endpoint that takes no schema: the form is described in words, and perhaps JSON demanded."""
    response = question.response
    if response is None or structured in ("tools", "json_schema"):
        return question
    said: Message = ("user", fill("answer_form", schema=json.dumps(response.schema)))
    enforced: Literal["json_object", "not"] = "json_object" if structured == "json_object" else "not"
    return replace(
        question, messages=(*question.messages, said), response=replace(response, enforced=enforced), tools=()
    )


def few_shot_examples(case: Case, few_shot: FewShotSelector | None) -> tuple[Example, ...]:
    """The worked examples to show with a case; none where none are wanted."""
    if few_shot is None:
        return ()
    if few_shot.per == "claim":
        return few_shot.for_claims([case.claim], case.evidence)
    return few_shot.for_audit(case.request, _shared_by([case]))


def searched_ids(cases: Iterable[Case]) -> frozenset[str]:
    """Ids of the evidence that was searched for, for these claims; the rest is shown to every claim."""
    return frozenset(identity for case in cases for search in case.trail for identity in search.evidence)


def _shared_by(cases: Sequence[Case]) -> tuple[Evidence, ...]:
    own = searched_ids(cases)
    return tuple({item.id: item for case in cases for item in case.evidence if item.id not in own}.values())


def _messages(
    evidence: Iterable[Evidence], cases: Sequence[Case], style: PromptStyle, *, own: str
) -> tuple[Message, ...]:
    worked: tuple[Message, ...] = ()
    if style.examples:
        worked = (("user", render_examples(style.examples, style.fence, form=VERDICTS[style.reasoning])),)
    shared: tuple[Message, ...] = (("user", _shared(evidence, cases[0], style.fence)),)
    return (
        ("system", fill("classify_system", work=fill(f"classify_{style.reasoning}"))),
        *((*worked, *shared) if style.examples_first else (*shared, *worked)),
        ("user", own),
    )


def _shared(evidence: Iterable[Evidence], case: Case, fence: Fence) -> str:
    asked = case.request.question
    return fill(
        "classify_shared",
        dialogue=dialogue(case.request.history, fence),
        question=fence.wrap("question", asked) if asked else fill("none"),
        evidence=_items(evidence, fence),
    )


def _claim(case: Case, style: PromptStyle) -> str:
    fence, own = style.fence, searched_ids([case])
    return fill(
        "classify_claim",
        evidence=_items((item for item in case.evidence if item.id in own), fence),
        searches=fence.wrap("searches", "\n".join(map(_search, case.trail))) if case.trail else fill("none"),
        earlier=_earlier(case.previous, fence),
        claim=fence.wrap("claim", case.claim.text),
        task=_task(case, fence, native=style.native),
    )


def _claims(cases: Sequence[Case], fence: Fence) -> str:
    own = searched_ids(cases)
    found = {item.id: item for case in cases for item in case.evidence if item.id in own}
    return fill(
        "classify_batch",
        evidence=_items(found.values(), fence),
        claims="\n\n".join(fence.wrap(f"claim {id_}", case.claim.text) for id_, case in by_short_id(cases).items()),
        count=str(len(cases)),
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


def _one_or_search(case: Case, style: PromptStyle) -> ResponseSchema:
    if style.native or not case.tools:
        return _verdict(style.reasoning, bounded=style.bounds, enforced=style.enforced)
    either = SearchOrVerdict if style.reasoning == "cot" else SearchOrVerdictDirect
    schema = _form(either, bounded=style.bounds, enforced=style.enforced)
    narrow(schema, "CallWritten", tool={"enum": [tool.name for tool in case.tools]})
    return ResponseSchema("search_or_verdict", schema)


@cache
def _verdict(reasoning: Reasoning, *, bounded: bool, enforced: bool) -> ResponseSchema:
    return ResponseSchema("verdict", _form(VERDICTS[reasoning], bounded=bounded, enforced=enforced))


def _many(ids: Sequence[str], style: PromptStyle) -> ResponseSchema:
    kind = BATCHES[style.reasoning]
    schema = _form(kind, bounded=style.bounds, enforced=style.enforced)
    narrow(schema, kind.entry, claim_id={"enum": list(ids)})
    if style.bounds:
        narrow(schema, kind.__name__, verdicts={"maxItems": len(ids)})
    return ResponseSchema("verdicts", schema)


def _form(kind: type[BaseModel], *, bounded: bool, enforced: bool) -> dict[str, object]:
    schema = json_schema(kind, bounded=bounded)
    return label_consistent(schema, kind) if enforced else schema
