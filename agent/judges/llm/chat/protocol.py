"""The seam at which a language model can be changed for another, or for a recording of one; who asks is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from probandum.agent.usage import StageUsage

Message = tuple[str, str]
"""Role (``system``, ``user`` or ``assistant``) and text."""


@dataclass(frozen=True)
class ResponseSchema:
    """The form that an answer has to keep to: a name and a JSON schema."""

    name: str
    schema: Mapping[str, object]


@dataclass(frozen=True)
class TokenCandidates:
    """One written token, and what might have stood in its place."""

    token: str
    logprobs: Mapping[str, float]
    """Log-probabilities of the candidates at this place, the written token among them."""


@dataclass(frozen=True)
class ChatCall:
    """Everything that a model is asked in one call."""

    messages: tuple[Message, ...]
    """The conversation, oldest first."""
    response: ResponseSchema | None = None
    """The form of the answer's text; None where any words will do."""
    max_output_tokens: int | None = None
    """More or less room than usual."""
    temperature: float | None = None
    """Another one than usual."""
    logprobs: bool = False
    """Whether the probabilities of the reply's tokens are wanted."""


@dataclass(frozen=True)
class ChatReply:
    """One answer of a model, free of its thinking and, where a form was asked for, of words around the JSON."""

    text: str
    truncated: bool = False
    """Whether it was cut off at the limit of output tokens."""
    tokens: tuple[TokenCandidates, ...] = ()
    """The reply token by token; empty where they were not wanted or the endpoint does not tell them."""
    usage: StageUsage = field(default_factory=StageUsage)


class Chat(Protocol):
    """Something that answers messages."""

    @property
    def model(self) -> str:
        """The model's name."""

    @property
    def max_output_tokens(self) -> int:
        """The default limit of one answer."""

    @property
    def local(self) -> bool:
        """Whether it is a model of this machine, mostly a small one, that does best with one thing a call."""

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer. One that was cut off comes back as ``truncated``: whether more room helps is the caller's to say.

        Raises:
            JudgeUnavailable: not reached, too slow, rate-limited or broken, after the client's own retries.
            JudgeRefused: the model or the provider's filter declined.
            JudgeOutputError: the endpoint does not take the request, or answers something else than the protocol says.
            ConfigError: key, address or model name are wrong.
        """
