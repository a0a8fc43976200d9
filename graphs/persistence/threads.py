"""The thread that stands for an audit, and the lock that a process holds on it, which ends with the process."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probandum.tools.errors import InputError

_FILE = "running.lock"
_PLACES = 2**62
_OWNERS = uuid.uuid5(uuid.NAMESPACE_DNS, "owners.probandum")


def thread_id(audit_id: str, *, owner: str = "local") -> str:
    """The LangGraph thread of an audit; nobody can name the thread of another owner's audit."""
    return str(uuid.uuid5(uuid.uuid5(_OWNERS, owner), audit_id))


@contextmanager
def audit_lock(home: Path, audit_id: str) -> Iterator[None]:
    """Be the one process that is at an audit; `InputError` where another one is."""
    with _opened(home) as file:
        if not _taken(file, audit_id):
            hint = "wait for it or stop it; 'probandum audits' shows when it is done"
            raise InputError(f"another process is at audit {audit_id!r} right now; {hint}")
        yield


def is_locked(home: Path, audit_id: str) -> bool:
    """Whether another process of this machine is at an audit."""
    with _opened(home) as file:
        return not _taken(file, audit_id)


@contextmanager
def _opened(home: Path) -> Iterator[int]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(home / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _taken(file: int, audit_id: str) -> bool:
    """Take the byte of the file that stands for this audit, until the file is closed; False where another has it."""
    try:
        import fcntl
    except ImportError:  # no Unix: two processes at one audit are then their starter's business
        return True
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(thread_id(audit_id).replace("-", ""), 16) % _PLACES)
    except OSError:
        return False
    return True
