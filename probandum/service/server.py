"""Starts the LangGraph server with our graphs, doors and checkpoints; needs no checkout and no configuration file."""

import gc
import os
import sys
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from probandum import settings as configuration
from probandum.service.development_server import delete_one_at_a_time
from probandum.service.keys import keys
from probandum.tools.errors import ConfigError

_GRAPHS = {
    "audit": "Audits an answer claim by claim against evidence, as thoroughly as the server is set up to.",
    "fast": "The same in one round, many claims at once.",
    "standard": "The same in up to two rounds.",
    "deep": "The same in up to four rounds, every claim alone, with three votes.",
}
_HTTP = {
    "app": "probandum.service.app:app",
    "enable_custom_route_auth": True,
    "disable_store": True,
    "disable_ui": True,
    "disable_a2a": True,
    "disable_webhooks": True,
    "logging_headers": {"includes": ["user-agent"], "excludes": ["*"]},
    "configurable_headers": {"includes": [], "excludes": ["*"]},
}
_NEW_OBJECTS = 50_000
_TURN_SECONDS = 0.0005
_QUIET = {
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGGRAPH_NO_VERSION_CHECK": "true",
    "LOG_LEVEL": "WARNING",
    "BG_JOB_ISOLATED_LOOPS": "false",
}


def serve(*, host: str, port: int, jobs: int) -> None:
    """Serve until stopped.

    Raises:
        ConfigError: the address is open to others and there is no key, or the extra is not installed.
    """
    settings = configuration.load()
    open_ = not keys(settings.home)
    if open_ and not _is_loopback(host):
        hint = "add a key with 'probandum keys add NAME', or leave out --host"
        raise ConfigError(f"without keys the service listens on loopback alone, not on {host!r}: {hint}")
    apart = settings.model_process if "model_process" in settings.model_fields_set else _has_cores_to_spare()
    environment = {
        **_QUIET,
        "PROBANDUM_SERVICE_OPEN": str(open_).lower(),
        "PROBANDUM_MODEL_PROCESS": str(apart).lower(),
    }
    configuration.set_environment(environment)
    run_server = _server()  # before anything is said of a page
    if open_:
        sys.stderr.write("probandum: no keys, so only this machine is served; 'probandum keys add NAME' makes one\n")
    sys.stderr.write(f"probandum: the page is at http://{host}:{port}/\n")
    how: dict[str, Any] = {
        "graphs": {
            name: {"path": f"probandum.service.graphs:{name}", "description": of} for name, of in _GRAPHS.items()
        },
        "auth": {"path": "probandum.service.auth:auth", "disable_studio_auth": True},
        "http": _HTTP,
        "checkpointer": {"path": "probandum.service.checkpoints.open_checkpoints"},
    }
    _share_the_interpreter()
    delete_one_at_a_time()
    run_server(
        host,
        port,
        n_jobs_per_worker=jobs,
        open_browser=False,
        allow_blocking=True,
        disable_persistence=True,
        **how,
    )


def _share_the_interpreter() -> None:
    """Set the interpreter up for many small runs in one event loop and a thread that writes for them.

    A run makes many small objects that live as long as its claims do: looking for cycles among all of them every few
    hundred took a quarter of the computing. And the thread of the checkpoints wants many short turns, each of which
    it waits for as long as the event loop is busy.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def _server() -> Callable[..., None]:
    try:
        from langgraph_api.cli import run_server
    except ImportError as error:
        hint = "pip install 'probandum[service]'"
        raise ConfigError(f"the service needs the extra 'service' ({error.name} is missing): {hint}") from None
    serving: Callable[..., None] = run_server
    return serving


def _has_cores_to_spare() -> bool:
    """Whether a second process would have a core of its own; elsewhere than on POSIX its pipes cannot be waited for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return os.name == "posix" and cores > 1


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
