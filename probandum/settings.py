"""Where the values come from: an explicit argument, else a ``PROBANDUM_*`` variable, else the default written here."""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from probandum.agent.options import Options
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Origin

Profile = Literal["fast", "standard", "deep"]

PROFILES: Mapping[Profile, Options] = {
    "fast": Options(max_rounds=1, granularity="batch", reasoning="direct", screen="embedded"),
    "standard": Options(max_rounds=2),
    "deep": Options(max_rounds=4, granularity="claim", votes=3, sources=tuple(Origin)),
}
"""How thorough an audit is, in three steps; every entry can be overridden by its own option."""


_SLOWER = 10.0
_OLLAMA_PORT = 11_434


class Settings(BaseSettings):
    """What the environment says; names are these with ``PROBANDUM_`` in front."""

    model_config = SettingsConfigDict(env_prefix="PROBANDUM_", frozen=True, populate_by_name=True)

    judge: str = "embedded"
    """``embedded``, ``openai:MODEL``, ``ollama:MODEL``, ``gguf:FILE``, ``PROVIDER:MODEL`` or ``nli:FOLDER``."""
    verifier_labels: str | None = None
    """What the classes of a ``nli:`` judge mean, in order and with commas, where its own configuration does not say:
    ``contradiction``, ``entailment``, ``neutral``, or ``unsupported``, ``supported``."""
    profile: Profile = "standard"
    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "probandum")
    """Where checkpoints and the installation's secret are kept."""
    database_url: SecretStr | None = None
    """Address of a Postgres database, which then keeps the audits; None keeps them in the home."""
    openai_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("PROBANDUM_OPENAI_BASE_URL", "OPENAI_BASE_URL")
    )
    """Endpoint of the language model; None is OpenAI's own."""
    openai_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("PROBANDUM_OPENAI_API_KEY", "OPENAI_API_KEY")
    )
    ollama_host: str = Field(
        default="http://127.0.0.1:11434", validation_alias=AliasChoices("PROBANDUM_OLLAMA_HOST", "OLLAMA_HOST")
    )
    """Where Ollama listens, for ``ollama:MODEL``."""
    examples: Path | None = None
    """A file of worked examples of your own, beside those that come with Probandum."""
    embeddings: Path | None = None
    """A folder with a sentence-embedding model (ONNX): local documents are then found by meaning, too."""
    batch: int | None = Field(default=None, ge=1, le=50)
    """Claims in one call of a first look at a language model; None is 8, and 1 for a small model of this machine."""
    call_seconds: float = Field(default=60.0, gt=0)
    """Deadline of one call to the model, the client's own retries apart; where nothing is set, a model of this machine
    gets ten times as long."""
    max_output_tokens: int = Field(default=4_096, ge=256)
    """How long one answer of the model may get; one that is cut off is asked for once more with twice the room."""
    model_process: bool = False
    """Whether the model's client works in a process of its own; ``probandum serve`` sets it where there is more than
    one core."""
    requests_per_minute: int | None = Field(default=None, gt=0)
    """How often the endpoint of the language model may be asked, by all audits of this process together."""
    tokens_per_minute: int | None = Field(default=None, gt=0)
    """How many tokens, of prompts and answers, may pass there."""
    tavily_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("PROBANDUM_TAVILY_API_KEY", "TAVILY_API_KEY")
    )
    """Key of the web search; None asks it in its keyless mode, which allows a few searches."""
    tavily_base_url: str | None = None
    """Address of the web search, where it is not its own."""
    web: bool = False
    """Whether the web may be asked where there is nothing else to ask, or the profile names it."""
    web_hours: float = Field(default=24.0, ge=0)
    """For how long an answer of the web search is kept and not paid for again; 0 keeps none."""
    otel: bool = False
    """Whether every report is told to OpenTelemetry, by the program's own provider or by ``OTEL_EXPORTER_OTLP_…``."""
    otel_content: bool = False
    """Whether such events hold claims and quotes."""
    service_audits: int = Field(default=64, ge=1)
    """How many audits one key of the service may have at once."""
    service_claims: int = Field(default=20_000, ge=1)
    """How many claims one key of the service may have judged in a day."""
    service_characters: int = Field(default=2_000_000, ge=1)
    """How long one request to the service may be, context and all."""
    service_idle_minutes: float = Field(default=10.0, gt=0)
    """After how long the service lets go of a thread that nobody asks for; its audit is kept."""
    service_judges: str = ""
    """Further judges that callers of the service may choose among, parted by commas; ``PROBANDUM_JUDGE`` is first."""
    service_open: bool = False
    """Set by ``probandum serve`` alone: whether it runs on loopback and without keys."""
    prices: Path | None = None
    """A JSON file of what a million tokens cost: ``{"MODEL": {"prompt": 2.5, "cached_prompt": 1.25, "completion": 10,
    "currency": "USD"}}``; the report then says what the audit cost."""

    @property
    def ollama_url(self) -> str:
        """Ollama's address, which may be set without its scheme, as Ollama itself takes it."""
        host = self.ollama_host.strip().rstrip("/").replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - what it listens on
        url = host if "://" in host else f"http://{host}"
        named = re.search(r":\d+$|^https://", url)
        return url if named or "/" in url.partition("://")[2] else f"{url}:{_OLLAMA_PORT}"

    @property
    def offered_judges(self) -> tuple[str, ...]:
        """The judges that a caller of the service may choose among, the default one first."""
        listed = (self.judge, *(each.strip() for each in self.service_judges.split(",")))
        return tuple(dict.fromkeys(filter(None, listed)))

    def seconds_of_call(self, *, local: bool) -> float:
        """Deadline of one call; a model of this machine may have to be loaded first, and reads slowly."""
        said = "call_seconds" in self.model_fields_set
        return self.call_seconds * _SLOWER if local and not said else self.call_seconds


