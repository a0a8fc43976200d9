"""The files of a batch as they are read: rows in the order in which they were written; writing them is elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from probandum.batch.output.rows import AnswerRow, ClaimRow
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen

ANSWERS = "answers.jsonl"
CLAIMS = "claims.jsonl"

Row = TypeVar("Row", bound=Frozen)


def read_answers(folder: Path) -> Iterator[AnswerRow]:
    """The answers of a batch, in the order in which they were done; `InputError` where they cannot be read."""
    return _rows(folder / ANSWERS, AnswerRow)


def read_claims(folder: Path) -> Iterator[ClaimRow]:
    """The claims of a batch, those of one answer together; `InputError` where they cannot be read.

    A batch that was killed may have claims of an answer that is not among its answers; going on with it mends that.
    """
    return _rows(folder / CLAIMS, ClaimRow)


def _rows(path: Path, kind: type[Row]) -> Iterator[Row]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith(b"\n"):  # a kill may have cut the last line
                    yield _row(line, kind, place=f"{str(path)!r}, line {number}")
    except OSError as error:
        hint = "give the folder that 'probandum batch … --out' wrote"
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}; {hint}") from None


def _row(line: bytes, kind: type[Row], *, place: str) -> Row:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        hint = "it is no row of this version; the batch has to be made anew"
        raise InputError(f"{place}: {where}: {first['msg']}; {hint}") from None
