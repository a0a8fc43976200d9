"""What a model's answer amounts to: a verdict, several, or a search; what it was asked is decided elsewhere."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from probandum.agent.evidence.basis import basis
from probandum.agent.evidence.sentences import EvidenceSentence, quote_of
from probandum.agent.judges.llm.chat.protocol import ChatReply
from probandum.agent.judges.llm.confidence import p_fully_stated, with_measured_support
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.prompting.messages import Look
from probandum.agent.judges.llm.replies.consistency import NEED_ERROR_TYPE, check_second_look
from probandum.agent.judges.llm.replies.schema import (
    LOOKS,
    CallWritten,
    FirstLookWritten,
    LookWritten,
    SearchWritten,
    SecondLookWritten,
)
from probandum.agent.judges.llm.session import UnusableReply, parse_reply
from probandum.agent.judges.protocol import Decision, EvidenceRequest, Judgement
from probandum.agent.models import Case, EvidenceCall, Part, Step, Verdict
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.tools.source import SearchArguments

_MOST_CALLS = 4
_NOMINAL = {"yes": 0.9, "no": 0.1}
"""What a plain yes or no counts for where the endpoint tells no probabilities."""
_NUMBERED = re.compile(r"\s*\[?(\d{1,6})\]?\s*")


def parse_decision(answer: ChatReply, *, look: Look, fence: Fence) -> Decision:
    """What the answer on one claim amounts to; `UnusableReply` says what is wrong with one that cannot be used."""
    (case,) = look.cases
    written = json_object(answer.text)
    if case.tools and "calls" in written:
        return _wanted(parse_reply(SearchWritten, json.dumps(written)).calls, look, fence)
    given = parse_reply(
        LOOKS[look.reasoning], json.dumps(written) if written else answer.text, own_types=look.own_types
    )
    told = p_fully_stated(answer.tokens)
    return Judgement(verdict=_verdict(given, case, look, p=told[0] if len(told) == 1 else None))


def parse_batch(answer: ChatReply, *, look: Look) -> dict[str, Judgement]:
    """The verdicts of an answer about several claims, by claim id.

    A claim is missing where the answer has no entry for it or one that cannot be used: nothing is assumed, and the
    claim is asked about alone. `UnusableReply` where no entry can be used at all.
    """
    by_id = dict(zip(look.ids, look.cases, strict=True))
    entries = _entries(answer.text, look.ids)
    told = p_fully_stated(answer.tokens)
    measured: dict[str, float] = dict(zip(entries, told, strict=True)) if len(told) == len(entries) else {}
    found = {}
    for id_, entry in entries.items():
        try:
            given = LOOKS[look.reasoning].model_validate(entry, context={"own_types": look.own_types})
            found[by_id[id_].claim.id] = Judgement(verdict=_verdict(given, by_id[id_], look, p=measured.get(id_)))
        except (ValidationError, UnusableReply):
            continue
    if not found:
        raise UnusableReply(f"No entry can be used. Give one for each of: {', '.join(look.ids)}.")
    return found


def json_object(text: str) -> dict[str, object]:
    """The JSON object of an answer, out of its envelope if it has one; empty where there is none."""
    start, end = text.find("{"), text.rfind("}")
    try:
        outer = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return {}
    inner = outer.get("decision") if isinstance(outer, dict) else None
    found = inner if isinstance(inner, dict) else outer
    return found if isinstance(found, dict) else {}


def _entries(text: str, ids: Sequence[str]) -> dict[str, Mapping[str, object]]:
    """The entries by id, in the order in which they were written, also out of a list or an envelope of them."""
    outer: object = json_object(text)
    for _ in range(2):
        if isinstance(outer, dict) and len(outer) == 1 and not outer.keys() & set(ids):
            (outer,) = outer.values()
    if isinstance(outer, list):
        named = (each for each in outer if isinstance(each, dict))
        outer = {str(each.get("id") or each.get("claim_id") or each.get("claim")): each for each in named}
    held = outer if isinstance(outer, dict) else {}
    return {id_: entry for id_, entry in held.items() if id_ in ids and isinstance(entry, dict)}


def _wanted(calls: Iterable[CallWritten], look: Look, fence: Fence) -> EvidenceRequest:
    names = [tool.name for tool in look.cases[0].tools]
    wanted = []
    for call in [*calls][:_MOST_CALLS]:
        if call.tool not in names:
            raise UnusableReply(f"There is no tool of the name that was called. There are: {', '.join(names)}.")
        query = fence.unmarked(call.query)
        if (numbered := _NUMBERED.fullmatch(query)) and (shown := look.evidence.cited([int(numbered[1])])):
            query = shown[0].evidence_id
        wanted.append(EvidenceCall(tool=call.tool, arguments=SearchArguments(query=query, limit=call.limit)))
    return EvidenceRequest(calls=tuple(wanted))


def _verdict(given: LookWritten, case: Case, look: Look, *, p: float | None) -> Verdict:
    if isinstance(given, SecondLookWritten):
        check_second_look(given)
    cited = look.evidence.cited(given.cites)
    quotes = tuple(map(quote_of, cited))
    label, types = given.label, _types(given)
    second, probabilities = given if isinstance(given, SecondLookWritten) else None, _probabilities(given)
    verdict = Verdict(
        label=label,
        why=(second.why if second else None) or Why.UNDECIDABLE if label is Label.UNEVALUATABLE else None,
        error_types=types,
        detail=given.own_type or (second.detail if second else None) or None if ErrorType.OTHER in types else None,
        basis=basis(quotes, case),
        steps=_steps(given, cited),
        parts=tuple(Part(text=each.part, status=each.status) for each in second.comparison) if second else (),
        quotes=quotes,
        correction=_correction(second, case.claim.text) if second and quotes else None,
        confidence=probabilities[label],
        confidence_source="stated",
        probabilities=probabilities,
    )
    return verdict if p is None else with_measured_support(verdict, p)


def _types(given: LookWritten) -> tuple[ErrorType, ...]:
    if given.label in (Label.SUPPORTED, Label.UNEVALUATABLE):
        return ()
    types = tuple(given.error_types)
    return types or ((ErrorType.OTHER,) if given.label in NEED_ERROR_TYPE else ())


def _correction(written: SecondLookWritten, claim: str) -> str | None:
    """The wording that the model offers in place of a faulty claim; None where it offers none or the claim itself."""
    offered = (written.correction or "").strip()
    return offered if written.label in NEED_ERROR_TYPE and offered and offered != claim else None


def _steps(given: LookWritten, cited: Sequence[EvidenceSentence]) -> tuple[Step, ...]:
    read = [f"[{sentence.number}] {sentence.text}" for sentence in cited]
    if lost := len(given.cites) - len(cited):
        read.append(f"({lost} more that no sentence has the number of, left out)")
    if isinstance(given, FirstLookWritten):
        stated = "Every part of it is" if given.fully_stated == "yes" else "Not every part of it is"
        steps = {"find": "\n".join(read), "decide": f"{stated} stated in the evidence, says the model at first sight."}
    else:
        steps = {
            "restate": given.restatement,
            "find": "\n".join(read),
            "compare": "\n".join(f"{each.part}: {each.finding} ({each.status})" for each in given.comparison),
            "decide": given.decision,
            "explain": given.explanation,
        }
    return tuple(Step(name=name, text=text) for name, text in steps.items() if text.strip())


def _probabilities(given: LookWritten) -> dict[Label, float]:
    """By the model's own word: its number for the label, or its plain yes or no for whether it is supported."""
    if isinstance(given, SecondLookWritten):
        return _shared(given.label, given.confidence)
    p = _NOMINAL[given.fully_stated]
    if given.label is Label.SUPPORTED:
        return _shared(given.label, p)
    even = (1 - p) * (1 - _NOMINAL["yes"]) / (len(Label) - 2)
    return dict.fromkeys(Label, even) | {Label.SUPPORTED: p, given.label: (1 - p) * _NOMINAL["yes"]}


def _shared(label: Label, p: float) -> dict[Label, float]:
    rest = (1 - p) / (len(Label) - 1)
    return {each: p if each is label else rest for each in Label}
