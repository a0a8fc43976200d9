"""Searches the web, reads pages of it and cuts them into passages; whether a page is believed is decided elsewhere."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from pydantic import SecretStr

from probandum.tools.errors import ToolError
from probandum.tools.evidence import Document, Evidence, Mark, Origin, digest, identity_in
from probandum.tools.folders import Skipped
from probandum.tools.retrieval.index import PassageIndex
from probandum.tools.segmentation.passages import OVERLAP, passages
from probandum.tools.source import SearchArguments
from probandum.tools.web.independence import independent_first
from probandum.tools.web.tavily import Page, SearchReply, TavilyService, WebLimits
from probandum.tools.web.urls import host_of, url_query

_QUERY_CHARACTERS = 400  # the longest that the service takes
PAGE_CHARACTERS = 200_000
"""Of one page; what stands further down is left out, and told."""
_EACH = 3
"""Passages of one page at most, so that one long page does not fill a judge's view."""
_LAST_WORD = re.compile(r"\s+\S*$")


class PageStore(Protocol):
    """A memory of answers of the service, by what was asked."""

    def get(self, asked: str) -> tuple[str, datetime] | None:
        """What was answered and when, where that is not too long ago."""

    def put(self, asked: str, answer: str, when: datetime) -> None:
        """Keep an answer."""


class _Fetched(NamedTuple):
    when: datetime
    answer: SearchReply


