"""What a CI run leaves behind of audits: JUnit XML, SARIF and lines that editors jump to."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from probandum.agent.report import Report
from probandum.export.junit import junit_xml
from probandum.export.sarif import place_of, sarif
from probandum.guarding.guard import flagged, note
from probandum.tools.errors import InputError


class Checked(NamedTuple):
    """A file and the audit of it."""

    path: str
    text: str
    report: Report


def write_ci(checked: Sequence[Checked], *, junit: Path | None, sarif_file: Path | None) -> None:
    """Write the files that are wanted; `InputError` where one cannot be written."""
    if junit is not None:
        _write(junit, junit_xml((each.path, each.report) for each in checked))
    if sarif_file is not None:
        _write(sarif_file, json.dumps(sarif(checked), ensure_ascii=False, indent=1) + "\n")


def lines(checked: Checked) -> Iterator[str]:
    """A line for each claim that is not supported, in the form of compilers: ``FILE:LINE:COLUMN: LABEL: CLAIM``."""
    for claim in flagged(checked.report.claims):
        place = place_of(checked.text, claim, checked.report)
        at = f"{place.line}:{place.column}" if place else "1:1"
        yield f"{checked.path}:{at}: {note(claim)}: {' '.join(claim.text.split())}"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise InputError(f"cannot write {str(path)!r}: {error.strerror}; choose another file") from None
