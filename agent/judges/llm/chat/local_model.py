"""A model from a GGUF file in this process, by llama.cpp: no server, no key, no network.

It takes the same requests as an endpoint does and answers in the same form; one claim after another is evaluated over
the prompt that they share, which is read once.
"""

import asyncio
import atexit
import json
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from probandum.agent.judges.llm.chat.completions import parse_completion, printable
from probandum.agent.judges.llm.chat.endpoint_form import EndpointForm, put_messages, request_body
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply
from probandum.tools.errors import ConfigError, JudgeOutputError, JudgeUnavailable

_MAGIC = b"GGUF"
_CONTEXT = 16_384
"""Tokens of a prompt and its answer together; a model that was trained for fewer gets fewer."""
_CACHE_MIB = 1_024
_FORM = EndpointForm(limit="max_tokens")
_QUIET = -1


class LocalModel:
    """A model in this process.

    Attributes:
        model: the file's name without its ending.
        max_output_tokens: the default limit of one answer.
        local: True.
    """

    local = True

    def __init__(self, path: Path, *, max_output_tokens: int = 1_024, context: int = _CONTEXT) -> None:
        """Name the file; it is loaded with the first call, once in a process.

        Args:
            path: the GGUF file.
            max_output_tokens: the limit of one answer.
            context: tokens of a prompt and its answer together.

        Raises:
            ConfigError: there is no such file, it is no GGUF, or the extra ``local`` is missing.
        """
        self.model = path.stem
        self.max_output_tokens = max_output_tokens
        self._path = _checked(path)
        self._context = context

    def __repr__(self) -> str:
        return f"LocalModel({str(self._path)!r})"

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer of the model; errors are those of `Chat.complete`."""
        begin = time.perf_counter()
        body: dict[str, Any] = request_body(call, _FORM, temperature=0.0, room=self.max_output_tokens)
        body["messages"] = [{"role": role, "content": text} for role, text in put_messages(call, _FORM)]
        body["cache_prompt"] = True
        running = _running(str(self._path), self._context)
        answered = await asyncio.get_running_loop().run_in_executor(running.worker, running.ask, body)
        if "choices" not in answered:
            raise _refused(self.model, answered)
        return parse_completion(answered, begin, form=call.response is not None)


class _Running:
    """A model that is loaded, and the one thread that works with it."""

    def __init__(self, path: str, context: int) -> None:
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="local-model")
        self._path, self._context = path, context
        self._server: Any = None

    def ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer; called in the worker alone, so that loading and asking follow each other."""
        if self._server is None:
            self._server = _loaded(self._path, self._context)
        answered = self._server.handle_chat_completions(dict(body))
        read = json.loads(answered) if isinstance(answered, str | bytes) else answered
        return read if isinstance(read, Mapping) else {}


@lru_cache(maxsize=4)
def _running(path: str, context: int) -> _Running:
    running = _Running(path, context)
    atexit.register(running.worker.shutdown, wait=False, cancel_futures=True)
    return running


def _loaded(path: str, context: int) -> Any:  # noqa: ANN401 - of a library without types
    import xllamacpp

    cores = os.cpu_count() or 1
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx, params.n_parallel = context, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = cores
    params.cache_prompt, params.cache_ram_mib = True, _CACHE_MIB
    params.use_jinja, params.ui, params.offline = True, False, True
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.verbosity = _QUIET
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise JudgeUnavailable(f"{path!r} could not be loaded: {printable(str(error))[:300]}") from error


def _refused(model: str, answered: Mapping[str, Any]) -> JudgeOutputError:
    told = answered.get("error") or answered
    words = printable(str(told.get("message") if isinstance(told, Mapping) else told))[:300]
    if "context" in words:
        return JudgeOutputError(f"the prompt is longer than the window of {model!r}: {words}; show less evidence")
    return JudgeOutputError(f"{model!r} does not take the request: {words}")


def _checked(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            begin = file.read(len(_MAGIC))
    except OSError as error:
        hint = "give the path of a GGUF file"
        raise ConfigError(f"the model {str(path)!r} cannot be read: {error.strerror}; {hint}") from None
    if begin != _MAGIC:
        raise ConfigError(f"{str(path)!r} is no GGUF file; models for 'gguf:' have names that end in .gguf")
    if find_spec("xllamacpp") is None:
        raise ConfigError("models in this process need the extra 'local': pip install 'probandum[local]'")
    return path.resolve()
