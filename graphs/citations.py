"""Looks at what the response cites, source by source, when all claims are settled."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from langgraph.runtime import Runtime

from probandum.agent.claims.citation_sources import match_sources
from probandum.agent.claims.citations import Marker, citations_of, cited_text
from probandum.agent.judges.protocol import BatchJudge, Judgement
from probandum.agent.models import Case, Citation, Claim, ClaimResult, Verdict
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import CitationStatus, Label
from probandum.agent.usage import Usage
from probandum.agent.verdicts.citation_check import settled_status, status_of
from probandum.agent.verdicts.quote_check import check_quotes
from probandum.graphs.context import AuditContext, run_context
from probandum.graphs.state import AuditState
from probandum.tools.errors import ConfigError, JudgeError, LimitReached, ToolError
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.segmentation.passages import passages
from probandum.tools.source import SearchArguments

_MOST_SOURCES = 12
"""Sources of a context that are looked at for one that supports better, by a judge that costs nothing."""
Looks = Mapping[tuple[str, str], Verdict | None]
"""What came of looking at one claim beside one source, by claim id and source."""
_MOST_PASSAGES = 40
"""Passages of a cited page of the web that are looked at."""
_ALL = "*"
"""In place of a source: all that a claim cites together."""


async def cite(state: AuditState, runtime: Runtime[AuditContext]) -> dict[str, Any]:
    """Give every claim that cites the status of each of its citations."""
    request = state["request"]
    cited = cited_text(request.response, request.citations)
    context = await run_context(runtime.context, request)
    markers = citations_of(state["extraction"], cited) if cited.markers else {}
    if context.options.citations == "off" or not markers:
        return {}
    by_source = _passages(request)
    names = dict(match_sources(cited, request.context))
    pages, read = await _cited_pages((id_ for id_, source in names.items() if source is None), context)
    names |= {address: address for address in pages}
    by_source |= pages
    claims = {claim.id: claim for claim in state["extraction"].claims if claim.id in markers}
    wanted = _wanted(claims, markers, names, by_source, context)
    looks, spent = await _looks(wanted, claims, by_source, request, context)
    results = {
        id_: _with_citations(state["results"][id_], markers[id_], names, looks, context)
        for id_ in claims
        if id_ in state.get("results", {})
    }
    shown = {item.id: item for result in results.values() for item in _quoted(result, by_source)}
    return {"results": results, "usage": spent + read, "evidence": shown}


async def _cited_pages(unknown: Iterable[str], context: AuditContext) -> tuple[dict[str, tuple[Evidence, ...]], Usage]:
    """The pages that the response cites by address, read anew where the web may be asked; by address.

    A page that cannot be read is given no passage, so that what cites it is called unreadable.
    """
    web = next((source for source in context.sources if source.origin is Origin.WEB), None)
    pages: dict[str, tuple[Evidence, ...]] = {}
    if web is None:
        return pages, Usage()
    for address in [each for each in unknown if "://" in each][:_MOST_SOURCES]:
        try:
            context.budget.check()
            pages[address] = tuple(await web(SearchArguments(query=address, limit=_MOST_PASSAGES)))
        except (ToolError, LimitReached):
            pages[address] = ()
    return pages, Usage(tool_calls=len(pages))


def _passages(request: AuditRequest) -> dict[str, tuple[Evidence, ...]]:
    """The context's passages by source; what two documents of one name say stands together."""
    found: dict[str, tuple[Evidence, ...]] = {}
    for document in request.context:
        cut = passages(document, origin=Origin.CONTEXT)
        found[document.source or ""] = found.get(document.source or "", ()) + cut
    return found


def _wanted(
    claims: Mapping[str, Claim],
    markers: Mapping[str, Sequence[Marker]],
    names: Mapping[str, str | None],
    by_source: Mapping[str, Sequence[Evidence]],
    context: AuditContext,
) -> list[tuple[str, tuple[str, ...]]]:
    """What has to be looked at: each claim beside each source that it cites, and beside several together.

    A judge that costs nothing looks at the other sources, too, to tell which of them would support the claim.
    """
    asked: list[tuple[str, tuple[str, ...]]] = []
    for id_ in claims:
        own = tuple(dict.fromkeys(name for each in _cited(markers[id_]) if (name := names.get(each))))
        others = () if context.judge.info.asks_a_model else tuple(by_source)[:_MOST_SOURCES]
        asked += [(id_, (name,)) for name in dict.fromkeys((*own, *others)) if by_source.get(name)]
        if len(own) > 1:
            asked.append((id_, own))
    return asked


def _cited(markers: Iterable[Marker]) -> list[str]:
    return [id_ for marker in markers for id_ in marker.ids]


