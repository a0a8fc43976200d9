"""From the name of a judge to the judge, with the settings it needs; what a judge does is the reasoning's business."""

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from probandum.agent.judges.protocol import Judge, Screen
from probandum.agent.options import Options
from probandum.agent.prices import price
from probandum.recordings import NO_RECORDING, Recording
from probandum.settings import Settings
from probandum.tools.errors import ConfigError

if TYPE_CHECKING:
    from probandum.agent.judges.llm.capabilities import EndpointCapabilities
    from probandum.agent.judges.llm.chat.protocol import Chat
    from probandum.agent.judges.llm.method import Method

_CHOICES = (
    "choose 'embedded', 'openai:MODEL' (any OpenAI-compatible endpoint, set by OPENAI_BASE_URL) or 'nli:FOLDER' (a "
    "cross-encoder of your own)"
)


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
        name: ``embedded``, ``openai:MODEL`` or ``nli:FOLDER``.
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
    if kind == "openai" and model:
        return _language_model(model, settings, options or Options(), examples or settings.examples, recording)
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
    if options.screen != "embedded" or judge.info.kind == "embedded":
        return None
    from probandum.agent.judges.embedded.screen import EmbeddedScreen

    return EmbeddedScreen()


def _language_model(
    model: str, settings: Settings, options: Options, examples: Path | None, recording: Recording
) -> Judge:
    from probandum.agent.judges.llm.few_shot.bank import load_bank
    from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
    from probandum.agent.judges.llm.judge import LLMJudge

    chat = recording.chat(model, lambda: make_chat(model, settings), max_output_tokens=settings.max_output_tokens)
    secret = recording.secret(lambda: installation_secret(settings.home))
    few_shot = None
    if options.few_shot != "off":
        few_shot = FewShotSelector(load_bank(examples), per=options.few_shot)
    return LLMJudge(
        chat,
        secret=secret,
        endpoint=_endpoint(model, settings, options, recording),
        method=_method(options),
        few_shot=few_shot,
        price=price(settings.prices, model) if settings.prices else None,
        address=settings.openai_base_url or "",
    )


def _method(options: Options) -> "Method":
    from probandum.agent.judges.llm.method import Method

    return Method(
        reasoning=options.reasoning,
        votes=options.votes,
        confidence=options.confidence,
        screens=options.screen == "logprob",
    )


def _endpoint(model: str, settings: Settings, options: Options, recording: Recording) -> "EndpointCapabilities":
    """What the endpoint can do: as the settings say, else as it is found out; a recording holds the finding out too."""
    from probandum.agent.judges.llm.capabilities import CapabilitiesFile, EndpointCapabilities

    wanted = options.confidence in ("auto", "logprob") or options.screen == "logprob"
    name = f"{settings.openai_base_url or 'default'} {model}"
    return EndpointCapabilities(
        structured=None if settings.structured == "auto" else settings.structured,
        logprobs=None if wanted else False,
        memory=None if recording.is_on else CapabilitiesFile(settings.home / "endpoints.json", name=name),
    )


def make_chat(model: str, settings: Settings) -> "Chat":
    """The language model of that name at the endpoint of the settings; ConfigError where its key is not set."""
    from probandum.agent.judges.llm.chat.client_process import ModelAddress, SubprocessChat
    from probandum.agent.judges.llm.chat.rate_limit import RateLimitedChat, RateLimits

    if settings.openai_api_key is None:
        hint = (
            "set OPENAI_API_KEY (any word will do for a local server), and OPENAI_BASE_URL for an endpoint of your own"
        )
        raise ConfigError(f"the judge 'openai:{model}' needs a key: {hint}")
    at = ModelAddress(
        model=model,
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key.get_secret_value(),
        timeout=settings.call_seconds,
        max_output_tokens=settings.max_output_tokens,
    )
    chat = SubprocessChat(at) if settings.model_process else at.client()
    rates = RateLimits(settings.requests_per_minute, settings.tokens_per_minute)
    return chat if rates == RateLimits() else RateLimitedChat(chat, rates, endpoint=f"{chat.base_url} {model}")


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
