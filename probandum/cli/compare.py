"""The command ``probandum compare``: two measurements or two batches, beside each other."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from probandum.cli.exits import Exit, clear_errors

_A = typer.Argument(help="Folder that 'probandum bench --out' or 'probandum batch --out' wrote.")
_B = typer.Argument(help="Another, with the same rows or the same answers' ids.")
_ACROSS = typer.Option("--across-judges", help="Compare what two different judges say; else that is refused.")
_FORMAT = typer.Option("--format", help="Print in this format.")
_JSON = typer.Option("--json", help="Print everything, every flip included, as JSON and nothing else on stdout.")
_WIDTH = 160


def command(
    a: Annotated[Path, _A],
    b: Annotated[Path, _B],
    *,
    across_judges: Annotated[bool, _ACROSS] = False,
    format_: Annotated[Literal["json", "md"] | None, _FORMAT] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Say what differs from A to B, whether by more than chance, and which claims flipped.

    Of two measurements: AUC and accuracy; of two batches: rates. Intervals are paired bootstraps, p is McNemar's.

    Example: probandum compare measured/before measured/after
    """
    with clear_errors():
        from rich.console import Console

        from probandum.compare.difference import compare
        from probandum.compare.show import as_markdown, print_comparison
        from probandum.compare.sides import paired, side

        found = compare(paired(side(a), side(b), across_judges=across_judges))
        if as_json or format_ == "json":
            sys.stdout.write(found.model_dump_json(indent=2) + "\n")
        elif format_ == "md":
            sys.stdout.write(as_markdown(found))
        else:
            print_comparison(found, Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH))
    raise typer.Exit(Exit.DONE)
