"""The rows of a batch as two Parquet tables, made from its files when it is done; the rows themselves are elsewhere.

A table has a column for each field of the rows. The input's columns stand under ``column.NAME``, counts by label under
``labels.NAME``; a column of the input that is not of one kind throughout is text.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, JsonValue

from probandum.agent.taxonomy import ErrorType, FindingKind, Label, Reason
from probandum.batch.input.records import parquet_library
from probandum.batch.output.row_files import read_answers, read_claims
from probandum.batch.output.rows import AnswerRow, ClaimRow

FILES = ("answers.parquet", "claims.parquet")
_AT_ONCE = 1_000
_COUNTS: Mapping[str, type[StrEnum]] = {
    "labels": Label,
    "error_types": ErrorType,
    "unjudged": Reason,
    "findings": FindingKind,
}


def write_tables(folder: Path) -> None:
    """Write both tables into the folder of the batch; `ConfigError` where the extra is not installed."""
    parquet_library()  # says what is missing, before anything else stumbles over that
    kinds = _kinds(read_answers(folder))
    _write(folder / FILES[0], (_flat(row, kinds) for row in read_answers(folder)), _answer_schema(kinds))
    _write(folder / FILES[1], (row.model_dump(mode="json") for row in read_claims(folder)), _schema(ClaimRow))


def _write(path: Path, rows: Iterator[dict[str, Any]], schema: Any) -> None:  # noqa: ANN401 - pyarrow has no types
    parquet = parquet_library()
    import pyarrow as pa

    written = path.with_suffix(".new")
    with parquet.ParquetWriter(written, schema, compression="zstd") as writer:
        while some := list(islice(rows, _AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(some, schema=schema))
    written.replace(path)


def _flat(row: AnswerRow, kinds: Mapping[str, type]) -> dict[str, Any]:
    plain = row.model_dump(mode="json")
    columns, usage = plain.pop("columns"), plain.pop("usage")
    for name, words in _COUNTS.items():
        counts = plain.pop(name)
        plain |= {f"{name}.{word.value}": counts.get(word.value, 0) for word in words}
    plain |= {f"usage.{name}": value for name, value in usage.items()}
    return {**plain, **{f"column.{name}": _as(kinds[name], columns.get(name)) for name in kinds}}


def _as(kind: type, value: JsonValue) -> Any:  # noqa: ANN401 - of that kind
    if value is None or kind is not str:
        return value if value is None else kind(value)
    return value if isinstance(value, str) else str(value)


def _kinds(rows: Iterable[AnswerRow]) -> dict[str, type]:
    """The kind of each of the input's columns, in the order in which they first come."""
    kinds: dict[str, type] = {}
    for row in rows:
        for name, value in row.columns.items():
            if value is not None:
                kinds[name] = _common(kinds.get(name), value)
            else:
                kinds.setdefault(name, type(None))
    return {name: str if kind is type(None) else kind for name, kind in kinds.items()}


def _common(kind: type | None, value: JsonValue) -> type:
    """The narrowest kind that holds what came before and this."""
    own = type(value)
    if own is int and not -(2**63) <= value < 2**63:  # type: ignore[operator]  # it is an int
        own = float
    if kind in (None, type(None), own):
        return own
    return float if {kind, own} == {int, float} else str


def _answer_schema(kinds: Mapping[str, type]) -> Any:  # noqa: ANN401 - as above
    import pyarrow as pa

    plain = list(_schema(AnswerRow, without=(*_COUNTS, "columns", "usage")))
    counts = [pa.field(f"{name}.{word.value}", pa.int64()) for name, words in _COUNTS.items() for word in words]
    usage = [field.with_name(f"usage.{field.name}") for field in _schema(AnswerRow.model_fields["usage"].annotation)]
    columns = [pa.field(f"column.{name}", _type(kind)) for name, kind in kinds.items()]
    return pa.schema([*plain, *counts, *usage, *columns])


def _schema(row: Any, *, without: Iterable[str] = ()) -> Any:  # noqa: ANN401 - a kind of row
    import pyarrow as pa

    fields = {name: field.annotation for name, field in row.model_fields.items() if name not in without}
    return pa.schema([pa.field(name, _type(kind)) for name, kind in fields.items()])


def _type(kind: Any) -> Any:  # noqa: ANN401 - an annotation
    """The type of a table's column for a field of a row."""
    import pyarrow as pa

    if isinstance(kind, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return pa.list_(_type(get_args(kind)[0]))
    if issubclass(kind, BaseModel):
        return pa.struct(list(_schema(kind)))
    plain = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    return plain.get(kind, pa.string())
