"""The command ``probandum summary``: the sums of a batch again, by other columns."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from probandum.cli.batch import GroupBy
from probandum.cli.exits import clear_errors

_FOLDER = typer.Argument(help="Folder that 'probandum batch … --out' wrote; it may still be at work.")
_REPORTS = typer.Option(help="Folder of the whole reports, which the worst answers then lead to.")
_OUT = typer.Option(help="Folder that receives summary.html, .md and .json. Default: that of the batch.")


def command(
    folder: Annotated[Path, _FOLDER],
    *,
    group_by: GroupBy = None,
    reports: Annotated[Path | None, _REPORTS] = None,
    out: Annotated[Path | None, _OUT] = None,
) -> None:
    """Add up a batch: rates with intervals, by column, the worst answers, the most frequent errors. Judges nothing.

    Example: probandum summary batch --group-by model --group-by turns
    """
    with clear_errors():
        from probandum.batch.summary.page import as_markdown, write_summary
        from probandum.batch.summary.summarize import summarize

        summed = summarize(folder, group_by=group_by or ())
        write_summary(summed, out or folder, reports=reports)
        sys.stdout.write(as_markdown(summed))
