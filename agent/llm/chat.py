"""The seam at which a language model can be changed for another, or for a recording of one."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from probandum.agent.llm.client import Answer, Message, ResponseSchema


class Chat(Protocol):
    """Something that answers messages; its errors are those of `ChatModel.complete`."""

    @property
    def model(self) -> str:
        """The model's name."""

    @property
    def max_output_tokens(self) -> int:
        """The default limit of one answer."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        response: ResponseSchema | None = None,
        tools: Sequence[Mapping[str, object]] = (),
        max_output_tokens: int | None = None,
    ) -> Answer:
        """One answer."""
