"""What a chat completion says, as the client has read it; how a call is put is elsewhere."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from probandum.agent.judges.llm.chat.final_text import final_text, final_tokens
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply, TokenCandidates
from probandum.agent.usage import StageUsage
from probandum.tools.errors import JudgeRefused

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_MESSAGE_CHARACTERS = 300
_MORE_ROOM = (1, 4, 16)
"""How many times the usual room a model gets that is cut off while it still thinks."""
_MOST_ROOM = 32_768
_THINKING = ("reasoning_content", "reasoning")
_CUT_OFF = frozenset({"length", "max_tokens", "MAX_TOKENS"})
_FILTERED = frozenset({"content_filter", "refusal", "SAFETY"})


class _Candidate(TypedDict):
    token: str
    logprob: float


class _Token(_Candidate):
    top_logprobs: NotRequired[list[_Candidate] | None]


class _Logprobs(TypedDict):
    content: list[_Token]


_LOGPROBS = TypeAdapter(_Logprobs)


def parse_message(message: "AIMessage", begin: float, *, form: bool) -> ChatReply:
    """What the model answered; `JudgeRefused` where it or the provider's filter declined.

    Args:
        message: as LangChain has read it.
        begin: when the call began, on the performance counter.
        form: whether a JSON object was asked for.
    """
    told = message.response_metadata
    return _reply(
        str(message.text),
        thought=next((str(message.additional_kwargs[n]) for n in _THINKING if n in message.additional_kwargs), ""),
        finish=told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason"),
        refusal=message.additional_kwargs.get("refusal"),
        logprobs=told.get("logprobs"),
        usage=call_usage(message.usage_metadata or {}, begin),
        form=form,
    )


def parse_completion(completion: Mapping[str, Any], begin: float, *, form: bool) -> ChatReply:
    """The same of a chat completion as it stands in the protocol."""
    choice = completion["choices"][0]
    message, spent = choice.get("message") or {}, completion.get("usage") or {}
    usage = {
        "input_tokens": spent.get("prompt_tokens", 0),
        "output_tokens": spent.get("completion_tokens", 0),
        "input_token_details": {"cache_read": (spent.get("prompt_tokens_details") or {}).get("cached_tokens", 0)},
    }
    return _reply(
        str(message.get("content") or ""),
        thought=next((str(message[name]) for name in _THINKING if message.get(name)), ""),
        finish=choice.get("finish_reason"),
        refusal=message.get("refusal"),
        logprobs=choice.get("logprobs"),
        usage=call_usage(usage, begin),
        form=form,
    )


async def with_more_room(call: ChatCall, usual: int, answer: Callable[[ChatCall], Awaitable[ChatReply]]) -> ChatReply:
    """The answer; a model that is cut off while it still thinks is asked again with more room, up to a bound.

    Args:
        call: what is asked.
        usual: tokens for the answer, where the call does not say.
        answer: asks the model once.
    """
    room = call.max_output_tokens or usual
    spent = StageUsage()
    for each in dict.fromkeys(min(room * times, max(room, _MOST_ROOM)) for times in _MORE_ROOM):
        reply = await answer(replace(call, max_output_tokens=each))
        spent += reply.usage
        if reply.text or not reply.truncated:
            break
    return replace(reply, usage=spent)


@dataclass
class StreamedCompletion:
    """A completion that arrives in pieces."""

    finish: str | None = None
    error: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)
    _texts: dict[str, list[str]] = field(default_factory=lambda: {"content": [], "reasoning_content": []})
    _tokens: list[object] = field(default_factory=list)

    def add(self, piece: object) -> None:
        """Take a piece: a chunk of the protocol, an error, or nothing."""
        if not isinstance(piece, Mapping):
            return
        if "choices" not in piece:
            told = piece.get("error") or piece
            self.error = str(told.get("message") if isinstance(told, Mapping) else told)
        for choice in piece.get("choices") or ():
            delta = choice.get("delta") or {}
            for name, texts in self._texts.items():
                texts.append(delta.get(name) or "")
            self._tokens += (choice.get("logprobs") or {}).get("content") or ()
            self.finish = choice.get("finish_reason") or self.finish
        self.usage = piece.get("usage") or self.usage

    def completion(self) -> dict[str, Any]:
        """The whole, as it would have come in one piece."""
        message = {name: "".join(texts) for name, texts in self._texts.items()}
        logprobs = {"content": self._tokens} if self._tokens else None
        choice = {"message": message, "finish_reason": self.finish, "logprobs": logprobs}
        return {"choices": [choice], "usage": self.usage}


def _reply(
    raw: str, *, thought: str, finish: object, refusal: object, logprobs: object, usage: StageUsage, form: bool
) -> ChatReply:
    if refusal or finish in _FILTERED:
        refused = JudgeRefused(f"the model declined: {printable(str(refusal or finish))[:_MESSAGE_CHARACTERS]!r}")
        refused.usage = usage
        raise refused
    said = final_text(raw, form=form)
    if not raw.strip() and form and (within := final_text(thought, form=True)).startswith("{"):
        said = within  # some servers put the whole answer where the thinking goes; its form tells one from the other
    return ChatReply(text=said, truncated=finish in _CUT_OFF, tokens=final_tokens(_tokens(logprobs), said), usage=usage)


def printable(text: str) -> str:
    """Foreign words on one line, without what a terminal would take for an order."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _tokens(logprobs: object) -> tuple[TokenCandidates, ...]:
    """The tokens with their candidates; none where the endpoint told none, or not in the protocol's form."""
    try:
        content = _LOGPROBS.validate_python(logprobs)["content"]
    except ValidationError:
        return ()
    return tuple(
        TokenCandidates(each["token"], {c["token"]: c["logprob"] for c in each.get("top_logprobs") or [each]})
        for each in content
    )


def call_usage(spent: Mapping[str, Any], begin: float) -> StageUsage:
    """What one call cost, from the client's own counts."""
    return StageUsage(
        llm_calls=1,
        prompt_tokens=spent.get("input_tokens", 0),
        cached_tokens=(spent.get("input_token_details") or {}).get("cache_read", 0) or 0,
        completion_tokens=spent.get("output_tokens", 0),
        seconds=time.perf_counter() - begin,
    )
