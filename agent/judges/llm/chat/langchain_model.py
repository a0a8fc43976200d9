"""Any chat model of LangChain as a model to ask: the user's own object, or one that is named by its provider."""

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import SecretStr, ValidationError

from probandum.agent.events import told_while_waiting
from probandum.agent.judges.llm.chat.completions import parse_message, printable
from probandum.agent.judges.llm.chat.endpoint_form import EndpointForm, Refusal, Structured, put_messages, request_body
from probandum.agent.judges.llm.chat.ladder import Ladder, RequestRefused
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply
from probandum.agent.usage import StageUsage
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeRefused, JudgeUnavailable
from probandum.tools.redaction import without_secrets

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_MESSAGE_CHARACTERS = 300
_READ = 4_000
_KEY = (401, 403)
_GONE = 404
_TAKES_SCHEMA = frozenset({"openai-chat", "azure-openai-chat", "xai-chat", "deepseek-chat", "groq-chat"})
"""Kinds of model, by LangChain's own names, that take a ``response_format`` of the OpenAI protocol."""
_TAKES_LOGPROBS = frozenset({"openai-chat", "azure-openai-chat", "xai-chat", "deepseek-chat"})
_CACHES_ON_REQUEST = frozenset({"anthropic-chat"})


_ERRORS: Mapping[str, tuple[str, ...]] = {
    "anthropic": ("AnthropicError",),
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "google.api_core.exceptions": ("GoogleAPIError",),
    "google.genai.errors": ("APIError",),
    "grpc": ("RpcError",),
    "httpx": ("HTTPError", "InvalidURL"),
    "httpx2": ("HTTPError", "InvalidURL"),
    "langchain_core.exceptions": ("LangChainException",),
    "langchain_google_genai._common": ("GoogleGenerativeAIError",),
    "langchain_google_genai.chat_models": ("ChatGoogleGenerativeAIError",),
    "ollama": ("RequestError", "ResponseError"),
    "openai": ("OpenAIError",),
    "requests": ("RequestException",),
}
"""Where the clients of providers keep their exceptions; a client that is not loaded raises none."""


