"""What a model's answer amounts to: a verdict, several, or a search; what it was asked is decided elsewhere."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from probandum.agent.evidence.basis import basis
from probandum.agent.evidence.quotes import locate
from probandum.agent.judges.llm.batching import by_short_id
from probandum.agent.judges.llm.chat.protocol import ChatReply
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.replies.schema import DirectWritten, EntriesRead, SearchWritten, VerdictWritten
from probandum.agent.judges.llm.session import UnusableReply, describe_error, parse_reply
from probandum.agent.judges.protocol import Decision, EvidenceRequest, Judgement
from probandum.agent.models import Case, EvidenceCall, Part, Quote, Step, Verdict
from probandum.agent.options import Reasoning
from probandum.agent.taxonomy import ErrorType, Label
from probandum.tools.evidence import Evidence
from probandum.tools.source import SearchArguments

_MOST_CALLS = 4
_NEED_ERROR_TYPE = (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED)


def parse_decision(answer: ChatReply, *, case: Case, fence: Fence, reasoning: Reasoning = "cot") -> Decision:
    """What the answer amounts to; `UnusableReply` says what is wrong with one that cannot be used."""
    if answer.calls:
        return _wanted([(call.name, call.arguments) for call in answer.calls], case, fence)
    written = json_object(answer.text)
    if case.tools and "calls" in written:
        search = parse_reply(SearchWritten, json.dumps(written))
        return _wanted([(call.tool, call.model_dump(exclude={"tool"})) for call in search.calls], case, fence)
    return Judgement(verdict=_verdict(json.dumps(written) if written else answer.text, case, reasoning))


def parse_batch(answer: ChatReply, *, cases: Sequence[Case], reasoning: Reasoning = "cot") -> dict[str, Judgement]:
    """The verdicts of an answer about several claims, by claim id.

    A claim is missing where the answer has no entry for it, one that cannot be used, or several that differ: nothing
    is assumed, and the claim is asked about alone. `UnusableReply` where no entry can be used at all.
    """
    by_id = by_short_id(cases)
    found: dict[str, Judgement | None] = {}
    for entry in parse_reply(EntriesRead, answer.text).verdicts:
        if case := by_id.get(entry.claim_id.strip()):
            read = _entry(entry.verdict, case, reasoning)
            known = found.setdefault(case.claim.id, read)
            found[case.claim.id] = read if read == known else None
    usable = {identity: judgement for identity, judgement in found.items() if judgement}
    if not usable:
        raise UnusableReply(f"No entry can be used. Give one in `verdicts` for each of: {', '.join(by_id)}.")
    return usable


def json_object(text: str) -> dict[str, object]:
    """The JSON object of an answer, out of its envelope if it has one; empty where there is none."""
    start, end = text.find("{"), text.rfind("}")
    try:
        outer = json.loads(text[start : end + 1])
    except ValueError:
        return {}
    inner = outer.get("decision") if isinstance(outer, dict) else None
    found = inner if isinstance(inner, dict) else outer
    return found if isinstance(found, dict) else {}


def _entry(written: Mapping[str, object], case: Case, reasoning: Reasoning) -> Judgement | None:
    try:
        return Judgement(verdict=_verdict(json.dumps(written), case, reasoning))
    except UnusableReply:
        return None


def _wanted(calls: list[tuple[str, Mapping[str, object] | str]], case: Case, fence: Fence) -> EvidenceRequest:
    if not case.tools:
        raise UnusableReply("No tool can be called any more. Give your verdict on the evidence that is shown.")
    names = [tool.name for tool in case.tools]
    wanted = []
    for name, given in calls[:_MOST_CALLS]:
        if name not in names:
            raise UnusableReply(f"There is no tool of the name that was called. There are: {', '.join(names)}.")
        wanted.append(EvidenceCall(tool=name, arguments=_arguments(given, fence)))
    return EvidenceRequest(calls=tuple(wanted))


def _arguments(given: Mapping[str, object] | str, fence: Fence) -> SearchArguments:
    try:
        arguments = SearchArguments.model_validate({} if isinstance(given, str) else dict(given))
    except ValidationError as error:
        raise UnusableReply(f"The arguments of the call do not fit.\n{describe_error(error)}") from None
    return arguments.model_copy(update={"query": fence.unmarked(arguments.query)})


def _verdict(text: str, case: Case, reasoning: Reasoning) -> Verdict:
    written = _written(text, reasoning)
    _check(written, compared=reasoning == "cot")
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


def _written(text: str, reasoning: Reasoning) -> VerdictWritten:
    """The verdict that a model wrote; one without reasoning has empty steps. `UnusableReply` in another form."""
    if reasoning == "cot":
        return parse_reply(VerdictWritten, text)
    steps = {"restatement": "", "comparison": (), "decision": "", "explanation": ""}
    return VerdictWritten.model_validate({**steps, **dict(parse_reply(DirectWritten, text))})


def _check(written: VerdictWritten, *, compared: bool) -> None:
    """`UnusableReply` where the label does not go together with the steps or with what it requires."""
    label, statuses = written.label, {each.status for each in written.comparison}
    if label is Label.UNEVALUATABLE and written.why is None:
        raise UnusableReply("The label is unevaluatable, so `why` must not be null.")
    if label in _NEED_ERROR_TYPE and not written.error_types:
        raise UnusableReply(f"The label is {label.value}, so `error_types` must name at least one.")
    if label is Label.SUPPORTED and written.error_types:
        raise UnusableReply("The label is supported, but `error_types` names errors. Only one of them can be right.")
    if label is Label.SUPPORTED and statuses & {"conflict", "missing"}:
        raise UnusableReply("The label is supported, but `comparison` has a part that is not a match. Decide anew.")
    if compared and label is Label.PARTIALLY_SUPPORTED and ("match" not in statuses or len(statuses) == 1):
        raise UnusableReply(
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
