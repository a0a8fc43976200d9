"""Writes a report to text and to files; how it looks is in the templates beside this file."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from probandum.agent.consolidation.evidence_graph import node_link
from probandum.agent.report import Report
from probandum.report.html import as_html
from probandum.report.markdown import as_markdown
from probandum.tools.errors import InputError

Format = Literal["json", "md", "html"]


def as_json(report: Report) -> str:
    """The report as JSON, readable and with a final newline; reads back as an equal `Report`."""
    return report.model_dump_json(indent=2) + "\n"


_WRITERS: Mapping[Format, Callable[[Report], str]] = {"json": as_json, "md": as_markdown, "html": as_html}


def as_text(report: Report, format_: Format) -> str:
    """The report in one of the formats."""
    return _WRITERS[format_](report)


def write(report: Report, folder: Path) -> None:
    """Write the report in every format, and its evidence graph, into a folder, which is made if need be.

    Raises `InputError` where the folder cannot be written to.
    """
    texts = {f"report.{format_}": writer(report) for format_, writer in _WRITERS.items()}
    write_texts({**texts, "graph.json": json.dumps(node_link(report), indent=1) + "\n"}, folder)


def write_texts(texts: Mapping[str, str], folder: Path) -> None:
    """Write texts under their names into a folder, which is made if need be; with none, see whether that can be done.

    Raises `InputError` where the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise InputError(f"cannot write to {str(folder)!r}: {error.strerror}; choose another --out") from None
