"""A model behind an OpenAI-compatible endpoint; how calls are put and what replies say is in the other modules.

Only this file and those beside it know langchain and openai, which are imported when a model is built, not before.
"""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pydantic import SecretStr, ValidationError

from probandum.agent.judges.llm.chat import completions
from probandum.agent.judges.llm.chat.endpoint_form import EndpointForm, Refusal, put_messages, request_body
from probandum.agent.judges.llm.chat.ladder import Ladder, RequestRefused
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply
from probandum.agent.usage import StageUsage
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeRefused, JudgeUnavailable
from probandum.tools.redaction import without_password, without_secrets

if TYPE_CHECKING:
    import openai

    from probandum.agent.judges.llm.chat.openai_client import OpenAIClient

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_ANY_KEY = "none"  # for servers that take any
_MESSAGE_CHARACTERS = 300
_READ = 4_000
_KEY = (401, 403)


class ChatModel:
    """A model behind an OpenAI-compatible endpoint.

    The client retries the wire (connection, timeout, 408, 409, 429, 5xx) and honours ``Retry-After``; what is raised
    here has been retried already. The key is never shown. Nothing is traced.

    Attributes:
        model: the model's name.
        base_url: the endpoint, ending in ``/v1`` mostly, without a password that stands in it.
        max_output_tokens: the default limit of one answer.
        local: whether it is taken for a small model of this machine.
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
        local: bool = False,
        remembered: Path | None = None,
    ) -> None:
        """Name the model and its endpoint; nothing is sent yet.

        Args:
            model: the name that the endpoint knows it by.
            base_url: by default OpenAI's own.
            api_key: needed for OpenAI's own endpoint; other servers mostly take any.
            timeout: seconds in which one answer has to arrive whole, before it is tried again.
            max_retries: how often the client tries again.
            temperature: None leaves it to the endpoint.
            max_output_tokens: the limit of one answer, reasoning included.
            local: whether it is a small model of this machine, which does best with one thing a call.
            remembered: the file in which it stands what endpoints do not take.

        Raises:
            ConfigError: no key for an endpoint that needs one.
        """
        self.model = model
        self._address = base_url or DEFAULT_BASE_URL
        self.base_url = without_password(self._address)
        self.max_output_tokens = max_output_tokens
        self.local = local
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
        self._client: OpenAIClient | None = None
        self._ladder = Ladder(path=remembered, name=f"{self.base_url} {model}")

    def __repr__(self) -> str:
        return f"ChatModel({self.model!r}, base_url={self.base_url!r})"

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer of the model; errors are those of `Chat.complete`."""
        begin = time.perf_counter()

        async def answer(asked: ChatCall) -> ChatReply:
            return await self._ladder.climb(asked, partial(self._sent, asked, begin=time.perf_counter()))

        try:
            return await completions.with_more_room(call, self.max_output_tokens, answer)
        except JudgeError as error:
            error.usage = error.usage or StageUsage(llm_calls=1, seconds=time.perf_counter() - begin)
            raise

    async def _sent(self, call: ChatCall, form: EndpointForm, *, begin: float) -> ChatReply:
        import langsmith
        import openai

        room = self.max_output_tokens
        body = request_body(call, form, temperature=self._temperature, room=room)
        try:
            with langsmith.tracing_context(enabled=False):
                message = await self._built().ainvoke(
                    list(put_messages(call, form)), config={"callbacks": []}, extra_body=body
                )
        except openai.APIError as error:
            self._translate(error)
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValidationError, ValueError) as error:
            # The ways in which the client trips over a body that is not the protocol's; nothing of ours runs in there.
            self._told(error)
        return completions.parse_message(message, begin, form=call.response is not None)

    def _translate(self, error: "openai.APIError") -> NoReturn:
        import openai
        from langchain_core.exceptions import ContextOverflowError

        from probandum.agent.judges.llm.chat.http_client import UNREADABLE

        said = f"{self.model!r} at {self.base_url!r}: {self._shown(error)}"
        status = error.status_code if isinstance(error, openai.APIStatusError) else 0
        refusal = Refusal.of(status, str(error))
        if error.code == UNREADABLE:
            raise JudgeOutputError(f"the endpoint answers too much or in another encoding: {said}") from error
        self._raise_named(refusal, said, error, overflows=isinstance(error, ContextOverflowError))
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError) and not refusal.of_a_parameter:
            raise ConfigError(f"the endpoint does not accept the key for {said}; set OPENAI_API_KEY") from error
        if isinstance(error, openai.NotFoundError) and not refusal.of_a_parameter:
            raise ConfigError(
                f"no such model or address: {said}; check the name after 'openai:' and OPENAI_BASE_URL"
            ) from error
        if isinstance(error, openai.APIStatusError) and not _may_pass(status):
            raise RequestRefused(
                f"the endpoint does not take the request: {said}; where it names the context or tokens, show less "
                "evidence or use a larger model",
                refusal,
            ) from error
        raise JudgeUnavailable(f"no answer from {said}, tried {self._max_retries + 1} times") from error

    def _raise_named(self, refusal: Refusal, said: str, error: Exception, *, overflows: bool = False) -> None:
        """Raise for what no other form would change."""
        if overflows or refusal.of_the_window:
            raise JudgeOutputError(
                f"the prompt is longer than the model's window: {said}; show less evidence or use a larger model"
            ) from error
        if refusal.of_the_filter:
            raise JudgeRefused(f"the provider's filter declined: {said}") from error

    def _told(self, error: Exception) -> NoReturn:
        """An error object inside a 200 says what it is; anything else is no chat completion."""
        inside = error.args[0] if isinstance(error, ValueError) and error.args else None
        if isinstance(inside, dict):
            code = inside.get("code")
            status = code if isinstance(code, int) else 0
            words = str(inside.get("message") or inside)[:_READ]
            said = f"{self.model!r} at {self.base_url!r}: {self._safe(words)}"
            refusal = Refusal.of(status if status >= 400 else 200, words)  # noqa: PLR2004 - HTTP's own number
            self._raise_named(refusal, said, error)
            if _may_pass(status):
                raise JudgeUnavailable(f"no answer from {said}") from error
            if status in _KEY:
                raise ConfigError(f"the endpoint does not accept the key for {said}; set OPENAI_API_KEY") from error
            raise RequestRefused(f"the endpoint answers with an error: {said}", refusal) from error
        raise JudgeOutputError(
            f"{self.base_url!r} answered something that is no chat completion ({type(error).__name__}); "
            "check that the address is that of an OpenAI-compatible API"
        ) from error

    def _shown(self, error: Exception) -> str:
        return f"{type(error).__name__}: {self._safe(str(error)[:_READ])}"

    def _safe(self, text: str) -> str:
        """Foreign words without the key and without orders to a terminal, of bounded length."""
        return completions.printable(without_secrets(text, [self._key]))[:_MESSAGE_CHARACTERS]

    async def _sent_key(self) -> str:
        return self._key.get_secret_value()

    def _built(self) -> "OpenAIClient":
        if self._client is None:
            from probandum.agent.judges.llm.chat.openai_client import make_client

            self._client = make_client(
                self.model,
                base_url=self._address,
                key=self._sent_key,
                timeout=self._timeout,
                max_retries=self._max_retries,
            )
        return self._client


def _may_pass(status: int) -> bool:
    return status in (408, 409, 425, 429) or status >= 500  # noqa: PLR2004 - HTTP's own numbers
