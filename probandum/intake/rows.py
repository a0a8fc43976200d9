"""Rows of a table in whatever library it lies: a Hugging Face ``Dataset``, a frame of pandas or polars, dicts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from probandum.intake.shown import described
from probandum.tools.errors import InputError

_MEANT = "rows are a list of dicts, a Hugging Face Dataset, or a frame of pandas or polars"


def rows_of(data: object) -> Iterator[dict[str, Any]]:
    """The rows as dicts of plain values, one after the other; none of these libraries is imported.

    Raises:
        InputError: it is no table, or one of its rows is no dict.
    """
    if hasattr(data, "iter_rows"):  # polars
        rows: object = data.iter_rows(named=True)
    elif hasattr(data, "to_dict") and hasattr(data, "iloc"):  # pandas
        rows = data.to_dict(orient="records")
    elif hasattr(data, "to_pylist"):  # pyarrow
        rows = data.to_pylist()
    else:
        rows = data
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise InputError(f"the rows are {described(data)}; {_MEANT}")
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InputError(f"row {place} is {described(row)}; {_MEANT}")
        yield {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """A cell as JSON has it: an array is a list, and a number that is none is nothing."""
    if hasattr(value, "tolist") and not isinstance(value, str | bytes):
        value = value.tolist()
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - only NaN differs from itself
