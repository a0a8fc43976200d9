"""LangChain's client of the OpenAI protocol as it is used here; imported when a model is first asked, not before."""

import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import openai
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI

from probandum.agent.judges.llm.chat.http_client import BoundedClient

_ADVICE = "(Invalid schema for|This model does not support) OpenAI's structured output"
_THINKING = ("reasoning_content", "reasoning")


class OpenAIClient(ChatOpenAI):
    """The client, which also keeps what servers that are not OpenAI's tell of a model's thinking."""

    def _create_chat_result(
        self, response: dict[str, Any] | openai.BaseModel, generation_info: dict[str, Any] | None = None
    ) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        told = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for generation, choice in zip(result.generations, told.get("choices") or (), strict=False):
            message = choice.get("message") or {}
            thought = {name: message[name] for name in _THINKING if isinstance(message.get(name), str)}
            generation.message.additional_kwargs.update(thought)
        return result


def make_client(
    model: str, *, base_url: str, key: Callable[[], Awaitable[str]], timeout: float, max_retries: int
) -> OpenAIClient:
    """The client of one model; nothing is sent yet.

    Args:
        model: the name that the endpoint knows it by.
        base_url: the endpoint.
        key: a coroutine, so that no second, synchronous client is built beside ours.
        timeout: seconds for one answer.
        max_retries: how often the wire is tried again.
    """
    # What an endpoint refuses is ours to mend; LangChain's advice to its callers would stand on the user's terminal.
    warnings.filterwarnings("ignore", message=_ADVICE, category=UserWarning, module="langchain_openai")
    return OpenAIClient(
        model=model,
        base_url=base_url,
        api_key=key,
        timeout=timeout,
        max_retries=max_retries,
        http_async_client=BoundedClient(seconds=timeout, who=repr(model)),
        disable_streaming=True,
        cache=False,
    )
