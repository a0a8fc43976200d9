"""Middleware for LangChain's agents (``create_agent``): an answer is checked against what the agent's tools said."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Unpack

from langchain.agents.middleware import AgentMiddleware, AgentState, hook_config
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
from probandum.agent.taxonomy import Label
from probandum.api import AuditArguments, aaudit, wait
from probandum.guarding.guard import flagged, note
from probandum.intake.answer import answer_of
from probandum.intake.context import ContextItem, documents_of
from probandum.integrations.evaluator import context_in
from probandum.tools.errors import InputError
from probandum.tools.evidence import Document

Mode = Literal["block", "repair", "annotate"]
MARK = "probandum"
"""The name of the message that asks for a repair, and the key of the message's metadata under which figures stand."""
_SHOWN = 200
"""Characters of arguments and of a tool's reply that the list of calls shows."""
_NEAR = str.maketrans("()\n", "[] ")
BLOCKED = "This answer was withheld: it says what the sources do not support."
REPAIR = (
    "Some of what you wrote is not supported by the results of your tools. Write the whole answer again: change or "
    "leave out each of these, keep what is right, and say so where the results do not tell. Do not mention this check."
)


class GroundedMiddleware(AgentMiddleware):
    """Audits the answer of each turn against the results of the turn's tools, before anybody sees it.

    The context is what tools returned since the user's last message (documents in their ``artifact`` included), what
    the agent's state holds as ``context`` or ``documents``, and ``context`` as it is given here. What the agent says
    that it did ("I have cancelled the order") is checked against the calls. Figures stand in the message's
    ``response_metadata["probandum"]``. A turn without any of these, or without a claim, passes.

        agent = create_agent(model, tools, middleware=[GroundedMiddleware(mode="repair")])
    """

    def __init__(self, *, mode: Mode = "annotate", max_rate: float = 0.0, **arguments: Unpack[AuditArguments]) -> None:
        """Choose what is done with an answer that does not hold.

        Args:
            mode: ``block`` puts a sentence in its place; ``annotate`` writes below it what is not supported;
                ``repair`` has the model write it again, once, with the failed claims and their quotes before it, and
                annotates what is still wrong then.
            max_rate: the share of judged claims that may be unsupported before anything is done.
            **arguments: as for `probandum.audit`: ``judge``, ``context``, ``corpus``, ``profile`` and so on.

        Raises:
            InputError: there is no such mode, or ``max_rate`` is no share.
        """
        if mode not in ("block", "repair", "annotate"):
            raise InputError(f"there is no mode {mode!r}; choose 'block', 'repair' or 'annotate'")
        if not 0 <= max_rate <= 1:
            raise InputError(f"max_rate={max_rate!r} is no share; give a number from 0 to 1")
        super().__init__()
        self._mode, self._max_rate = mode, max_rate
        self._given = documents_of(arguments.get("context"))
        self._arguments: AuditArguments = {**arguments}
        self._arguments.pop("context", None)

    @hook_config(can_jump_to=["model"])
    def after_agent(self, state: AgentState[Any], runtime: Any) -> dict[str, Any] | None:  # noqa: ANN401, ARG002 - theirs
        """Audit the answer and wait for it; what is to be done instead of giving it out."""
        asked = self._asked(state)
        return None if asked is None else self._told(state, wait(aaudit(asked[0], **asked[1])))

    @hook_config(can_jump_to=["model"])
    async def aafter_agent(self, state: AgentState[Any], runtime: Any) -> dict[str, Any] | None:  # noqa: ANN401, ARG002 - theirs
        """The same, to be awaited."""
        asked = self._asked(state)
        return None if asked is None else self._told(state, await aaudit(asked[0], **asked[1]))

    def _asked(self, state: Mapping[str, Any]) -> tuple[AIMessage, AuditArguments] | None:
        """The answer of the turn and how it is audited; None where there is nothing to audit, or to audit by."""
        question, turn = _turn(state["messages"])
        answer = turn[-1] if turn else None
        if not isinstance(answer, AIMessage) or answer.tool_calls or not answer_of(answer).text.strip():
            return None
        context = (*self._given, *_results(turn), *context_in(state))
        if not context:
            return None
        return answer, {"question": question, **self._arguments, "context": context}

    def _told(self, state: Mapping[str, Any], report: Report) -> dict[str, Any] | None:
        answer: AIMessage = state["messages"][-1]
        wrong = flagged(report.claims)
        rate = report.scores.hallucination_rate
        if rate is None or rate <= self._max_rate:
            return {"messages": [_marked(answer, report, "passed")]}
        if self._mode == "block":
            return {"messages": [_marked(answer, report, "blocked", content=BLOCKED)]}
        if self._mode == "repair" and not any(_asks_for_repair(each) for each in _turn(state["messages"])[1]):
            return {"messages": [HumanMessage(content=_failed(wrong), name=MARK)], "jump_to": "model"}
        noted = "\n".join(f"- “{claim.text}”: {note(claim)}" for claim in wrong)
        text = f"{answer_of(answer).text.rstrip()}\n\nNot supported by the sources:\n{noted}"
        return {"messages": [_marked(answer, report, "annotated", content=text)]}


