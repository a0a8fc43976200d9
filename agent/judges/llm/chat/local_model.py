"""A model from a GGUF file in this process, by llama.cpp: no port, no key, no network.

It takes the same requests as an endpoint does and answers in the same form; one claim after another is evaluated over
the prompt that they share, which is read once.
"""

import asyncio
import atexit
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from probandum.agent.events import told_while_waiting
from probandum.agent.judges.llm.chat.completions import StreamedCompletion, parse_completion, printable, with_more_room
from probandum.agent.judges.llm.chat.endpoint_form import EndpointForm, Refusal, put_messages, request_body
from probandum.agent.judges.llm.chat.protocol import ChatCall, ChatReply
from probandum.tools.errors import ConfigError, JudgeOutputError, JudgeUnavailable

_MAGIC = b"GGUF"
_CONTEXT = 16_384
"""Tokens of a prompt and its answer together; a model that was trained for fewer gets fewer."""
_CACHE_MIB = 1_024
_FORM = EndpointForm(limit="max_tokens")
_QUIET = -1
_LONGEST_PLACE = 90  # what the name of a socket may be


class LocalModel:
    """A model in this process.

    Attributes:
        model: the file's name without its ending.
        max_output_tokens: the default limit of one answer.
        local: True.
    """

    local = True

    def __init__(
        self, path: Path, *, max_output_tokens: int = 1_024, context: int = _CONTEXT, timeout: float = 600.0
    ) -> None:
        """Name the file; it is loaded with the first call, once in a process.

        Args:
            path: the GGUF file.
            max_output_tokens: the limit of one answer.
            context: tokens of a prompt and its answer together.
            timeout: seconds for one answer, from when the model turns to it.

        Raises:
            ConfigError: there is no such file, it is no GGUF, or the extra ``local`` is missing.
        """
        self.model = path.name.removesuffix(".gguf")
        self.max_output_tokens = max_output_tokens
        self._path = _checked(path)
        self._context = context
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"LocalModel({str(self._path)!r})"

    async def complete(self, call: ChatCall) -> ChatReply:
        """One answer of the model; errors are those of `Chat.complete`, and `ConfigError` where it cannot be loaded."""
        return await with_more_room(call, self.max_output_tokens, self._answer)

    async def _answer(self, call: ChatCall) -> ChatReply:
        begin = time.perf_counter()
        body: dict[str, Any] = request_body(call, _FORM, temperature=0.0, room=self.max_output_tokens)
        body["messages"] = [{"role": role, "content": text} for role, text in put_messages(call, _FORM)]
        running, stop = _running(str(self._path), self._context), threading.Event()
        ask = partial(running.ask, body, stop=stop, seconds=self._timeout)
        try:
            with told_while_waiting(repr(self.model)):
                answered = await asyncio.get_running_loop().run_in_executor(running.worker, ask)
        except asyncio.CancelledError:
            stop.set()  # or the process would have to wait for the end of what nobody reads
            raise
        if answered.error:
            raise _refused(self.model, answered.error)
        if answered.finish is None:
            raise JudgeUnavailable(f"{self.model!r} wrote no whole answer within {self._timeout:g} s")
        return parse_completion(answered.completion(), begin, form=call.response is not None)


class _Running:
    """A model that is loaded, and the one thread that works with it."""

    def __init__(self, path: str, context: int) -> None:
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="local-model")
        self._path, self._context = path, context
        self._server: Any = None
        self._failed: ConfigError | None = None

    def ask(self, body: Mapping[str, Any], *, stop: threading.Event, seconds: float) -> StreamedCompletion:
        """The answer, or what there is of it when it is stopped; called in the worker alone, one after another."""
        if self._server is None:
            self._load()
        answer, end = StreamedCompletion(), time.monotonic() + seconds

        def take(piece: object) -> bool:
            answer.add(piece)
            return stop.is_set() or time.monotonic() > end

        streamed = {"stream": True, "stream_options": {"include_usage": True}, "cache_prompt": True}
        answer.add(self._server.handle_chat_completions({**body, **streamed}, take))
        return answer

    def _load(self) -> None:
        if self._failed:
            raise self._failed
        try:
            self._server = _loaded(self._path, self._context)
        except (RuntimeError, ValueError, MemoryError) as error:
            hint = "check that the file is whole, that there is memory for it, and that this llama.cpp knows its kind"
            said = printable(str(error))[:200]
            self._failed = ConfigError(f"the model {self._path!r} could not be loaded ({said}); {hint}")
            raise self._failed from error


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
    params.verbosity = _QUIET
    # The library always opens a door for others; nobody has its key, and where there are sockets of files, it has gone
    # as soon as the model is loaded.
    params.api_keys = [secrets.token_urlsafe()]
    with tempfile.TemporaryDirectory() as private:
        short = os.name == "posix" and len(private) < _LONGEST_PLACE
        params.hostnames, params.port = [f"{private}/m.sock" if short else "127.0.0.1"], 0
        return xllamacpp.Server(params)


def _refused(model: str, said: str) -> JudgeOutputError:
    words = printable(said)[:300]
    if Refusal.of(400, said).of_the_window:
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
