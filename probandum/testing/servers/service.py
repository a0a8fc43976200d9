"""The graph service as a process on loopback, with a home and keys of its own, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from probandum.service import keys

_START_SECONDS = 60.0


class Service:
    """Serves while it is entered.

    Attributes:
        home: where its keys and audits are kept.
        log: what it has printed.
    """

    def __init__(self, home: Path, *, environment: Mapping[str, str]) -> None:
        """Take a free port; ``environment`` is the server's own, whole."""
        self.home, self.log = home, home / "log.txt"
        self._environment = {**environment, "PROBANDUM_HOME": str(home)}
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Its process; 0 before it has been started."""
        return self._process.pid if self._process else 0

    def key(self, name: str) -> str:
        """A new key."""
        return keys.add(name, home=self.home)

    def start(self) -> None:
        """Start it and wait until it answers; `TimeoutError` with its log where it does not."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", "probandum", "serve", "--port", str(self._port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=self.home)  # noqa: S603 - our own program
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                raise TimeoutError(f"the service does not answer: {self.log.read_text(errors='replace')[-2_000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ok").is_success
        except httpx.TransportError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