def _turn(messages: Sequence[AnyMessage]) -> tuple[str | None, Sequence[AnyMessage]]:
    """The user's last question and everything after it."""
    for at in range(len(messages) - 1, -1, -1):
        if isinstance(messages[at], HumanMessage) and not _asks_for_repair(messages[at]):
            return str(messages[at].text) or None, messages[at + 1 :]
    return None, messages


def _asks_for_repair(message: AnyMessage) -> bool:
    return isinstance(message, HumanMessage) and message.name == MARK


def _results(turn: Sequence[AnyMessage]) -> Iterator[ContextItem]:
    """What the tools of a turn returned, each as a document, and one that lists the calls."""
    arguments = {
        call["id"]: call["args"] for message in turn if isinstance(message, AIMessage) for call in message.tool_calls
    }
    calls = []
    for message in turn:
        if not isinstance(message, ToolMessage):
            continue
        name, text = message.name or "tool", str(message.text)
        if isinstance(message.artifact, Sequence) and all(hasattr(each, "page_content") for each in message.artifact):
            yield from message.artifact
        elif text.strip():
            yield Document(text=text, source=name)
        told = ", ".join(f"{key}={value!r}" for key, value in (arguments.get(message.tool_call_id) or {}).items())
        failed = "error: " if message.status == "error" else ""
        shown = " ".join(text.split())[:_SHOWN]
        calls.append(f"{name}({told.translate(_NEAR)[:_SHOWN]}) -> {failed}{shown or 'nothing'}")
    if calls:
        yield Document(text="\n".join(calls), source="tool calls")


def _failed(wrong: Sequence[ClaimResult]) -> str:
    """What the model is told, claim by claim."""
    lines = []
    for claim in wrong:
        quotes = " / ".join(quote.text for quote in claim.verdict.quotes) if claim.verdict else ""
        absent = claim.verdict is not None and claim.verdict.label is Label.ABSENT
        lines.append(f"- {claim.text}\n  {'nothing of it is in the results' if absent or not quotes else quotes}")
    return REPAIR + "\n" + "\n".join(lines)


def _marked(answer: AIMessage, report: Report, action: str, *, content: str | None = None) -> AIMessage:
    """The answer, perhaps with other content, and with what the audit said; the same id, so that it takes its place."""
    scores = report.scores
    told = {
        "action": action,
        "hallucination_rate": scores.hallucination_rate,
        "coverage": scores.coverage,
        "judge": report.judge.model,
        "flagged": [
            {"text": claim.text, "label": claim.verdict.label.value, "said": note(claim)}
            for claim in flagged(report.claims)
            if claim.verdict
        ],
    }
    metadata = {**answer.response_metadata, MARK: told}
    changed: dict[str, Any] = {"response_metadata": metadata}
    return answer.model_copy(update=changed if content is None else {**changed, "content": content})
