"""Writes a report to text and to files; how it looks is in the templates beside this file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from probandum.agent.models import Report
from probandum.report.markdown import as_markdown
from probandum.tools.errors import InputError

Format = Literal["json", "md"]


def as_json(report: Report) -> str:
    """The report as JSON, readable and with a final newline; reads back as an equal `Report`."""
    return report.model_dump_json(indent=2) + "\n"


_WRITERS: Mapping[Format, Callable[[Report], str]] = {"json": as_json, "md": as_markdown}


def as_text(report: Report, format_: Format) -> str:
    """The report in one of the formats."""
    return _WRITERS[format_](report)


def write(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write the report in every format into a folder, which is made if need be, and say what was written.

    Raises `InputError` where the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = tuple(folder / f"report.{format_}" for format_ in _WRITERS)
        for file, writer in zip(files, _WRITERS.values(), strict=True):
            file.write_text(writer(report), encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise InputError(
            f"cannot write the report to {str(folder)!r}: {error.strerror}; choose another --out"
        ) from None
    return files
