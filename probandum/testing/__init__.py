"""Parts for tests that ship with the library: an assertion, and in files beside a scripted judge and chat server."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probandum.testing.grounded import assert_grounded

__all__ = ["assert_grounded"]


def __getattr__(name: str) -> object:
    """Import the assertion when it is first asked for: the other parts need none of what it needs."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("probandum.testing.grounded"), name)