async def _looks(
    wanted: Sequence[tuple[str, tuple[str, ...]]],
    claims: Mapping[str, Claim],
    by_source: Mapping[str, tuple[Evidence, ...]],
    request: AuditRequest,
    context: AuditContext,
) -> tuple[dict[tuple[str, str], Verdict | None], Usage]:
    """One look for each claim and source; what the judge fails on is None."""
    looks: dict[tuple[str, str], Verdict | None] = {}
    spent = Usage()
    for sources in dict.fromkeys(sources for _, sources in wanted):
        evidence = tuple(item for name in sources for item in by_source.get(name, ()))
        key = sources[0] if len(sources) == 1 else _ALL
        cases = [
            Case(request=request, claim=claims[id_], evidence=evidence)
            for id_, asked in wanted
            if asked == sources and evidence
        ]
        found, usage = await _judged(cases, context)
        spent += usage
        for case in cases:
            looks[case.claim.id, key] = found.get(case.claim.id)
    return looks, spent


async def _judged(cases: Sequence[Case], context: AuditContext) -> tuple[dict[str, Verdict], Usage]:
    judge = context.judge
    found: dict[str, Verdict] = {}
    spent = Usage()
    groups = judge.batches(cases) if isinstance(judge, BatchJudge) else [[case] for case in cases]
    for group in groups:
        try:
            with context.judge_call():
                if isinstance(judge, BatchJudge):
                    batch = await judge.classify_batch(group)
                    said: Mapping[str, object] = batch.decisions
                    spent += context.spend(batch.usage)
                else:
                    decision = await judge.classify(group[0])
                    said = {group[0].claim.id: decision}
                    spent += context.spend(getattr(decision, "usage", None))
        except (JudgeError, LimitReached, ConfigError) as error:
            spent += context.spend(getattr(error, "usage", None))
            continue
        for case in group:
            if isinstance(decided := said.get(case.claim.id), Judgement):
                shown = {item.id: item for item in case.evidence}
                checked = context.may_reconsider
                verdict = decided.verdict
                found[case.claim.id] = check_quotes(verdict, case.claim.text, shown) if checked else verdict
    return found, spent


def _with_citations(
    result: ClaimResult,
    markers: Sequence[Marker],
    names: Mapping[str, str | None],
    looks: Looks,
    context: AuditContext,
) -> ClaimResult:
    decide = context.options.decide
    supporting = [
        name
        for (id_, name), verdict in looks.items()
        if id_ == result.id and name != _ALL and status_of(verdict, decide=decide) is CitationStatus.SUPPORTS
    ]
    supporting += [name for name in _quoted_sources(result, context) if name not in supporting]
    cited = tuple(
        _citation(
            marker,
            id_,
            source=names.get(id_),
            verdict=looks.get((result.id, names.get(id_) or "")),
            supporting=supporting,
            context=context,
        )
        for marker in markers
        for id_ in marker.ids
    )
    together = status_of(looks.get((result.id, _ALL)), decide=decide) if (result.id, _ALL) in looks else None
    known = [each for each in cited if each.status is not CitationStatus.UNKNOWN_SOURCE]
    supported = any(each.status is CitationStatus.SUPPORTS for each in cited) or together is CitationStatus.SUPPORTS
    return result.model_copy(update={"citations": cited, "supported_by_citations": supported if known else None})


def _quoted_sources(result: ClaimResult, context: AuditContext) -> list[str]:
    """The sources that a supported verdict quotes alone: each supports it, where there is no more than one."""
    verdict = result.verdict
    if verdict is None or verdict.label is not Label.SUPPORTED or not context.reference:
        return []
    sources = {item.id: item.source for item in context.reference.passages}
    quoted = {sources[quote.evidence_id] for quote in verdict.quotes if quote.evidence_id in sources}
    return sorted(quoted) if len(quoted) == 1 else []


def _citation(
    marker: Marker,
    id_: str,
    *,
    source: str | None,
    verdict: Verdict | None,
    supporting: Sequence[str],
    context: AuditContext,
) -> Citation:
    if source is None:
        return Citation(
            marker=marker.text,
            cited=id_,
            source_id=id_,
            status=CitationStatus.UNKNOWN_SOURCE,
            better=tuple(supporting),
        )
    status = status_of(verdict, decide=context.options.decide)
    better = () if status is CitationStatus.SUPPORTS else tuple(name for name in supporting if name != source)
    quotes = verdict.quotes if verdict and status is not CitationStatus.UNDECIDED else ()
    return Citation(
        marker=marker.text,
        cited=id_,
        source_id=source,
        status=settled_status(status, better=better),
        better=better,
        quotes=quotes,
    )


def _quoted(result: ClaimResult, by_source: Mapping[str, Sequence[Evidence]]) -> list[Evidence]:
    ids = {quote.evidence_id for each in result.citations for quote in each.quotes}
    return [item for items in by_source.values() for item in items if item.id in ids]
