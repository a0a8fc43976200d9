"""The seam at which a language model can be changed for another, or for a recording of one; who asks is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from probandum.agent.usage import StageUsage

StructuredMode = Literal["tools", "json_schema", "json_object", "text"]
"""How an endpoint is made to answer in the agreed form, strongest first.

``tools`` combines native tool calls with a JSON schema, ``json_schema`` takes a schema alone, ``json_object`` promises
any JSON at all, ``text`` promises nothing.
"""

Message = tuple[str, str]
"""Role (``system``, ``user`` or ``assistant``) and text."""


@dataclass(frozen=True)
class ResponseSchema:
    """The form that an answer has to keep to."""

    name: str
    schema: Mapping[str, object]
    enforced: Literal["json_schema", "json_object", "not"] = "json_schema"
    """By what the endpoint holds the model to it: the schema itself, JSON of any form, or nothing but the prompt."""


@dataclass(frozen=True)
class ChatCall:
    """Everything that a model is asked in one call."""

    messages: tuple[Message, ...]
    """The conversation, oldest first."""
    response: ResponseSchema | None = None
    """The form of the answer's text."""
    tools: tuple[Mapping[str, object], ...] = ()
    """Functions that the model may call, in the protocol's own form."""
    max_output_tokens: int | None = None
    """More or less room than usual."""
    temperature: float | None = None
    """Another one than usual."""
    top_logprobs: int | None = None
    """For how many candidates of the first token log-probabilities are wanted; None wants none."""


@dataclass(frozen=True)
class ToolCall:
    """One tool call as the model wrote it; ``arguments`` is what it gave, parsed where it was JSON."""

    name: str
    arguments: Mapping[str, object] | str


@dataclass(frozen=True)
class ChatReply:
    """One answer of a model."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    truncated: bool = False
    """Whether it was cut off at the limit of output tokens."""
    first_token: Mapping[str, float] | None = None
    """Log-probabilities of the candidates of the first token; None where the endpoint gives none."""
    usage: StageUsage = field(default_factory=StageUsage)


class Chat(Protocol):
    """Something that answers messages."""

    @property
    def model(self) -> str:
        """The model's name."""

    @property
    def max_output_tokens(self) -> int:
        """The default limit of one answer."""

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer. One that was cut off comes back as ``truncated``: whether more room helps is the caller's to say.

        Raises:
            JudgeUnavailable: not reached, too slow, rate-limited or broken, after the client's own retries.
            JudgeRefused: the model or the provider's filter declined.
            JudgeOutputError: the endpoint does not take the request, or answers something else than the protocol says.
            ConfigError: key, address or model name are wrong.
        """
