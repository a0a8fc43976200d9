"""From the name of a judge to the judge, with the settings it needs; what a judge does is the reasoning's business."""

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from probandum.agent.judges.protocol import Judge, Screen
from probandum.agent.options import Options
from probandum.agent.prices import price
from probandum.recordings import NO_RECORDING, Recording
from probandum.settings import Settings, threads_wait_quietly
from probandum.tools.errors import ConfigError

if TYPE_CHECKING:
    from probandum.agent.judges.llm.chat.protocol import Chat
    from probandum.agent.judges.llm.method import Method

_CHOICES = (
    "choose 'embedded', 'openai:MODEL' (any OpenAI-compatible endpoint, set by OPENAI_BASE_URL), 'ollama:MODEL', "
    "'gguf:FILE' (a model in this process), 'PROVIDER:MODEL' (such as 'anthropic:…' or 'google_genai:…') or "
    "'nli:FOLDER' (a cross-encoder of your own)"
)
_LOCAL_ROOM = 2_048
LANGUAGE_MODELS = "openai:MODEL, ollama:MODEL, gguf:FILE or PROVIDER:MODEL"
_PROVIDERS = frozenset(
    {"anthropic", "azure_ai", "azure_openai", "baseten", "bedrock", "bedrock_converse", "cohere", "deepseek"}
    | {"fireworks", "google_anthropic_vertex", "google_genai", "google_vertexai", "groq", "huggingface", "ibm"}
    | {"litellm", "mistralai", "nvidia", "openrouter", "perplexity", "together", "upstage", "xai"}
)
"""Of LangChain's `init_chat_model`."""


def make_judge(
    name: str,
    settings: Settings,
    options: Options | None = None,
    *,
    examples: Path | None = None,
    recording: Recording = NO_RECORDING,
) -> Judge:
    """The judge that a name stands for.

    Args:
        name: ``embedded``, ``openai:MODEL``, ``ollama:MODEL``, ``gguf:FILE``, ``PROVIDER:MODEL`` or ``nli:FOLDER``.
        settings: what the environment says.
        options: how thorough it is to be.
        examples: a bank of the user's own, in place of the settings'.
        recording: what the model's answers are recorded on or replayed from.

    Raises:
        ConfigError: there is no such judge, or something that it needs is not set; it says what.
        InputError: the bank does not hold.
    """
    kind, _, model = name.partition(":")
    if name == "embedded":
        from probandum.agent.judges.embedded.judge import EmbeddedJudge

        return EmbeddedJudge()
    if asks_a_language_model(name):
        return _language_model(name, settings, options or Options(), examples or settings.examples, recording)
    if kind == "nli" and model:
        return make_verifier(model, settings.verifier_labels)
    raise ConfigError(f"no judge is called {name!r}; {_CHOICES}")


@cache
def make_verifier(name: str, labels: str | None) -> Judge:
    """The cross-encoder of a folder or of the hub, opened once in a process; `ConfigError` says what is wrong."""
    from probandum.agent.judges.verifier.heads import head
    from probandum.agent.judges.verifier.judge import VerifierJudge
    from probandum.tools.retrieval.onnx_model import OnnxModel, model_folder

    model = OnnxModel(model_folder(name))
    named = [name.strip() for name in labels.split(",")] if labels else ()
    return VerifierJudge(
        model,
        head(model.config, named=named),
        name=name if "/" in name and not Path(name).exists() else Path(name).resolve().name,
    )


def make_screen(options: Options, judge: Judge) -> Screen | None:
    """What the options put before a judge that is paid for; the embedded judge needs nobody before it."""
    if judge.info.kind == "embedded" or options.screen == "none":
        return None
    from probandum.agent.judges.llm.judge import LLMJudge
    from probandum.agent.verdicts.screen import EmbeddedScreen

    local = isinstance(judge, LLMJudge) and judge.is_local
    if options.screen == "auto" and not local:
        return None

    if local:
        return EmbeddedScreen(decide=options.decide)
    return EmbeddedScreen(decide="strict" if options.decide == "auto" else options.decide, flags=False)


def asks_a_language_model(name: str) -> bool:
    """Whether the name of a judge is that of a language model."""
    kind, _, model = name.partition(":")
    return bool(model) and (kind in ("openai", "ollama", "gguf") or kind in _PROVIDERS)


def judge_of_model(model: object, settings: Settings, options: Options, *, examples: Path | None = None) -> Judge:
    """A judge that asks a chat model of LangChain, the caller's own object.

    Raises:
        ConfigError: the object is no such model.
    """
    from langchain_core.language_models import BaseChatModel

    from probandum.agent.judges.llm.chat.langchain_model import LangChainModel

    if not isinstance(model, BaseChatModel):
        raise ConfigError(f"no judge can be made of {type(model).__name__!r}; {_CHOICES}, or hand in a BaseChatModel")
    chat = LangChainModel(model, max_output_tokens=settings.max_output_tokens)
    secret = installation_secret(settings.home)
    return _judge_of(chat, settings, options, examples or settings.examples, secret=secret, address="")


