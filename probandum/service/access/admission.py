"""How much each key may ask of the service at once and in a day; who the key is is told by the callers."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from probandum.service.access import owner_files
from probandum.service.server_settings import server_settings
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Frozen

_FORGOTTEN = 3_600.0
"""Seconds after which a run that nobody saw ending no longer counts as running."""
_FILE = "spent.json"


class Spent(Frozen):
    """The claims that each key has had judged on one day."""

    day: str
    """In UTC."""
    claims: Mapping[str, int] = Field(default_factory=dict)

    @classmethod
    def today(cls) -> "Spent":
        """Nothing yet."""
        return cls(day=datetime.now(UTC).date().isoformat())

    def by(self, owner: str) -> int:
        """How many claims of a key."""
        return self.claims.get(owner, 0)

    def plus(self, owner: str, claims: int) -> "Spent":
        """With so many more."""
        return Spent(day=self.day, claims={**self.claims, owner: self.by(owner) + claims})


class _Run(NamedTuple):
    owner: str
    since: float
    thread: str
    started: bool = False


_IN_REQUEST: ContextVar[list[str] | None] = ContextVar("runs of the request", default=None)
"""The runs that were let in by the request that is being answered."""


class Admission:
    """The runs of each key that wait or run, and the claims that it has spent today."""

    def __init__(self, *, kept: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Go on from what a file says of today, where one is given; `ConfigError` where it cannot be read."""
        self._clock = clock
        self._kept = kept
        self._runs: dict[str, _Run] = {}
        self._spent = _read(kept) if kept else Spent.today()

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
        if self._today().by(owner) >= claims:
            return f"this key has spent its {claims} claims of today; go on tomorrow (UTC)"
        return None

    def admitted(self, run: str, *, owner: str, thread: str = "") -> None:
        """Count a run from the moment it is let in; it belongs to the request that is being answered."""
        self._runs[run] = _Run(owner, self._clock(), thread)
        if (request := _IN_REQUEST.get()) is not None:
            request.append(run)

    def started(self, run: str) -> None:
        """Remember that a run has begun to work: from now on it tells itself when it ends."""
        if run in self._runs:
            self._runs[run] = self._runs[run]._replace(started=True)

    def dropped(self, *, run: str | None = None, thread: str | None = None) -> None:
        """Count no longer what never began: one run, or all that wait on a thread."""
        gone = [
            id_
            for id_, each in self._runs.items()
            if not each.started and (id_ == run or (thread is not None and each.thread == thread))
        ]
        for id_ in gone:
            del self._runs[id_]

    @contextmanager
    def request(self) -> Iterator[Callable[[], None]]:
        """The answering of one request; what is given takes back the runs that it let in, for when it is refused."""
        runs: list[str] = []
        token = _IN_REQUEST.set(runs)

        def refused() -> None:
            for run in runs:
                self.dropped(run=run)

        try:
            yield refused
        finally:
            _IN_REQUEST.reset(token)

    def ended(self, run: str, *, claims: int = 0) -> None:
        """Count a run no longer, but what it has spent."""
        known = self._runs.pop(run, None)
        if known is not None and claims:
            self._spent = self._today().plus(known.owner, claims)
            if self._kept:
                owner_files.write_for_owner(self._kept, self._spent.model_dump_json(), what="spent claims")

    def _today(self) -> Spent:
        today = Spent.today()
        return self._spent if self._spent.day == today.day else today


@cache
def admission() -> Admission:
    """That of this process: the graph, the doors and the figures share it; what is spent outlives a restart."""
    return Admission(kept=server_settings().home / _FILE)


def _read(path: Path) -> Spent:
    try:
        return Spent.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Spent.today()
    except OSError as error:
        raise ConfigError(f"the claims spent in {str(path)!r} cannot be read: {error.strerror}") from None
    except ValidationError:
        raise ConfigError(f"{str(path)!r} is no file of spent claims; move it away to count anew") from None
