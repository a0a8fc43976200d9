"""The graphs that Aegra serves, which it wants to find in a file beside its configuration."""

from probandum.service.graphs import audit, deep, fast, standard

__all__ = ["audit", "deep", "fast", "standard"]
