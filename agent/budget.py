"""Counts what an audit has spent and says when a limit is reached; who pays what is told by the callers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from probandum.agent.options import Limits
from probandum.agent.usage import Usage
from probandum.tools.errors import LimitReached


class Budget:
    """The running account of one audit.

    Calls under way count as spent, so that claims checked at once cannot overrun a limit on calls together;
    the repairs that a single call may need are charged when it ends and can overrun it by as many.

    Attributes:
        limits: what may be spent.
        hit: names of the limits that were reached.
    """

    def __init__(
        self, limits: Limits, *, spent: Usage | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = limits
        self.hit: set[str] = set()
        self._clock = clock
        self._opened = clock()
        self._calls = self._tokens = 0
        self._under_way = 0
        self.spend(spent or Usage())

    def check(self) -> None:
        """Raise `LimitReached` when nothing more may be spent."""
        limits = self.limits
        if limits.calls is not None and self._calls + self._under_way >= limits.calls:
            raise self._reached("calls", f"{limits.calls} model calls")
        if limits.tokens is not None and self._tokens >= limits.tokens:
            raise self._reached("tokens", f"{limits.tokens} tokens")
        if limits.seconds is not None and self._clock() - self._opened >= limits.seconds:
            raise self._reached("seconds", f"{limits.seconds:g} seconds")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Hold one model call's place while it is under way; raises `LimitReached` where there is none left."""
        self.check()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def spend(self, usage: Usage) -> None:
        """Charge what a call turned out to cost."""
        self._calls += usage.llm_calls
        self._tokens += usage.prompt_tokens + usage.completion_tokens

    def _reached(self, limit: str, amount: str) -> LimitReached:
        self.hit.add(limit)
        return LimitReached(limit, f"the limit of {amount} is reached; raise it to go on")
