"""The command ``probandum mcp``: a server of the Model Context Protocol on standard input and output."""

from pathlib import Path
from typing import Annotated

import typer

from probandum.cli import arguments
from probandum.cli.exits import clear_errors
from probandum.tools.errors import ConfigError, InputError

_FILES = typer.Option(help="Folder whose files may be named as sources; left out, sources are texts alone.")


def command(*, judge: arguments.Judge = None, files: Annotated[Path | None, _FILES] = None) -> None:
    """Serve 'check', 'audit' and 'get_report' to an editor or agent that starts this command (extra 'mcp').

    Example, in the configuration of a client: {"command": "probandum", "args": ["mcp", "--files", "/my/sources"]}
    """
    with clear_errors():
        from probandum import settings as configuration

        if files is not None and not files.is_dir():
            raise InputError(f"{str(files)!r} is no folder; give the one that your sources are in")
        try:
            from probandum.integrations.mcp_stdio import serve
        except ImportError as error:
            hint = "pip install 'probandum[mcp]'"
            raise ConfigError(f"the server needs the extra 'mcp' ({error.name} is missing): {hint}") from None
        serve(configuration.load(), judge=judge, files=files)