def _language_model(
    name: str, settings: Settings, options: Options, examples: Path | None, recording: Recording
) -> Judge:
    kind, _, model = name.partition(":")
    local = kind in ("ollama", "gguf")
    chat = recording.chat(
        _called(kind, model), lambda: make_chat(name, settings), max_output_tokens=_room(kind, settings), local=local
    )
    secret = recording.secret(lambda: installation_secret(settings.home))
    address = (settings.openai_base_url or "") if kind == "openai" else kind
    return _judge_of(chat, settings, options, examples, secret=secret, address=address)


def _judge_of(
    chat: "Chat", settings: Settings, options: Options, examples: Path | None, *, secret: bytes, address: str
) -> Judge:
    from probandum.agent.judges.llm.few_shot.bank import load_bank
    from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
    from probandum.agent.judges.llm.judge import LLMJudge

    few_shot = None
    if options.few_shot != "off":
        few_shot = FewShotSelector(load_bank(examples), per=options.few_shot)
    return LLMJudge(
        chat,
        secret=secret,
        method=_method(options, chat, settings),
        few_shot=few_shot,
        price=price(settings.prices, chat.model) if settings.prices else None,
        address=address,
    )


def _method(options: Options, chat: "Chat", settings: Settings) -> "Method":
    """How a model is made to judge: what is left open follows from whether it is a small one of this machine."""
    from probandum.agent.judges.llm.method import HOSTED_BATCH, LOCAL_REPEATED, Method

    reasoning = options.reasoning if options.reasoning != "auto" else ("direct" if chat.local else "cot")
    return Method(
        reasoning=reasoning,
        first_look=options.granularity == "adaptive",
        batch=settings.batch or (1 if chat.local else HOSTED_BATCH),
        by_clauses=chat.local,
        repeated=LOCAL_REPEATED if chat.local else 0,
        own_types=options.error_types,
        votes=options.votes,
        confidence=options.confidence,
    )


def _called(kind: str, model: str) -> str:
    """What a model calls itself once it is made, so that a replay need not make it."""
    return model.rpartition("/")[2].removesuffix(".gguf") if kind == "gguf" else model


def _room(kind: str, settings: Settings) -> int:
    """Tokens of one answer; a small model that has written more than this does not find its end."""
    return min(settings.max_output_tokens, _LOCAL_ROOM) if kind == "gguf" else settings.max_output_tokens


def make_chat(name: str, settings: Settings) -> "Chat":
    """The language model that the name of a judge stands for; ConfigError where something that it needs is not set."""
    kind, _, model = name.partition(":")
    if kind == "gguf":
        return _local_model(model, settings)
    if kind in ("openai", "ollama"):
        return _endpoint_model(kind, model, settings)
    from probandum.agent.judges.llm.chat.langchain_model import named_model

    return named_model(kind, model, max_output_tokens=settings.max_output_tokens, timeout=settings.call_seconds)


def _endpoint_model(kind: str, model: str, settings: Settings) -> "Chat":
    from probandum.agent.judges.llm.chat.client_process import ModelAddress, SubprocessChat
    from probandum.agent.judges.llm.chat.rate_limit import RateLimitedChat, RateLimits

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    local = kind == "ollama"
    if not key and not local:
        hint = (
            "set OPENAI_API_KEY (any word will do for a local server), and OPENAI_BASE_URL for an endpoint of your own"
        )
        raise ConfigError(f"the judge 'openai:{model}' needs a key: {hint}")
    at = ModelAddress(
        model=model,
        base_url=f"{settings.ollama_url}/v1" if local else settings.openai_base_url,
        api_key="none" if local else key,
        timeout=settings.seconds_of_call(local=local),
        max_output_tokens=settings.max_output_tokens,
        local=local,
        remembered=settings.home / "endpoints.json",
    )
    chat = SubprocessChat(at) if settings.model_process else at.client()
    rates = RateLimits(settings.requests_per_minute, settings.tokens_per_minute)
    return chat if rates == RateLimits() else RateLimitedChat(chat, rates, endpoint=f"{chat.base_url} {model}")


def _local_model(model: str, settings: Settings) -> "Chat":
    """A model of a file, of the folder of models, or of a repository of the hub as ``hf:REPO/FILE``."""
    from probandum.agent.judges.llm.chat.local_model import LocalModel
    from probandum.local_models import model_path

    threads_wait_quietly()
    return LocalModel(
        model_path(model, settings.home),
        max_output_tokens=_room("gguf", settings),
        timeout=settings.seconds_of_call(local=True),
    )


def installation_secret(home: Path) -> bytes:
    """The secret that makes this installation's fences unguessable; made on first use, readable by its owner only."""
    path = home / "secret"
    try:
        if not path.exists():
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        return path.read_bytes()
    except OSError as error:
        hint = "choose a folder of your own with PROBANDUM_HOME"
        raise ConfigError(
            f"the secret of this installation cannot be kept in {str(path)!r}: {error.strerror}; {hint}"
        ) from None
