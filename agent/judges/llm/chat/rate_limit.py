"""Keeps calls to a model below a rate of requests and tokens per minute; what is asked is none of its business.

The client's own retries are not counted: an endpoint that asks to be tried again later says itself when.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from probandum.agent.judges.llm.chat.protocol import Chat, ChatCall, ChatReply

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_CHARACTERS_PER_TOKEN = 4
_SECONDS = 60.0


@dataclass(frozen=True)
class RateLimits:
    """What an endpoint allows; None is no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Of prompts and answers together."""


class RateLimitedChat:
    """A model that is asked no faster than its endpoint allows.

    All that is asked of one endpoint within one event loop shares one limit, whatever audit it belongs to. As much as
    one minute allows may be asked at once.

    Attributes:
        model: as the model itself.
        max_output_tokens: as the model itself.
        local: as the model itself.
    """

    def __init__(self, inner: Chat, rates: RateLimits, *, endpoint: str) -> None:
        """Wrap a model.

        Args:
            inner: the model.
            rates: what its endpoint allows.
            endpoint: what the limit is shared by, such as its address and the model's name.
        """
        self.model = inner.model
        self.max_output_tokens = inner.max_output_tokens
        self.local = inner.local
        self._inner = inner
        self._shared_by = (endpoint, rates)

    async def complete(self, call: ChatCall) -> ChatReply:
        """Ask the model as soon as the rate allows; errors are the model's own.

        A prompt's tokens are estimated beforehand; what the call took beyond that is waited for before it returns.
        """
        requests, tokens = _limiters(*self._shared_by)
        expected = sum(len(text) for _, text in call.messages) // _CHARACTERS_PER_TOKEN
        await _take(requests, 1)
        await _take(tokens, expected)
        answer = await self._inner.complete(call)
        await _take(tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens - expected)
        return answer


Limiters = tuple["AsyncLimiter | None", "AsyncLimiter | None"]

_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, RateLimits], Limiters]] = WeakKeyDictionary()


def _limiters(endpoint: str, rates: RateLimits) -> Limiters:
    """Those for requests and for tokens, of the running event loop: a limiter cannot serve two."""
    known = _by_loop.setdefault(asyncio.get_running_loop(), {})
    if (endpoint, rates) not in known:
        known[endpoint, rates] = (_limiter(rates.requests_per_minute), _limiter(rates.tokens_per_minute))
    return known[endpoint, rates]


def _limiter(per_minute: int | None) -> "AsyncLimiter | None":
    from aiolimiter import AsyncLimiter

    return None if per_minute is None else AsyncLimiter(per_minute, _SECONDS)


async def _take(limiter: "AsyncLimiter | None", amount: int) -> None:
    if limiter is None:
        return
    while amount > 0:
        # More than a minute's worth at once would never be had.
        part = min(amount, int(limiter.max_rate))
        await limiter.acquire(part)
        amount -= part
