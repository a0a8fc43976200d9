"""The one seam to Tavily: searches, pages, and its errors by name; what is done with pages is decided elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from probandum.tools.errors import ToolError, ToolUnavailable
from probandum.tools.redaction import without_secrets

if TYPE_CHECKING:
    from tavily import AsyncTavilyClient

_NAME = "search_web"
_MOST_PAGES = 6
_SAID = 200
"""Characters of what the service says of a failure."""


class Page(BaseModel):
    """A page as the service gives it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str = Field(min_length=1, max_length=4_000)
    title: str | None = None
    content: str = ""
    """What the service took from the page."""
    raw_content: str | None = None
    """The page as text."""
    published_date: str | None = Field(default=None, max_length=100)
    """When it was published, where the service knows."""


class SearchReply(BaseModel):
    """What a search found."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    results: tuple[Page, ...]


class _Failed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str = ""
    error: str = "no reason given"


class _Extracted(SearchReply):
    failed_results: tuple[_Failed, ...] = ()


Kind = TypeVar("Kind", bound=SearchReply)


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


class TavilyService:
    """Asks the service; in its keyless mode where there is no key.

    Every call raises `ToolUnavailable` where the service is not reached, too slow, or asked too often, and `ToolError`
    where the key, the plan or the question does not hold, or the answer is not the protocol's.

    Attributes:
        keyless: whether it is asked without a key.
        address: where it is asked; None for the service's own.
    """

    def __init__(self, *, api_key: SecretStr | None, base_url: str | None, seconds: float) -> None:
        self.keyless = api_key is None
        self.address = base_url
        self._key = api_key
        self._seconds = seconds

    async def search(self, query: str, *, limits: WebLimits, now: datetime) -> SearchReply:
        """The pages that the service finds for a query."""
        oldest = now - timedelta(days=limits.max_age_days) if limits.max_age_days else None

        async def asked(client: "AsyncTavilyClient") -> Any:  # noqa: ANN401 - JSON, not looked at yet
            return await client.search(
                query,
                max_results=_MOST_PAGES,
                include_raw_content="text",
                include_domains=list(limits.include) or None,
                exclude_domains=list(limits.exclude) or None,
                start_date=oldest.date().isoformat() if oldest else None,
                timeout=self._seconds,
            )

        return _read(SearchReply, await self._answer(asked))

    async def extract(self, url: str) -> Page:
        """One page as text; `ToolError` where the service could not read it."""

        async def asked(client: "AsyncTavilyClient") -> Any:  # noqa: ANN401 - as above
            return await client.extract([url], format="text", timeout=self._seconds)

        answer = _read(_Extracted, await self._answer(asked))
        page = next((page for page in answer.results if page.raw_content), None)
        if page is None:
            why = answer.failed_results[0].error if answer.failed_results else "it has no text"
            raise ToolError(f"{_NAME}: the page {url!r} could not be read ({self._said(why)}); ask for another one")
        return page

    def _said(self, words: object) -> str:
        return without_secrets(str(words)[:_SAID], [self._key])

    async def _answer(self, asked: Callable[["AsyncTavilyClient"], Awaitable[Any]]) -> Any:  # noqa: ANN401 - as above
        import tavily
        from tavily import errors

        # An empty key keeps the client from looking for one in the environment by itself.
        key = self._key.get_secret_value() if self._key else ""
        try:
            async with tavily.AsyncTavilyClient(api_key=key, api_base_url=self.address) as client:
                return await asked(client)
        except errors.TavilyKeylessLimitError as error:
            raise ToolError(
                f"{_NAME}: the keyless allowance is used up ({self._said(error)}); set TAVILY_API_KEY"
            ) from error
        except errors.UsageLimitExceededError as error:
            raise ToolUnavailable(f"{_NAME}: asked too often ({self._said(error)}); try again later") from error
        except errors.InvalidAPIKeyError as error:
            raise ToolError(f"{_NAME}: the key is not accepted; set TAVILY_API_KEY anew") from error
        except errors.ForbiddenError as error:
            raise ToolError(
                f"{_NAME}: the plan or the key's limit is used up ({self._said(error)}); raise it"
            ) from error
        except errors.BadRequestError as error:
            raise ToolError(f"{_NAME}: the question is not taken ({self._said(error)})") from error
        except errors.TimeoutError as error:
            raise ToolUnavailable(f"{_NAME}: no answer within {self._seconds:g} s") from error
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            kind = ToolUnavailable if status >= 500 else ToolError  # noqa: PLR2004 - HTTP's own number
            raise kind(f"{_NAME}: the service answers {status}; check PROBANDUM_TAVILY_BASE_URL") from error
        except httpx.HTTPError as error:
            raise ToolUnavailable(f"{_NAME}: not reached ({self._said(error) or type(error).__name__})") from error
        except (AttributeError, ValueError) as error:  # the first where the JSON is none of the service's
            hint = "check PROBANDUM_TAVILY_BASE_URL"
            raise ToolError(f"{_NAME}: the answer is no JSON of the service's; {hint}") from error


def _read(kind: type[Kind], body: Any) -> Kind:  # noqa: ANN401 - as above
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        place = ".".join(map(str, problem["loc"])) or "the answer"
        raise ToolError(f"{_NAME}: the answer is not the service's ({place}: {problem['msg']})") from None
