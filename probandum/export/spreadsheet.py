"""The rows of a batch as CSV or as an Excel workbook: answers and claims, a column each field."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from probandum.batch.output.row_files import read_answers, read_claims
from probandum.tools.errors import ConfigError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""
_CELL = 32_767
"""Characters that Excel takes in a cell."""
Rows = Sequence[Mapping[str, JsonValue]]


def write_csv(folder: Path) -> str:
    """Write ``answers.csv`` and ``claims.csv`` into the folder of a batch; a line that says so."""
    for name, rows in _tables(folder).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, _columns(rows))
            writer.writeheader()
            writer.writerows({key: _safe(value) for key, value in row.items()} for row in rows)
    return f"written to {folder}: answers.csv, claims.csv"


def write_xlsx(folder: Path) -> str:
    """Write ``batch.xlsx`` with a sheet of answers and one of claims; a line that says so.

    Raises ConfigError where the extra is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise ConfigError("an Excel workbook needs the extra 'excel': pip install 'probandum[excel]'") from None
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "constant_memory": True,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(folder / "batch.xlsx"), options) as book:
        bold = book.add_format({"bold": True})
        for name, rows in _tables(folder).items():
            sheet, columns = book.add_worksheet(name), _columns(rows)
            sheet.freeze_panes(1, 1)
            sheet.write_row(0, 0, columns, bold)
            for place, row in enumerate(rows, start=1):
                for column, key in enumerate(columns):
                    if (value := row.get(key)) is not None:
                        sheet.write(place, column, value[:_CELL] if isinstance(value, str) else value)
            if rows:
                sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    return f"written to {folder}: batch.xlsx"


def _tables(folder: Path) -> dict[str, Rows]:
    return {
        "answers": [dict(_flat("", row.model_dump(mode="json"))) for row in read_answers(folder)],
        "claims": [dict(_flat("", row.model_dump(mode="json"))) for row in read_claims(folder)],
    }


def _flat(name: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """A value as cells: what is within a dict under its path, a list as JSON, or as words where it has nothing else."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list):
        words = all(isinstance(each, str) for each in value)
        yield name, "; ".join(map(str, value)) if words else json.dumps(value, ensure_ascii=False)
    else:
        yield name, value


def _columns(rows: Rows) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _safe(value: JsonValue) -> JsonValue:
    """A text that a spreadsheet would work out as a formula is marked as a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
