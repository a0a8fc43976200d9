"""Files of the service that nobody but its owner may read, replaced as a whole or not at all."""

import os
from pathlib import Path

from probandum.tools.errors import ConfigError


def write_for_owner(path: Path, text: str, *, what: str) -> None:
    """Put a text in place of the file's; `ConfigError` names ``what`` could not be kept."""
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except OSError as error:
        hint = "choose another folder with PROBANDUM_HOME"
        raise ConfigError(f"{what} cannot be kept in {str(path)!r}: {error.strerror}; {hint}") from None
