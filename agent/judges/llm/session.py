"""Asks a model until its answer can be used: bounded repairs, room for what was cut off; what to ask is elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from probandum.agent.judges.llm.chat.protocol import Chat, ChatCall, ChatReply, Message, ResponseSchema
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.usage import StageUsage, Usage
from probandum.prompts import fill
from probandum.tools.errors import JudgeError, JudgeOutputError

Result = TypeVar("Result")
Read = TypeVar("Read", bound=BaseModel)

_PROBLEMS_SHOWN = 6


class UnusableReply(ValueError):
    """An answer that a repair may mend; the message is written for the model. Never leaves this package."""


@dataclass(frozen=True)
class Prompt:
    """What is asked: the same in every repair."""

    messages: tuple[Message, ...]
    response: ResponseSchema | None = None
    stage: str = "classify"
    logprobs: bool = False
    """Whether the probabilities of the reply's tokens are wanted."""


@dataclass
class ModelSession:
    """Asks one model within one audit's fence and counts what it costs.

    Attributes:
        usage: what was spent so far, failed calls included.
    """

    chat: Chat
    fence: Fence
    repairs: int
    usage: Usage = field(default_factory=Usage)

    async def ask(
        self,
        question: Prompt,
        read: Callable[[ChatReply], Result],
        *,
        defect: Callable[[Result], str | None] = lambda _: None,
        temperature: float | None = None,
        retry_truncated: bool = True,
    ) -> Result:
        """What ``read`` makes of the answer.

        An answer at which ``read`` raises `UnusableReply` is repaired, with the problem shown to the model, as often as
        allowed, but no longer once the model says the very same again. One that was cut off is asked for once more with
        twice the room, if that is wanted.

        Args:
            question: what is asked.
            read: makes something of an answer.
            defect: what the model should mend in an answer that could be used as it is; it is told once at most,
                and what it then answers counts if it can be used at all.
            temperature: None for the one that the client is set to.
            retry_truncated: whether an answer that was cut off is worth another try: a model that does not find its
                end will not find it in more room, and the caller may know a smaller question.

        Raises:
            JudgeOutputError: repairs did not help, or the answer is cut off again. Like every `JudgeError` from here
                it carries the `Usage` so far.
        """
        call = ChatCall(
            messages=question.messages,
            response=question.response,
            temperature=temperature,
            logprobs=question.logprobs,
        )
        problem, usable, said = None, list[Result](), list[str]()
        for asked in range(self.repairs + 1):
            answer = await self._whole(call, question.stage, retry_truncated=retry_truncated)
            self._count(question.stage, StageUsage(repairs=min(asked, 1)))
            try:
                usable.append(read(answer))
                problem = defect(usable[-1])
            except UnusableReply as unusable:
                problem = str(unusable)
            if problem is None or (usable and asked) or (answer.text and answer.text in said):
                break
            said.append(answer.text)
            call = replace(call, messages=(*question.messages, *self._repair(answer, problem)))
        if usable:
            return usable[-1]
        raise self._failed(f"no usable answer from {self.chat.model!r} after {asked} repair(s): {problem}")

    async def _whole(self, call: ChatCall, stage: str, *, retry_truncated: bool) -> ChatReply:
        rooms = [self.chat.max_output_tokens * times for times in ((1, 2) if retry_truncated else (1,))]
        for room in rooms:
            answer = await self._counted(replace(call, max_output_tokens=room), stage)
            if not answer.truncated:
                return answer
        raise self._failed(
            f"the answer of {self.chat.model!r} is cut off at {rooms[-1]} tokens; allow more with "
            "PROBANDUM_MAX_OUTPUT_TOKENS, or use another model"
        )

    async def _counted(self, call: ChatCall, stage: str) -> ChatReply:
        try:
            answer = await self.chat.complete(call)
        except JudgeError as error:
            if isinstance(error.usage, StageUsage):
                self._count(stage, error.usage)
            error.usage = self.usage
            raise
        self._count(stage, answer.usage)
        return replace(answer, text=self.fence.unmarked(answer.text))

    def _count(self, stage: str, spent: StageUsage) -> None:
        self.usage += Usage(by_stage={stage: spent})

    def _failed(self, message: str) -> JudgeOutputError:
        error = JudgeOutputError(message)
        error.usage = self.usage
        return error

    def _repair(self, answer: ChatReply, problem: str) -> tuple[Message, ...]:
        shown = fill("repair", problem=self.fence.wrap("problem", problem))
        said = self.fence.neutral(answer.text) or "(nothing)"  # it may repeat what it has read
        return ("assistant", said), ("user", shown)


def parse_reply(kind: type[Read], text: str, *, own_types: Sequence[str] = ()) -> Read:
    """The answer as ``kind``; `UnusableReply` says in words what is wrong with it, without repeating its text."""
    if not text.strip():
        raise UnusableReply("The answer was empty. Answer with one JSON object in the agreed form.")
    try:
        return kind.model_validate_json(_object(text), context={"own_types": own_types})
    except ValidationError as error:
        raise UnusableReply(describe_error(error)) from None


def describe_error(error: ValidationError) -> str:
    """What is wrong, field by field, in words for a model."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, each['loc'])) or 'answer'}: {each['msg']}" for each in problems[:_PROBLEMS_SHOWN]]
    return "\n".join(lines)


def _object(text: str) -> str:
    """The JSON object in ``text``, without a code fence or words around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text
