"""Secrets taken out of what is said: foreign words may repeat a key, and an address may hold a password."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pydantic import SecretStr

_SHORTEST = 6
"""Characters; what is shorter is no key, and may stand in any word."""


def without_secrets(text: str, secrets: "Iterable[SecretStr | None]") -> str:
    """A text with each secret that stands in it replaced by ``[key]``."""
    values = {secret.get_secret_value() for secret in secrets if secret is not None}
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, "[key]")
    return text


def without_password(address: str) -> str:
    """An address without a user's name and password; one that cannot be read is told as far as its scheme."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address.partition("://")[0] + "://…"
    _, at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=host).geturl() if at else address
