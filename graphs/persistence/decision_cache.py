"""Decisions that a judge gave before and need not give again, kept in a cache of LangGraph's; the key is the judge's.

A cache policy on the node ``classify`` cannot serve this. It would keep the failures and reached limits that the node
returns, book the cost of a decision again with every hit, see the state but not the judge, ask twice what two claims
wait for at once, and never see the members of a batch. So the cache stands at the seam to the judge, in front of single
looks and batches alike, on the same `BaseCache` that a policy would use.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache as once
from importlib.metadata import version
from weakref import WeakKeyDictionary

from langgraph.cache.base import BaseCache, FullKey
from pydantic import TypeAdapter, ValidationError

from probandum.agent.judges.protocol import CacheableJudge, Declined, EvidenceRequest, Judge, Judgement
from probandum.agent.models import Case
from probandum.agent.usage import StageUsage, Usage

Cache = BaseCache[str]
"""Where decisions are kept, as JSON: an own serializer of the cache has nothing to allow."""
CachedDecision = Judgement | EvidenceRequest

TTL_SECONDS = 30 * 24 * 3600
"""Behind the name of a model there may stand another one some day."""
_AT_ONCE = 500  # a statement of SQLite takes only so many values
_KEPT: TypeAdapter[CachedDecision] = TypeAdapter(CachedDecision)


class DecisionCache:
    """What one judge decided before, by what it goes by."""

    def __init__(self, cache: Cache, judge: CacheableJudge) -> None:
        self._cache = cache
        self._judge = judge

    @contextmanager
    def asking(self, cases: Sequence[Case], *, in_batch: bool = False) -> Iterator["CacheLookup"]:
        """Hold the turn to ask about these cases, as far as nobody in this event loop holds it yet.

        Args:
            cases: of one audit.
            in_batch: whether they are asked about together.
        """
        keys = {case.claim.id: self._key(case, in_batch=in_batch) for case in cases}
        under_way = _under_way()
        owned = {key: asyncio.Event() for key in keys.values() if (id(self._cache), key) not in under_way}
        under_way.update({(id(self._cache), key): done for key, done in owned.items()})
        try:
            yield CacheLookup(self._cache, keys, owned=frozenset(owned))
        finally:
            for key, done in owned.items():
                del under_way[id(self._cache), key]
                done.set()

    def _key(self, case: Case, *, in_batch: bool) -> FullKey:
        return ("decisions", _version()), self._judge.cache_key(case, in_batch=in_batch)


class CacheLookup:
    """Looks at some cases: what is known of them already, and which of them are for the caller to ask about."""

    def __init__(self, cache: Cache, keys: Mapping[str, FullKey], *, owned: frozenset[FullKey]) -> None:
        self._cache = cache
        self._keys = keys
        self._own = owned

    async def cached(self, cases: Iterable[Case], *, waiting: bool = False) -> dict[str, CachedDecision]:
        """What was decided before, by claim id.

        Args:
            cases: some of those that this was opened with.
            waiting: whether to wait first for others who are asking the same; not while one holds a turn oneself.
        """
        keys = {case.claim.id: self._keys[case.claim.id] for case in cases}
        under_way = _under_way()
        for key in dict.fromkeys(keys.values()) if waiting else ():
            if done := under_way.get((id(self._cache), key)):
                await done.wait()
        held = await self._read_all(list(dict.fromkeys(keys.values())))
        stages = {case.claim.id: "recheck" if case.previous else "classify" for case in cases}
        read = {id_: _read(held[key], stage=stages[id_]) for id_, key in keys.items() if key in held}
        return {id_: decision for id_, decision in read.items() if decision is not None}

    async def _read_all(self, keys: Sequence[FullKey]) -> dict[FullKey, str]:
        held: dict[FullKey, str] = {}
        for start in range(0, len(keys), _AT_ONCE):
            held |= await self._cache.aget(keys[start : start + _AT_ONCE])
        return held

    def owned(self, cases: Iterable[Case]) -> tuple[Case, ...]:
        """Of some of the cases those that are for the caller to ask about, each once that is the same to the judge."""
        first = {key: case for case in reversed(list(cases)) if (key := self._keys[case.claim.id]) in self._own}
        return tuple(reversed(first.values()))

    async def store(self, decisions: Mapping[str, Judgement | EvidenceRequest | Declined]) -> None:
        """Keep what was decided, by claim id: no failure, and no verdict without the quote that it needs."""
        sound = {
            id_: decision
            for id_, decision in decisions.items()
            if not isinstance(decision, Declined) and _is_storable(decision)
        }
        if sound:
            await self._cache.aset(
                {self._keys[id_]: (_written(decision), TTL_SECONDS) for id_, decision in sound.items()}
            )


def decision_cache(cache: Cache | None, judge: Judge) -> DecisionCache | None:
    """What may be recalled; nothing where there is no cache, or nobody can tell what the judge goes by."""
    return DecisionCache(cache, judge) if cache is not None and isinstance(judge, CacheableJudge) else None


def _is_storable(decision: CachedDecision) -> bool:
    return isinstance(decision, EvidenceRequest) or not decision.verdict.lacks_quotes


def _written(decision: CachedDecision) -> str:
    return _KEPT.dump_json(decision.model_copy(update={"usage": Usage()})).decode()


def _read(text: str, *, stage: str) -> CachedDecision | None:
    """The decision; None where it is not one of this version's."""
    try:
        decision = _KEPT.validate_json(text)
    except ValidationError:
        return None
    return decision.model_copy(update={"usage": Usage(by_stage={stage: StageUsage(recalled=1)})})


@once
def _version() -> str:
    return version("probandum")


_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[int, FullKey], asyncio.Event]] = WeakKeyDictionary()


def _under_way() -> dict[tuple[int, FullKey], asyncio.Event]:
    """Who is asking what right now, by cache and key; of this event loop alone, for an event cannot serve two."""
    return _loops.setdefault(asyncio.get_running_loop(), {})
