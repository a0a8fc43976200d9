"""The commands ``probandum keys …``: who may use the service."""

import sys
from typing import Annotated

import typer

from probandum.cli.exits import clear_errors

app = typer.Typer(
    help="Keys of the graph service: each key's audits are invisible to all others.", no_args_is_help=True
)
_NAME = typer.Argument(help="Who the key is for; its audits belong to this name.")


@app.command()
def add(name: Annotated[str, _NAME]) -> None:
    """Make a key and print it, the only time that it is shown."""
    with clear_errors():
        from probandum import settings as configuration
        from probandum.service import keys

        sys.stdout.write(keys.add(name, home=configuration.load().home) + "\n")
        sys.stderr.write("probandum: keep it well; only its digest is stored, and it is not shown again\n")


@app.command("list")
def list_() -> None:
    """Print the names of all keys."""
    with clear_errors():
        from probandum import settings as configuration
        from probandum.service import keys

        for key in keys.keys(configuration.load().home):
            sys.stdout.write(key.name + "\n")


@app.command()
def revoke(name: Annotated[str, _NAME]) -> None:
    """Take a key back, at once; its audits stay where they are."""
    with clear_errors():
        from probandum import settings as configuration
        from probandum.service import keys

        keys.revoke(name, home=configuration.load().home)
