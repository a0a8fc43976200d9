"""Language models that run on this machine: which usual servers answer, and which files are there."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from probandum.tools.redaction import without_password

if TYPE_CHECKING:
    from probandum.settings import Settings

_SERVERS: Mapping[str, int] = {"Ollama": 11_434, "LM Studio": 1_234, "llama.cpp": 8_080, "vLLM": 8_000}
_SECONDS = 0.5
_READ = 256 * 1024
_NAME = 80
_MOST = 3
"""Models told of one server."""


def local_models(settings: "Settings") -> Iterator[str]:
    """A line for each server that answers on its usual port and for each GGUF file, with the command to judge by it."""
    from probandum.local_models import FOLDER, kept_models

    for name, port in _SERVERS.items():
        url = settings.ollama_url if name == "Ollama" else f"http://127.0.0.1:{port}"
        models = _models(f"{url}/v1/models")
        if models is None:
            continue
        url, shown = without_password(url), ", ".join(models[:_MOST]) or "no model is loaded"
        model = models[0] if models else "MODEL"
        command = f"--judge ollama:{model}" if name == "Ollama" else _command(url, model)
        yield f"{name} answers at {url} ({shown}): {command}"
    for path in kept_models(settings.home):
        yield f"model file {path.name!r}: --judge gguf:{path.relative_to(settings.home / FOLDER)}"


def _command(url: str, model: str) -> str:
    small = "PROBANDUM_BATCH=1 for a small one"
    return f"OPENAI_BASE_URL={url}/v1 OPENAI_API_KEY=none probandum audit … --judge openai:{model} ({small})"


def _models(url: str) -> list[str] | None:
    """The names of the models that a server lists; None where none answers, or not in the protocol's form."""
    import httpx

    try:
        with httpx.stream(
            "GET", url, timeout=_SECONDS, trust_env=False, headers={"accept-encoding": "identity"}
        ) as told:
            whole = next(told.iter_raw(_READ), b"") if told.is_success else b""
        return [_shown(str(each["id"])) for each in json.loads(whole)["data"]]
    except (httpx.HTTPError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in name)[:_NAME]
