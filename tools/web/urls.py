"""Addresses of the web in texts; whether they may be asked for is decided elsewhere."""

import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_AFTER = ".,;:!?*_)"
"""What ends a sentence or a link and no address."""


def urls_in(text: str) -> tuple[str, ...]:
    """The addresses in a text, each once, in order; a bracket at the end belongs to one that opened it."""
    found = dict.fromkeys(_trimmed(match.group()) for match in _ADDRESS.finditer(text))
    return tuple(address for address in found if host_of(address))


def url_query(query: str) -> tuple[str, str] | None:
    """The address that a query begins with, and the words after it; None where it begins with words."""
    first, _, rest = query.strip().partition(" ")
    found = urls_in(first)
    return (found[0], rest.strip()) if found and first.startswith(found[0]) else None


def host_of(address: str) -> str | None:
    """The name of the machine; None where there is none."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _trimmed(address: str) -> str:
    while address and address[-1] in _AFTER and not (address[-1] == ")" and "(" in address):
        address = address[:-1]
    return address
