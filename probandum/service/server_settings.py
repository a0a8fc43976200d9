"""The settings that this server was started with; they do not change while it runs."""

from functools import cache

from probandum.settings import Settings, load


@cache
def server_settings() -> Settings:
    """Read from the environment when first asked for; every request asks."""
    return load()
