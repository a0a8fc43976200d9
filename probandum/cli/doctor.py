"""The command ``probandum doctor``: what is configured, what is installed, what can be reached."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import typer

from probandum.cli.exits import Exit, clear_errors
from probandum.cli.local_servers import local_models
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.redaction import without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from probandum.settings import Settings

_EXTRAS = {
    "bench": "scikit-learn",
    "calculator": "pint",
    "documents": "markitdown",
    "local": "xllamacpp",
    "parquet": "pyarrow",
    "postgres": "psycopg",
    "providers": "langchain",
    "ray": "ray",
    "service": "langgraph-api",
    "verifier": "onnxruntime",
}
_REACH_SECONDS = 5.0


def command() -> None:
    """Say what is configured, what is installed and what can be reached; nothing is sent but a question for models."""
    with clear_errors():
        from rich.console import Console

        from probandum import settings as configuration

        console = Console(highlight=False)
        settings = configuration.load()
        console.print(f"probandum {version('probandum')}, Python {platform.python_version()}")
        console.print(
            f"judge {settings.judge!r}, profile {settings.profile!r}, home {str(settings.home)!r}", markup=False
        )
        for extra, package in _EXTRAS.items():
            console.print(f"extra {extra!r}: {_installed(extra, package)}", markup=False)
        console.print(_web(settings), markup=False)
        for line in local_models(settings):
            console.print(line, markup=False)
        for line in _calibrations(settings):
            console.print(line, markup=False)
        unkept = _kept(settings)
        console.print(unkept or f"audits: kept in {_place(settings)}, which can be used", markup=False)
        problem = _reach(settings)
        console.print(problem or "judge: ready", markup=False)
        console.print(_profiles())
    raise typer.Exit(Exit.BAD_INPUT if unkept else Exit.JUDGE_UNAVAILABLE if problem else Exit.DONE)


def _place(settings: "Settings") -> str:
    from probandum.graphs.persistence.checkpoints import AUDITS

    return "Postgres (PROBANDUM_DATABASE_URL)" if settings.database_url else repr(str(settings.home / AUDITS))


def _kept(settings: "Settings") -> str | None:
    """What keeps audits from being kept, or None."""
    import asyncio

    from probandum.graphs.persistence.checkpoints import open_checkpoints

    async def tried() -> None:
        async with open_checkpoints(settings.home, database=settings.database_url):
            pass

    try:
        asyncio.run(tried())
    except (ConfigError, InputError) as error:
        return f"audits: {error}"
    return None


def _web(settings: "Settings") -> str:
    from probandum.sources import plugin_names

    key = "with a key" if settings.tavily_api_key else "without a key (set TAVILY_API_KEY for more than a few searches)"
    when = "where nothing else is there to ask" if settings.web else "only with --web"
    return f"web search: {key}, asked {when}; sources as plug-ins: {', '.join(plugin_names()) or 'none'}"


def _calibrations(settings: "Settings") -> "Iterator[str]":
    from probandum.calibration_store import list_calibrations

    for path, held in list_calibrations(settings.home):
        if isinstance(held, str):
            yield f"calibration {path.name!r} does not hold ({held}); remove it"
            continue
        found, promise = held.calibration, held.calibration.acceptance
        said = f"{found.curve.method}, {found.labels} labels of {', '.join(found.fitted_on)}"
        yield f"calibration of {held.judge.kind} {held.judge.model}: {said}{f'; {promise.promise}' if promise else ''}"


def _installed(extra: str, package: str) -> str:
    try:
        return f"installed ({package} {version(package)})"
    except PackageNotFoundError:
        return f"not installed; pip install 'probandum[{extra}]'"


def _reach(settings: "Settings") -> str | None:
    """What keeps the configured judge from working, or None."""
    from probandum.judges import make_judge

    make_judge(settings.judge, settings)
    kind = settings.judge.partition(":")[0]
    if kind not in ("openai", "ollama"):
        return None
    import httpx

    base, hint = (settings.openai_base_url or "https://api.openai.com/v1"), "OPENAI_BASE_URL"
    if kind == "ollama":
        base, hint = f"{settings.ollama_url}/v1", "that Ollama runs, and OLLAMA_HOST"
    url = base.rstrip("/") + "/models"
    shown = without_password(url)
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key and kind == "openai" else "none"
    try:
        reply = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=_REACH_SECONDS)
    except httpx.HTTPError as error:
        return f"judge: {shown!r} cannot be reached: {error or type(error).__name__}; check {hint}"
    if reply.is_success:
        return None
    return f"judge: {shown!r} answers {reply.status_code}; check OPENAI_API_KEY and {hint}"


def _profiles() -> "Table":
    from rich.table import Table

    from probandum.settings import PROFILES

    table = Table(title="profiles", title_justify="left")
    table.add_column("option")
    for profile in PROFILES:
        table.add_column(profile)
    dumped = [options.model_dump(mode="json") for options in PROFILES.values()]
    for name in dumped[0]:
        table.add_row(name, *(str(values[name]) for values in dumped))
    return table
