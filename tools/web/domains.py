"""Which sources on the web belong together: by the domain that somebody had to register; what follows is elsewhere."""

from functools import cache, lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=4_096)
def registrable_domain(source: str) -> str | None:
    """The registrable domain of a URL, by the public suffix list; None for whatever is no web address.

    ``https://news.example.co.uk/a`` gives ``example.co.uk``; a host without one, such as an IP address, gives itself.
    """
    try:
        parts = urlsplit(source.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return host if _is_address(host) else _suffixes().privatesuffix(host.rstrip(".")) or host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
