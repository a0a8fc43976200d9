"""What a call looks like in the chat-completions protocol, and what its reply says; sending it is elsewhere."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply, ResponseSchema, ToolCall
from probandum.agent.usage import StageUsage
from probandum.tools.errors import JudgeRefused

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_MESSAGE_CHARACTERS = 300


class _Candidate(TypedDict):
    token: str
    logprob: float


class _Token(_Candidate):
    top_logprobs: NotRequired[list[_Candidate] | None]


class _Logprobs(TypedDict):
    content: list[_Token]


_LOGPROBS = TypeAdapter(_Logprobs)


def call_options(call: ChatCall) -> dict[str, Any]:
    """The call's own options, as the client takes them."""
    named: dict[str, Any] = {
        "tools": list(call.tools) or None,
        "max_tokens": call.max_output_tokens,
        "temperature": call.temperature,
    }
    if call.top_logprobs is not None:
        named |= {"logprobs": True, "top_logprobs": call.top_logprobs}
    named = {name: value for name, value in named.items() if value is not None}
    if call.response is not None and call.response.enforced != "not":
        # In the body and not as an option of the client, which would parse the answer itself and trip over bad ones.
        named["extra_body"] = {"response_format": _response_format(call.response)}
    return named


def _response_format(response: ResponseSchema) -> dict[str, object]:
    if response.enforced == "json_object":
        return {"type": "json_object"}
    named = {"name": response.name, "schema": dict(response.schema), "strict": True}
    return {"type": "json_schema", "json_schema": named}


def parse_message(message: "AIMessage", begin: float) -> ChatReply:
    """What the model answered; `JudgeRefused` where it or the provider's filter declined.

    Args:
        message: as the client read it.
        begin: when the call began, on the performance counter.
    """
    spent = call_usage(message.usage_metadata or {}, begin)
    finish, refusal = message.response_metadata.get("finish_reason"), message.additional_kwargs.get("refusal")
    if refusal or finish == "content_filter":
        refused = JudgeRefused(
            f"the model declined: {' '.join(str(refusal or finish).split())[:_MESSAGE_CHARACTERS]!r}"
        )
        refused.usage = spent
        raise refused
    calls = [ToolCall(call["name"], call["args"]) for call in message.tool_calls]
    broken = [ToolCall(call["name"] or "", call["args"] or "") for call in message.invalid_tool_calls]
    return ChatReply(
        text=str(message.text),
        calls=(*calls, *broken),
        truncated=finish == "length",
        first_token=_first_token(message.response_metadata.get("logprobs")),
        usage=spent,
    )


def _first_token(logprobs: object) -> dict[str, float] | None:
    """The candidates of the first token; None where the endpoint told none, or in a form that is not the protocol's."""
    try:
        first = _LOGPROBS.validate_python(logprobs)["content"][0]
    except (ValidationError, IndexError):
        return None
    candidates = first.get("top_logprobs") or [first]
    return {each["token"]: each["logprob"] for each in candidates}


def call_usage(spent: Mapping[str, Any], begin: float) -> StageUsage:
    """What one call cost, from the client's own counts."""
    return StageUsage(
        llm_calls=1,
        prompt_tokens=spent.get("input_tokens", 0),
        cached_tokens=spent.get("input_token_details", {}).get("cache_read", 0) or 0,
        completion_tokens=spent.get("output_tokens", 0),
        seconds=time.perf_counter() - begin,
    )
