"""The keys of the service, kept as digests in a file for its owner alone; who may do what is decided elsewhere."""

import hashlib
import hmac
import secrets
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from probandum.service.access import owner_files
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Frozen

_NAME = r"^[A-Za-z0-9._-]{1,64}$"
_PREFIX = "pk_"
LOCAL, NOBODY = "local", "nobody"
"""Whose the audits of the command line are, and of a server without keys; and who shows no key. No key is called so."""


class Key(Frozen):
    """One key, which its holder alone knows in clear."""

    name: str = Field(pattern=_NAME)
    digest: str
    """SHA-256 of the key: 256 random bits need no slow hash."""


_FILE = TypeAdapter(tuple[Key, ...])


def keys(home: Path) -> tuple[Key, ...]:
    """All keys, in the order in which they were added; `ConfigError` where the file cannot be read."""
    path = _path(home)
    try:
        return _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigError(f"the keys in {str(path)!r} cannot be read: {error.strerror}") from None
    except ValidationError:
        raise ConfigError(f"{str(path)!r} is no file of keys; move it away and add the keys anew") from None


def add(name: str, *, home: Path) -> str:
    """Make a key and return it, the only time that it is seen; `InputError` where the name does not do."""
    known = keys(home)
    if name in (LOCAL, NOBODY):
        raise InputError(f"a key cannot be called {name!r}, which is a name of the service's own; choose another")
    if any(key.name == name for key in known):
        raise InputError(f"there is a key called {name!r}; revoke it first, or choose another name")
    secret = _PREFIX + secrets.token_urlsafe(32)
    try:
        new = Key(name=name, digest=_digest(secret))
    except ValidationError:
        raise InputError(f"a key cannot be called {name!r}; take up to 64 of A-Z a-z 0-9 . _ -") from None
    _write((*known, new), home)
    return secret


def revoke(name: str, *, home: Path) -> None:
    """Take a key back; `InputError` where there is none of that name."""
    known = keys(home)
    left = tuple(key for key in known if key.name != name)
    if len(left) == len(known):
        names = ", ".join(repr(key.name) for key in known) or "none"
        raise InputError(f"no key is called {name!r}; there are {names}")
    _write(left, home)


def holder(secret: str, *, home: Path) -> str | None:
    """The name of the key, or None; takes the same time whichever key it is not."""
    given = _digest(secret)
    found = [key.name for key in keys(home) if hmac.compare_digest(key.digest, given)]
    return found[0] if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _path(home: Path) -> Path:
    return home / "keys.json"


def _write(all_keys: tuple[Key, ...], home: Path) -> None:
    owner_files.write_for_owner(_path(home), _FILE.dump_json(all_keys, indent=1).decode(), what="keys")