class LangChainModel:
    """A chat model of LangChain.

    Retries, keys, proxies and headers are the model's own settings. Nothing is traced, and its callbacks are its own.

    Attributes:
        model: the model's name, as far as it tells one.
        max_output_tokens: the default limit of one answer.
        local: whether it is taken for a small model of this machine.
    """

    def __init__(
        self, model: "BaseChatModel", *, name: str = "", max_output_tokens: int = 4_096, local: bool = False
    ) -> None:
        """Wrap a model; nothing is sent yet.

        Args:
            model: the model, with all its own settings.
            name: what it is called; by default what it calls itself.
            max_output_tokens: what its answers are taken to have room for; how long they may get is its own setting.
            local: whether it is a small model of this machine, which does best with one thing a call.
        """
        self._chat = model
        told = getattr(model, "model_name", None) or getattr(model, "model", None) or type(model).__name__
        self.model = name or str(told)
        self.max_output_tokens = max_output_tokens
        self.local = local
        kind = str(getattr(model, "_llm_type", ""))
        self._secrets = [value for value in vars(model).values() if isinstance(value, SecretStr)]
        self._caches = kind in _CACHES_ON_REQUEST
        self._bound = kind in _TAKES_SCHEMA
        candidates = EndpointForm().candidates if kind in _TAKES_LOGPROBS else 0
        structured: Structured = "bounded" if self._bound else "words"
        self._ladder = Ladder(form=EndpointForm(structured=structured, candidates=candidates))

    def __repr__(self) -> str:
        return f"LangChainModel({self.model!r})"

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer of the model; errors are those of `Chat.complete`."""
        begin = time.perf_counter()
        try:
            return await self._ladder.climb(call, lambda form: self._sent(call, form, begin))
        except JudgeError as error:
            error.usage = error.usage or StageUsage(llm_calls=1, seconds=time.perf_counter() - begin)
            raise

    async def _sent(self, call: ChatCall, form: EndpointForm, begin: float) -> ChatReply:
        import langsmith

        asked: Any = self._with_temperature(call, form)
        if self._bound:
            asked = asked.bind(**_options(call, form))
        try:
            with langsmith.tracing_context(enabled=False), told_while_waiting(repr(self.model)):
                message = await asked.ainvoke(self._messages(call, form))
        except _provider_errors() as error:
            _translate(self.model, error, without_secrets(str(error)[:_READ], self._secrets))
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValidationError) as error:
            kind = type(error).__name__
            raise JudgeOutputError(f"{self.model!r} answered something that is no chat message ({kind})") from error
        return parse_message(message, begin, form=call.response is not None)

    def _with_temperature(self, call: ChatCall, form: EndpointForm) -> "BaseChatModel":
        """The model, with the temperature of the call, or with none where its endpoint takes none."""
        wanted = call.temperature if form.temperature else None
        known = "temperature" in type(self._chat).model_fields
        if not known or (form.temperature and wanted is None):
            return self._chat
        return self._chat.model_copy(update={"temperature": wanted})

    def _messages(self, call: ChatCall, form: EndpointForm) -> list[Any]:
        """The messages; where a provider caches a prompt only on request, what all claims share is marked."""
        messages: list[Any] = [*put_messages(call, form)]
        shared = len(call.messages) - 2
        if self._caches and shared >= 0 and not form.alternate:
            role, text = messages[shared]
            marked = {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}
            messages[shared] = {"role": role, "content": [marked]}
        return messages


def _provider_errors() -> tuple[type[Exception], ...]:
    """The exceptions of the clients that are loaded, with what the network raises by itself."""
    found: list[type[Exception]] = [OSError, TimeoutError]
    for module, names in _ERRORS.items():
        if loaded := sys.modules.get(module):
            found += [getattr(loaded, name) for name in names if hasattr(loaded, name)]
    return tuple(found)


def _options(call: ChatCall, form: EndpointForm) -> dict[str, Any]:
    """What is asked beside the messages, without what the user has set on the model."""
    body = request_body(call, form, temperature=None, room=0)
    return {name: value for name, value in body.items() if name in ("response_format", "logprobs", "top_logprobs")}


def _translate(model: str, error: Exception, text: str) -> NoReturn:
    """An error of a provider's own client, by the status that it carries and by its name; ``text`` is what it says."""
    status = _status(error)
    said = f"{model!r}: {type(error).__name__}: {printable(text)[:_MESSAGE_CHARACTERS]}"
    refusal = Refusal.of(status, text)
    if refusal.of_the_window or "ContextOverflow" in type(error).__name__:
        raise JudgeOutputError(f"the prompt is longer than the model's window: {said}; show less evidence") from error
    if refusal.of_the_filter:
        raise JudgeRefused(f"the provider's filter declined: {said}") from error
    if (status in _KEY and not refusal.of_a_parameter) or "auth" in type(error).__name__.casefold():
        raise ConfigError(f"the provider does not accept the key for {said}") from error
    if status == _GONE and not refusal.of_a_parameter:
        raise ConfigError(f"no such model: {said}") from error
    if status and 400 <= status < 500 and status not in (408, 409, 425, 429):  # noqa: PLR2004 - HTTP's own numbers
        raise RequestRefused(f"the provider does not take the request: {said}", refusal) from error
    raise JudgeUnavailable(f"no answer from {said}") from error


def _status(error: Exception) -> int:
    """The HTTP status, wherever a provider's client keeps it; 0 where it tells none."""
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):  # of botocore
        response = response.get("ResponseMetadata") or {}
        return int(response.get("HTTPStatusCode") or 0)
    for held in (error, error.__cause__, response):
        for name in ("status_code", "code", "http_status", "status"):
            value = getattr(held, name, None)
            if isinstance(value, int):
                return value
    return 0


def named_model(provider: str, model: str, *, max_output_tokens: int, timeout: float) -> LangChainModel:
    """The model of a provider that LangChain knows, such as ``anthropic`` or ``google_genai``.

    Raises:
        ConfigError: LangChain, the provider's package or its key is missing, or there is no such provider.
    """
    try:
        from langchain.chat_models import init_chat_model
    except ImportError:
        raise ConfigError(
            f"the judge '{provider}:{model}' needs the extra 'providers': pip install 'probandum[providers]'"
        ) from None
    try:
        made = init_chat_model(model, model_provider=provider, temperature=0, timeout=timeout)
    except ImportError as error:
        raise ConfigError(f"the judge '{provider}:{model}' needs a package: {printable(str(error))}") from None
    except (TypeError, ValueError) as error:
        raise ConfigError(f"the judge '{provider}:{model}' cannot be made: {printable(str(error))[:400]}") from None
    return LangChainModel(made, name=model, max_output_tokens=max_output_tokens)
