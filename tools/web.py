"""Searches the web through Tavily and cuts pages into passages; whether a page is believed is decided elsewhere."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from probandum.tools.errors import ToolError, ToolUnavailable
from probandum.tools.evidence import Document, Evidence, Origin, digest
from probandum.tools.index import PassageIndex
from probandum.tools.passages import passages
from probandum.tools.source import SearchArguments

if TYPE_CHECKING:
    from tavily import AsyncTavilyClient

_QUERY_CHARACTERS = 400  # the longest that the service takes
_PAGE_CHARACTERS = 200_000  # of one page; what stands further down is left out
_PAGES = 6
_EACH = 3
"""Passages of one page at most, so that one long page does not fill a judge's view."""
_LAST_WORD = re.compile(r"\s+\S*$")


class Pages(Protocol):
    """A memory of answers of the service, by what was asked."""

    def get(self, asked: str) -> tuple[str, datetime] | None:
        """What was answered and when, where that is not too long ago."""

    def put(self, asked: str, answer: str, when: datetime) -> None:
        """Keep an answer."""


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str = Field(min_length=1, max_length=4_000)
    title: str | None = None
    content: str = ""
    """What the service took from the page."""
    raw_content: str | None = None
    """The page as text."""

    @property
    def text(self) -> str:
        return (self.raw_content or self.content)[:_PAGE_CHARACTERS]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    results: tuple[_Page, ...]


@dataclass(frozen=True)
class WebLimits:
    """Which pages of the web count.

    Attributes:
        include: only pages of these domains; empty for all.
        exclude: no pages of these domains.
        max_age_days: none published before that many days; None for any age.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_age_days: int | None = None


class WebSearch:
    """A `probandum.tools.source.Source` over the web.

    Without a key the service is asked in its keyless mode, which allows a few searches.

    Attributes:
        name: what a model calls the search by.
        description: what is searched, for a model to read.
        origin: of every passage.
    """

    name = "search_web"
    description = (
        "Searches the web. Ask it where the documents are silent, in a few words that a page about it would have; one "
        "page alone proves little, so look for a second that does not repeat the first."
    )
    origin = Origin.WEB

    def __init__(
        self,
        *,
        api_key: SecretStr | None = None,
        base_url: str | None = None,
        limits: WebLimits | None = None,
        memory: Pages | None = None,
        seconds: float = 30.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Say where to search; nothing is sent yet.

        Args:
            api_key: of the service; None for its keyless mode.
            base_url: of the service, where it is not its own.
            limits: which pages count.
            memory: where answers are kept between audits; None asks anew.
            seconds: deadline of one question.
            now: the time, for when a page was fetched.
        """
        self._key = api_key
        self._base_url = base_url
        self._limits = limits or WebLimits()
        self._memory = memory
        self._seconds = seconds
        self._now = now

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """The passages of the pages found that share most with the query, best first.

        Raises:
            ToolUnavailable: not reached, too slow, or asked too often.
            ToolError: the key, the plan or the question does not hold, or the answer is not the protocol's.
        """
        query = _within(arguments.query)
        fetched, pages = await self._pages(query)
        found: dict[str, Evidence] = {}
        for page in pages:
            document = Document(text=page.text, source=page.url, title=page.title)
            for item in passages(document, origin=Origin.WEB):
                found[item.id] = item.model_copy(update={"fetched_at": fetched})
        return _best(query, tuple(found.values()), arguments.limit)

    async def _pages(self, query: str) -> tuple[datetime, tuple[_Page, ...]]:
        asked = digest(query, repr(self._limits), self._base_url or "", "keyless" if self._key is None else "")
        if self._memory and (kept := self._memory.get(asked)):
            return kept[1], _Answer.model_validate_json(kept[0]).results
        now = self._now()
        answer = _read(await self._asked(query, now))
        if self._memory:
            self._memory.put(asked, answer.model_dump_json(), now)
        return now, answer.results

    async def _asked(self, query: str, now: datetime) -> Any:  # noqa: ANN401 - JSON, not looked at yet
        import tavily
        from tavily import errors

        limits = self._limits
        client = tavily.AsyncTavilyClient(api_key=self._plain_key(), api_base_url=self._base_url)
        try:
            async with client:
                return await _search(client, query, limits, now, self._seconds)
        except errors.TavilyKeylessLimitError as error:
            raise ToolError(f"{self.name}: the keyless allowance is used up ({error}); set TAVILY_API_KEY") from error
        except errors.UsageLimitExceededError as error:
            raise ToolUnavailable(f"{self.name}: asked too often ({error}); try again later") from error
        except errors.InvalidAPIKeyError as error:
            raise ToolError(f"{self.name}: the key is not accepted; set TAVILY_API_KEY anew") from error
        except errors.ForbiddenError as error:
            raise ToolError(f"{self.name}: the plan or the key's limit is used up ({error}); raise it") from error
        except errors.BadRequestError as error:
            raise ToolError(f"{self.name}: the question is not taken ({error})") from error
        except errors.TimeoutError as error:
            raise ToolUnavailable(f"{self.name}: no answer within {self._seconds:g} s") from error
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            kind = ToolUnavailable if status >= 500 else ToolError  # noqa: PLR2004 - HTTP's own number
            raise kind(f"{self.name}: the service answers {status}; check PROBANDUM_TAVILY_BASE_URL") from error
        except httpx.HTTPError as error:
            raise ToolUnavailable(f"{self.name}: not reached ({error or type(error).__name__})") from error
        except (AttributeError, ValueError) as error:  # the first where the JSON is none of the service's
            hint = "check PROBANDUM_TAVILY_BASE_URL"
            raise ToolError(f"{self.name}: the answer is no JSON of the service's; {hint}") from error

    def _plain_key(self) -> str:
        # An empty one keeps the client from looking for a key in the environment by itself.
        return self._key.get_secret_value() if self._key else ""


async def _search(client: "AsyncTavilyClient", query: str, limits: WebLimits, now: datetime, seconds: float) -> Any:  # noqa: ANN401 - as above
    oldest = now - timedelta(days=limits.max_age_days) if limits.max_age_days else None
    return await client.search(
        query,
        max_results=_PAGES,
        include_raw_content="text",
        include_domains=list(limits.include) or None,
        exclude_domains=list(limits.exclude) or None,
        start_date=oldest.date().isoformat() if oldest else None,
        timeout=seconds,
    )


def _read(body: Any) -> _Answer:  # noqa: ANN401 - as above
    try:
        return _Answer.model_validate(body)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        place = ".".join(map(str, problem["loc"])) or "the answer"
        raise ToolError(f"search_web: the answer is not the service's ({place}: {problem['msg']})") from None


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
    return tuple(item for item in (ranked or tuple(first.values())) if item.id in chosen)[:limit]
