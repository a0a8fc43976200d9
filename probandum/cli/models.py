"""The command ``probandum models``: the GGUF files of this installation."""

from typing import Annotated

import typer

from probandum.cli.exits import clear_errors

app = typer.Typer(invoke_without_command=True, help="List the models that run in this process, or remove one.")
_GIB = 1024**3


@app.callback()
def listed(context: typer.Context) -> None:
    """List the GGUF files under PROBANDUM_HOME/models, with the command for each."""
    if context.invoked_subcommand:
        return
    with clear_errors():
        from probandum import settings as configuration
        from probandum.local_models import FOLDER, kept_models

        home = configuration.load().home
        found = kept_models(home)
        for path in found:
            name = path.relative_to(home / FOLDER)
            typer.echo(f"{name}  {path.stat().st_size / _GIB:.1f} GiB  --judge gguf:{name}")
        if not found:
            typer.echo(
                f"no models in {str(home / FOLDER)!r}; put a GGUF file there, or fetch one with "
                "--judge gguf:hf:OWNER/REPO/FILE.gguf"
            )


@app.command("remove")
def removed(name: Annotated[str, typer.Argument(help="As 'probandum models' lists it.")]) -> None:
    """Delete one of these files."""
    with clear_errors():
        from probandum import settings as configuration
        from probandum.local_models import remove_model

        typer.echo(f"removed {str(remove_model(name, configuration.load().home))!r}")
