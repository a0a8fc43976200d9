"""How much each key may ask of the service at once and in a day; who the key is is told by the callers."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

_FORGOTTEN = 3_600.0
"""Seconds after which a run that nobody saw ending no longer counts as running."""


class _Run(NamedTuple):
    owner: str
    since: float


class Admission:
    """The runs of each key that wait or run, and the claims that it has spent today."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._runs: dict[str, _Run] = {}
        self._claims: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._runs)

    def refusal(self, owner: str, *, audits: int, claims: int) -> str | None:
        """Why a further audit of this key has to wait, or None.

        Args:
            owner: the key's name.
            audits: how many it may have at once.
            claims: how many claims it may have judged in a day (UTC).
        """
        self._runs = {id_: run for id_, run in self._runs.items() if self._clock() - run.since < _FORGOTTEN}
        if sum(run.owner == owner for run in self._runs.values()) >= audits:
            return f"this key has {audits} audits under way, which is its limit; wait for one to end"
        if self._claims.get(_today(owner), 0) >= claims:
            return f"this key has spent its {claims} claims of today; go on tomorrow (UTC)"
        return None

    def admitted(self, run: str, *, owner: str) -> None:
        """Count a run from the moment it is let in."""
        self._runs[run] = _Run(owner, self._clock())

    def ended(self, run: str, *, claims: int = 0) -> None:
        """Count a run no longer, but what it has spent."""
        known = self._runs.pop(run, None)
        if known is not None:
            day = _today(known.owner)
            self._claims = {key: spent for key, spent in self._claims.items() if key[1] == day[1]}
            self._claims[day] = self._claims.get(day, 0) + claims


def _today(owner: str) -> tuple[str, str]:
    return owner, datetime.now(UTC).date().isoformat()


ADMITTED = Admission()
"""Of this process: the graph, the doors and the figures share it."""
