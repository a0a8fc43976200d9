"""The one seam to a language model: messages in, text or tool calls out; what they say is decided elsewhere.

Only this file and the HTTP client beside it know langchain-openai and openai, which are imported when a model is
built, not before.
"""

import time
from typing import TYPE_CHECKING, NoReturn

from pydantic import SecretStr, ValidationError

from probandum.agent.judges.llm.chat import completions
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply
from probandum.agent.usage import StageUsage
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeUnavailable

if TYPE_CHECKING:
    import openai
    from langchain_openai import ChatOpenAI

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_ANY_KEY = "none"  # for servers that take any
_MESSAGE_CHARACTERS = 300


class ChatModel:
    """A model behind an OpenAI-compatible endpoint.

    The client retries the wire (connection, timeout, 408, 409, 429, 5xx) and honours ``Retry-After``; what is raised
    here has been retried already. The key is never shown. Nothing is traced.

    Attributes:
        model: the model's name.
        base_url: the endpoint, ending in ``/v1`` mostly.
        max_output_tokens: the default limit of one answer.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: SecretStr | str | None = None,
        timeout: float = 60.0,
        max_retries: int = 3,
        temperature: float | None = 0.0,
        max_output_tokens: int = 4_096,
    ) -> None:
        """Name the model and its endpoint; nothing is sent yet.

        Args:
            model: the name that the endpoint knows it by.
            base_url: by default OpenAI's own.
            api_key: needed for OpenAI's own endpoint; other servers mostly take any.
            timeout: seconds in which one answer has to arrive whole, before it is tried again.
            max_retries: how often the client tries again.
            temperature: None leaves it to the endpoint, for models that take no temperature.
            max_output_tokens: the limit of one answer, reasoning included.

        Raises:
            ConfigError: no key for an endpoint that needs one.
        """
        self.model = model
        self.base_url = base_url or DEFAULT_BASE_URL
        self.max_output_tokens = max_output_tokens
        self._key = SecretStr(api_key) if isinstance(api_key, str) else api_key or SecretStr("")
        if not self._key.get_secret_value():
            if self.base_url == DEFAULT_BASE_URL:
                raise ConfigError(
                    f"no API key for {self.base_url!r}; set OPENAI_API_KEY, or OPENAI_BASE_URL to another endpoint"
                )
            self._key = SecretStr(_ANY_KEY)
        self._timeout = timeout
        self._max_retries = max_retries
        self._temperature = temperature
        self._client: ChatOpenAI | None = None

    def __repr__(self) -> str:
        return f"ChatModel({self.model!r}, base_url={self.base_url!r})"

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer of the model; errors are those of `Chat.complete`."""
        begin = time.perf_counter()
        try:
            return await self._asked(call, begin)
        except JudgeError as error:
            error.usage = error.usage or StageUsage(llm_calls=1, seconds=time.perf_counter() - begin)
            raise

    async def _asked(self, call: ChatCall, begin: float) -> ChatReply:
        import langsmith
        import openai

        client = self._built()
        try:
            with langsmith.tracing_context(enabled=False):
                message = await client.ainvoke(
                    list(call.messages), config={"callbacks": []}, **completions.call_options(call)
                )
        except openai.APIError as error:
            self._translate(error)
        except ValidationError:
            # Tool arguments that are JSON but no object: the model's fault, and for its caller to have mended.
            return ChatReply(text="", usage=completions.call_usage({}, begin))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # The ways in which the client trips over a body that is not the protocol's; nothing of ours runs in there.
            raise JudgeOutputError(
                f"{self.base_url!r} answered something that is no chat completion ({type(error).__name__}); "
                "check that the address is that of an OpenAI-compatible API"
            ) from error
        return completions.parse_message(message, begin)

    def _translate(self, error: "openai.APIError") -> NoReturn:
        import openai
        from langchain_core.exceptions import ContextOverflowError

        said = f"{self.model!r} at {self.base_url!r}: {self._shown(error)}"
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            raise ConfigError(f"the endpoint does not accept the key for {said}; set OPENAI_API_KEY") from error
        if isinstance(error, openai.NotFoundError):
            raise ConfigError(
                f"no such model or address: {said}; check the name after 'openai:' and OPENAI_BASE_URL"
            ) from error
        if isinstance(error, ContextOverflowError):
            raise JudgeOutputError(
                f"the prompt is longer than the model's window: {said}; show less evidence or use a larger model"
            ) from error
        if isinstance(error, openai.APIStatusError) and not _may_pass(error.status_code):
            raise JudgeOutputError(
                f"the endpoint does not take the request: {said}; where it names the context or tokens, show less "
                "evidence or use a larger model; where it names tools or the schema, ask with structured='json_schema'"
            ) from error
        raise JudgeUnavailable(f"no answer from {said}, tried {self._max_retries + 1} times") from error

    def _shown(self, error: Exception) -> str:
        key, text = self._key.get_secret_value(), " ".join(str(error).split())
        text = text if key == _ANY_KEY else text.replace(key, "[key]")
        return f"{type(error).__name__}: {text[:_MESSAGE_CHARACTERS]}"

    async def _sent_key(self) -> str:
        return self._key.get_secret_value()

    def _built(self) -> "ChatOpenAI":
        if self._client is None:
            self._client = self._build()
        return self._client

    def _build(self) -> "ChatOpenAI":
        from langchain_openai import ChatOpenAI

        from probandum.agent.judges.llm.chat.http_client import DeadlineClient

        return ChatOpenAI(
            model=self.model,
            base_url=self.base_url,
            api_key=self._sent_key,  # a coroutine, so that no second, synchronous client is built beside ours
            timeout=self._timeout,
            max_retries=self._max_retries,
            temperature=self._temperature,
            max_completion_tokens=self.max_output_tokens,
            http_async_client=DeadlineClient(seconds=self._timeout),
            disable_streaming=True,
            cache=False,
        )


def _may_pass(status: int) -> bool:
    return status in (408, 409, 425, 429) or status >= 500  # noqa: PLR2004 - HTTP's own numbers
