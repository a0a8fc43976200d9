"""A real Postgres server on loopback in a throwaway folder, for tests of what keeps audits there."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def _binaries() -> Path | None:
    """The folder of Postgres's programs: where the PATH says, else the newest of Debian's; None where there is none."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).resolve().parent
    debians = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]))
    return debians[-1].parent if debians else None


POSTGRES = _binaries()
"""Where its programs are; None where it is not installed."""


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a fresh database that is gone afterwards; it wants a password.

    As root the server runs as ``nobody``, since it refuses to run as root.
    """
    if POSTGRES is None:
        raise RuntimeError("no Postgres is installed; install Debian's package 'postgresql'")
    password = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix="probandum-postgres-") as folder:
        port = _free_port()
        _own(Path(folder))
        _initialise(POSTGRES, Path(folder), password)
        log = (Path(folder) / "log").open("wb")
        command = [str(POSTGRES / "postgres"), "-D", f"{folder}/data", "-h", "127.0.0.1", "-p", str(port), "-k", folder]
        server: subprocess.Popen[bytes]
        # Without fsync: nobody pulls the plug on a test.
        with log, subprocess.Popen([*command, "-F"], stdout=log, stderr=log, **_as_whom()) as server:  # noqa: S603 - ours
            try:
                _await(server, POSTGRES, port)
                yield f"postgresql://probandum:{password}@127.0.0.1:{port}/postgres"
            finally:
                server.send_signal(signal.SIGINT)  # its fast way to end, which waits for no client


def _initialise(binaries: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "probandum", "-A", "scram-sha-256", "-N"]
    encoding = ["-E", "UTF8", "--locale", "C", f"--pwfile={secret}"]
    subprocess.run([*command, *encoding], check=True, capture_output=True, **_as_whom())  # noqa: S603 - the same


def _await(server: "subprocess.Popen[bytes]", binaries: Path, port: int) -> None:
    """Wait until it takes connections; `RuntimeError` where it ends instead."""
    asking = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(asking, check=False).returncode != 0:  # noqa: S603 - the same
        try:
            server.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"Postgres ended at once, with code {server.returncode}")


def _as_whom() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _own(folder: Path) -> None:
    whom = _as_whom()
    if whom:
        os.chown(folder, whom["user"], whom["group"])


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