class WebSearch:
    """A `probandum.tools.source.Source` over the web.

    Without a key the service is asked in its keyless mode, which allows a few searches. A query that begins with the
    address of a page asks for that page: one that a search has found, or that is known from the start. Nobody else's
    address is asked for, so that a text cannot have words carried away in one.

    Attributes:
        name: what a model calls the search by.
        description: what is searched, for a model to read.
        origin: of every passage.
    """

    name = "search_web"
    description = (
        "Searches the web. Ask it where the documents are silent, in a few words that a page about it would have; one "
        "page alone proves little, so look for a second that does not repeat the first. To read further in a page that "
        "it found or that the answer cites, give the page's address, and after it the words to look for there."
    )
    origin = Origin.WEB

    def __init__(
        self,
        *,
        api_key: SecretStr | None = None,
        base_url: str | None = None,
        limits: WebLimits | None = None,
        memory: PageStore | None = None,
        seconds: float = 30.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        cited: Iterable[str] = (),
    ) -> None:
        """Say where to search; nothing is sent yet.

        Args:
            api_key: of the service; None for its keyless mode.
            base_url: of the service, where it is not its own.
            limits: which pages count.
            memory: where answers are kept between audits; None asks anew.
            seconds: deadline of one question.
            now: the time, for when a page was fetched.
            cited: addresses that may be read though no search has found them, as far as the limits allow.
        """
        self._service = TavilyService(api_key=api_key, base_url=base_url, seconds=seconds)
        self._limits = limits or WebLimits()
        self._memory = memory
        self._now = now
        self._known: dict[str, _Fetched | None] = dict.fromkeys(filter(self._may_read, cited))
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._cut: dict[str, Skipped] = {}

    @property
    def skipped_so_far(self) -> tuple[Skipped, ...]:
        """The pages of which a part was left out, and how much."""
        return tuple(self._cut.values())

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """The passages of the pages found that share most with the query, best first; or those of one page.

        Of pages that repeat a publisher or a text, the later ones come last.

        Raises:
            ToolUnavailable: not reached, too slow, or asked too often.
            ToolError: the key, the plan or the question does not hold, the answer is not the protocol's, or the page
                cannot be read.
        """
        if address := url_query(arguments.query):
            return await self._read(*address, limit=arguments.limit)
        if identity := identity_in(arguments.query):
            return self._around(identity)
        query = _within(arguments.query)
        fetched = await self._found(query)
        return _best(query, self._passages(fetched), arguments.limit)

    async def _read(self, address: str, words: str, *, limit: int) -> tuple[Evidence, ...]:
        """The passages of one page that share most with the words, or its first."""
        async with self._turns[address]:
            if address not in self._known:
                hint = "search for words first"
                raise ToolError(f"{self.name}: no search has found {address!r}, nor does the answer cite it; {hint}")
            fetched = self._known[address]
            if fetched is None:
                fetched = self._known[address] = await self._extracted(address)
        found = self._passages(fetched)
        return (PassageIndex(found).search(words, limit) if words and found else ()) or found[:limit]

    def _around(self, identity: str) -> tuple[Evidence, ...]:
        """What stands before and after a passage in the pages that were fetched; nothing is asked for that."""
        pages = (self._passages(fetched) for fetched in self._known.values() if fetched)
        return next(filter(None, (PassageIndex(page).around(identity) for page in pages)), ())

    async def _found(self, query: str) -> _Fetched:
        fetched = await self._remembered(query, lambda now: self._service.search(query, limits=self._limits, now=now))
        for page in fetched.answer.results:
            if page.raw_content or page.url not in self._known:
                whole = fetched._replace(answer=SearchReply(results=(page,))) if page.raw_content else None
                self._known[page.url] = self._known.get(page.url) or whole
        return fetched

    async def _extracted(self, address: str) -> _Fetched:
        async def asked(_: datetime) -> SearchReply:
            page = await self._service.extract(address)
            return SearchReply(results=(page.model_copy(update={"url": address}),))

        return await self._remembered(f"page {address}", asked)

    async def _remembered(self, question: str, ask: Callable[[datetime], Awaitable[SearchReply]]) -> _Fetched:
        keyless = "keyless" if self._service.keyless else ""
        asked = digest(question, repr(self._limits), self._service.address or "", keyless)
        if self._memory and (kept := self._memory.get(asked)):
            return _Fetched(kept[1], SearchReply.model_validate_json(kept[0]))
        now = self._now()
        answer = await ask(now)
        if self._memory:
            self._memory.put(asked, answer.model_dump_json(), now)
        return _Fetched(now, answer)

    def _passages(self, fetched: _Fetched) -> tuple[Evidence, ...]:
        found: dict[str, Evidence] = {}
        for page in fetched.answer.results:
            for item in passages(self._document(page), origin=Origin.WEB, overlap=OVERLAP):
                found[item.id] = item.model_copy(update={"fetched_at": fetched.when})
        return tuple(found.values())

    def _document(self, page: Page) -> Document:
        text = page.raw_content or page.content
        if len(text) > PAGE_CHARACTERS:
            left = f"the last {len(text) - PAGE_CHARACTERS:,} of {len(text):,} characters of {page.url!r}"
            self._cut[page.url] = Skipped(source=page.url, message=left)
        published = (Mark(start=0, locator=f"published {page.published_date}"),) if page.published_date else ()
        return Document(text=text[:PAGE_CHARACTERS], source=page.url, title=page.title, marks=published)

    def _may_read(self, address: str) -> bool:
        """Whether the limits let a page be read that no search has found; how old it is, nobody knows."""
        name = host_of(address) or ""
        among = _belongs(name, self._limits.include) if self._limits.include else True
        return among and not _belongs(name, self._limits.exclude) and self._limits.max_age_days is None


def _belongs(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _within(query: str) -> str:
    """As much of a query as the service takes, cut after a word."""
    plain = " ".join(query.split())
    return plain if len(plain) <= _QUERY_CHARACTERS else _LAST_WORD.sub("", plain[: _QUERY_CHARACTERS + 1])


def _best(query: str, found: Sequence[Evidence], limit: int) -> tuple[Evidence, ...]:
    """The best passages, few of each page; of a page that shares no word with the query, its first."""
    ranked = PassageIndex(found).search(query, len(found)) if found else ()
    first = {item.source: item for item in reversed(found)}
    taken: dict[str, list[Evidence]] = {}
    for item in ranked or first.values():
        of_page = taken.setdefault(item.source, [])
        if len(of_page) < _EACH:
            of_page.append(item)
    chosen = {item.id for items in taken.values() for item in items}
    return independent_first([item for item in (ranked or tuple(first.values())) if item.id in chosen])[:limit]