def load() -> Settings:
    """The settings of this process; `ConfigError` names each variable that does not hold."""
    _traces_go_where_they_are_wanted()
    return _read(tuple(os.environ.items()))


@lru_cache(maxsize=8)
def _read(_environment: tuple[tuple[str, str], ...]) -> Settings:
    """The settings of an environment; kept, since reading them took half the time of auditing a short answer."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{_variable(item['loc'])}={item['input']!r}: {item['msg']}" for item in error.errors())
        raise ConfigError(f"the environment does not hold: {wrong}") from None


def _traces_go_where_they_are_wanted() -> None:
    """Refuse OpenTelemetry without its packages: LangSmith's client would send the texts to LangSmith instead."""
    names = ("LANGSMITH_OTEL_ENABLED", "LANGSMITH_OTEL_ONLY", "LANGCHAIN_OTEL_ENABLED", "LANGCHAIN_OTEL_ONLY")
    wanted = [name for name in names if os.environ.get(name, "").lower() in ("true", "1")]
    if wanted and not _installed("opentelemetry.exporter.otlp.proto.http"):
        raise ConfigError(f"{wanted[0]} needs the extra 'traces': pip install 'probandum[traces]'")


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def no_statistics_of_ray() -> None:
    """Keep Ray from sending statistics of its use; it looks into the environment alone, when it starts."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")


def threads_wait_quietly() -> None:
    """Keep threads of OpenMP from spinning where another process wants a core, or llama.cpp falls to a tenth."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def options(profile: str, **overrides: object) -> Options:
    """The options of a profile with single ones replaced; None leaves an entry as it is.

    Raises `ConfigError` for an unknown profile or a value out of range.
    """
    base = next((chosen for name, chosen in PROFILES.items() if name == profile), None)
    if base is None:
        raise ConfigError(f"no profile is called {profile!r}; choose one of {', '.join(PROFILES)}")
    return override(base, **overrides)


def override(base: Options, **overrides: object) -> Options:
    """Options with single ones replaced; None leaves an entry as it is. `ConfigError` for a value out of range."""
    chosen = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Options.model_validate({**dict(base), **chosen})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}={e['input']!r}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"options out of range: {wrong}") from None


def _variable(location: tuple[int | str, ...]) -> str:
    name = ".".join(map(str, location)).upper()
    return name if name.startswith(("PROBANDUM_", "OPENAI_")) else f"PROBANDUM_{name}"


def set_environment(variables: Mapping[str, str]) -> None:
    """Set variables of this process's environment, for libraries that read nothing else."""
    os.environ.update(variables)
