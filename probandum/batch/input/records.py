"""Reads records from JSONL, CSV and Parquet, a stream that can be taken up anywhere; what they mean is elsewhere."""

import ast
import csv
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from probandum.tools.errors import ConfigError, InputError

csv.field_size_limit(2**31 - 1)
_ROWS_AT_ONCE = 64
_LONGEST_REPR = 1_000_000
_JOINED = re.compile(r"['\"]\s+['\"]")
"""Two texts without a comma, as an array is written: they would be read as one."""


class Position(NamedTuple):
    """From where on to read."""

    line: int = 1
    """The number of the next record as people count: the line of a JSONL file, else the record's own."""
    offset: int = 0
    """Bytes before it; for Parquet records before it."""


class Record(NamedTuple):
    """One record, or what is wrong with it."""

    place: Position
    values: Mapping[str, Any]
    problem: str | None = None


def records(path: Path, *, start: Position | None = None) -> Iterator[Record]:
    """The records of a file in their order; blank lines are none.

    Args:
        path: a ``.jsonl``, ``.csv`` or ``.parquet`` file.
        start: the place of a record that was read before.

    Raises:
        InputError: the file cannot be read or is of no known kind.
        ConfigError: Parquet needs an extra that is not installed.
    """
    kind = path.suffix.lower()
    if kind not in _READERS:
        raise InputError(f"{str(path)!r} is of no kind that a batch reads; give a {', '.join(_READERS)} file")
    try:
        yield from _READERS[kind](path, start or Position())
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}") from None


def _jsonl(path: Path, start: Position) -> Iterator[Record]:
    with path.open("rb") as file:
        file.seek(start.offset)
        place = start
        for line in file:
            if line.strip():
                yield _of_json(line, place)
            place = Position(place.line + 1, place.offset + len(line))


def _of_json(line: bytes, place: Position) -> Record:
    try:
        # A byte-order mark stands before the first line of some files.
        values = json.loads(line.decode("utf-8-sig"))
        if b"\\ud" in line.lower():
            json.dumps(values, ensure_ascii=False).encode()  # half of a character can be written there, but is no text
    except UnicodeDecodeError as error:
        return Record(place, {}, f"no UTF-8 at byte {error.start} of the line")
    except UnicodeEncodeError:
        return Record(place, {}, "half of a surrogate pair, which is no text")
    except (ValueError, RecursionError) as error:
        return Record(place, {}, f"no JSON: {error}")
    if not isinstance(values, dict):
        return Record(place, {}, f"a JSON object is needed, not {line[:40].decode(errors='replace')!r}")
    return Record(place, values)


def _csv(path: Path, start: Position) -> Iterator[Record]:
    with path.open("rb") as file:
        lines = _Lines(file.readline, 0)
        heading = next(csv.reader(lines), [])
        place = start if start.offset else Position(1, lines.offset)
        file.seek(place.offset)
        lines = _Lines(file.readline, place.offset)
        for cells in _rows(csv.reader(lines)):
            if cells != []:
                yield _of_cells(cells, heading, place)
            place = Position(place.line + (cells != []), lines.offset)


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str] | str]:
    """The rows of a table, or of one that is none what is wrong with it."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"no row of a table: {error}"


class _Lines:
    """The lines of a file for the CSV reader, which does not say itself how far it has read."""

    def __init__(self, readline: Callable[[], bytes], offset: int) -> None:
        self._readline = readline
        self.offset = offset

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._readline()
        if not line:
            raise StopIteration
        encoding = "utf-8" if self.offset else "utf-8-sig"
        self.offset += len(line)
        return line.decode(encoding, errors="surrogateescape")


def _of_cells(cells: list[str] | str, heading: list[str], place: Position) -> Record:
    if isinstance(cells, str):
        return Record(place, {}, cells)
    if len(cells) != len(heading):
        return Record(place, {}, f"{len(cells)} cells under a heading of {len(heading)}")
    if any("\udc80" <= character <= "\udcff" for cell in cells for character in cell):
        return Record(place, {}, "no UTF-8")
    return Record(place, {name: _of_text(cell) for name, cell in zip(heading, cells, strict=True) if cell != ""})


def _of_text(cell: str) -> Any:  # noqa: ANN401 - what is written there
    """A cell is text, or JSON where it is a list or an object: that is how tables hold several documents."""
    if cell[:1] not in ("[", "{"):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return _of_repr(cell)


def _of_repr(cell: str) -> Any:  # noqa: ANN401 - as above
    """A list of texts as pandas writes one into a cell; anything else stays the text that it is."""
    if len(cell) > _LONGEST_REPR or _JOINED.search(cell):
        return cell
    try:
        told = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return cell
    return told if isinstance(told, list) and all(isinstance(each, str) for each in told) else cell


def _parquet(path: Path, start: Position) -> Iterator[Record]:
    parquet = parquet_library()
    import pyarrow as pa

    try:
        with parquet.ParquetFile(path) as file:
            yield from _of_groups(file, start.offset)
    except pa.ArrowException as error:
        raise InputError(f"cannot read {str(path)!r}: {error}") from None


def _of_groups(file: Any, start: int) -> Iterator[Record]:  # noqa: ANN401 - pyarrow has no types
    """The records from the one with that index on; what lies before it is passed over unread."""
    index = 0
    for group in range(file.num_row_groups):
        size = file.metadata.row_group(group).num_rows
        if index + size <= start:
            index += size
            continue
        for batch in file.iter_batches(_ROWS_AT_ONCE, row_groups=[group]):
            first = max(0, start - index)
            rows = batch.slice(first).to_pylist() if first < batch.num_rows else []
            for at, values in enumerate(rows, start=index + first):
                yield Record(Position(at + 1, at), {name: _plain(each) for name, each in values.items()})
            index += batch.num_rows


def parquet_library() -> Any:  # noqa: ANN401 - as above
    """The library that reads and writes Parquet; `ConfigError` names the extra where it is not installed."""
    try:
        from pyarrow import parquet
    except ImportError:
        hint = "pip install 'probandum[parquet]'"
        raise ConfigError(f"Parquet needs the extra 'parquet', which is not installed: {hint}") from None
    return parquet


def _plain(value: Any) -> Any:  # noqa: ANN401 - as above
    """A value of a table as JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


_READERS: Mapping[str, Callable[[Path, Position], Iterator[Record]]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}
