"""The command ``probandum verify``: a report checked word by word, without a model and without a network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probandum.cli.exits import Exit, clear_errors

if TYPE_CHECKING:
    from probandum.agent.verify import Check
    from probandum.tools.evidence import Document

_REPORT = typer.Argument(help="A report.json that an audit wrote.")
_DOCUMENTS = typer.Option(help="File or folder that evidence was taken from; may be given several times.")
_PROBLEMS = 20


def command(
    report: Annotated[Path, _REPORT],
    *,
    documents: Annotated[list[Path] | None, _DOCUMENTS] = None,
) -> None:
    """Find every quote again, check every place, recompute the scores; with documents, find the evidence in them.

    Exit code 0: all holds. 1: something does not, and is named. 2: not a report.

    Example: probandum verify out/report.json --documents contract.pdf
    """
    with clear_errors():
        from probandum.agent.verify import verify
        from probandum.report.versions import read_report

        checks = verify(read_report(report), _read(documents) if documents else None)
        _show(checks)
    raise typer.Exit(Exit.CHECK_FAILED if any(check.problems for check in checks) else Exit.DONE)


def _read(paths: list[Path]) -> "list[Document]":
    from probandum.tools.documents import read_document
    from probandum.tools.evidence import Document
    from probandum.tools.folders import read_folder

    read = [item for path in paths for item in (read_folder(path) if path.is_dir() else [read_document(path)])]
    return [item for item in read if isinstance(item, Document)]


def _show(checks: "tuple[Check, ...]") -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for check in checks:
        mark = Text("✗ ", style="red") if check.problems else Text("✓ ", style="green")
        counted = f"{check.checked - len(check.problems)} of {check.checked}"
        console.print(mark + Text(f"{check.name}: {counted}"))
        for problem in check.problems[:_PROBLEMS]:
            console.print(Text(f"    {problem}"))
        if len(check.problems) > _PROBLEMS:
            console.print(Text(f"    … and {len(check.problems) - _PROBLEMS} more"))
