"""Decides what to ask whom for a claim, round by round, and notes what came of it; retries are the graph's work."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from probandum.agent.evidence.queries import further_queries, queries
from probandum.agent.models import Claim, EvidenceCall, Search, Verdict
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.source import SearchArguments, Source

_NEW_QUESTIONS = 2  # to a source that was asked before, in one round; what is left is for the next
_PASSAGE_CHARACTERS = 700  # of a typical passage; turns a budget of characters into a number of passages


def due_sources(sources: Sequence[Source], *, round_: int, max_rounds: int, shown_whole: bool) -> tuple[Source, ...]:
    """The sources to ask in a round.

    The first round asks the request's context alone, if there is one, so that "not in your context" can be told from
    "not true"; with a single round to spend, every source is asked at once.

    Args:
        sources: what the audit may ask.
        round_: which round this is, counted from 1.
        max_rounds: how many there may be.
        shown_whole: whether the judge sees the whole context anyway, so that searching it is of no use.
    """
    searched = tuple(source for source in sources if source.origin is not Origin.CALCULATION)  # a judge asks it
    context = tuple(source for source in searched if source.origin is Origin.CONTEXT)
    chosen = context if context and round_ == 1 and max_rounds > 1 else searched
    return tuple(source for source in chosen if not (shown_whole and source.origin is Origin.CONTEXT))


def plan_searches(
    claim: Claim,
    sources: Iterable[Source],
    *,
    characters: int,
    trail: Iterable[Search] = (),
    previous: Verdict | None = None,
) -> tuple[EvidenceCall, ...]:
    """What to ask the sources about a claim; never the same question of the same source twice.

    Args:
        claim: what evidence is needed for.
        sources: who is due.
        characters: how much text one source may bring.
        trail: what was asked so far.
        previous: the verdict that was reopened.
    """
    asked = {(search.source, search.query) for search in trail}
    limit = max(1, min(50, characters // _PASSAGE_CHARACTERS))
    return tuple(
        EvidenceCall(tool=source.name, arguments=SearchArguments(query=query, limit=limit))
        for source in sources
        for query in _new(claim, previous, asked={query for name, query in asked if name == source.name})
    )


def _new(claim: Claim, previous: Verdict | None, *, asked: Collection[str]) -> list[str]:
    """The questions for a source that was asked these before."""
    if not asked:
        return list(queries(claim, previous))
    wanted = [*queries(claim, previous), *further_queries(claim)]
    return [query for query in wanted if query not in asked][:_NEW_QUESTIONS]


async def run_search(source: Source, arguments: SearchArguments, *, round_: int) -> tuple[tuple[Evidence, ...], Search]:
    """What a source finds, and the entry for the trail; the source's errors pass through."""
    found = await source(arguments)
    entry = Search(
        round=round_,
        source=source.name,
        origin=source.origin,
        query=arguments.query,
        outcome="found" if found else "nothing_found",
        evidence=tuple(item.id for item in found),
    )
    return found, entry


def new_evidence(found: Iterable[Evidence], known: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Of what was found, what is not known yet: neither by id nor as the same words of the same source."""
    words = {(item.source, _words(item)) for item in known.values()}
    new: dict[str, Evidence] = {}
    for item in found:
        key = (item.source, _words(item))
        if item.id not in known and key not in words:
            new[item.id] = item
            words.add(key)
    return new


def _words(item: Evidence) -> str:
    return " ".join(item.text.casefold().split())
