"""Reads labelled rows from JSONL, one file format for every data set; what is measured on them is elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, field_validator, model_validator

from probandum.agent.request import AuditRequest
from probandum.tools.errors import InputError
from probandum.tools.evidence import Document


class Row(BaseModel):
    """One labelled answer or claim; other fields of the line are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    level: Literal["response", "sentence", "claim"] = "response"
    question: str | None = None
    context: str | None = None
    """The reference; None for reference-free rows."""
    response: str | None = None
    claim: str | None = None
    """The claim or sentence that the label is about; None where it is about the whole response."""
    hallucinated: bool | None = None
    """The human label; rows without one are audited but not measured."""

    dataset: str | None = None
    label: str | None = None
    """What people said, in the data set's own words."""
    error_types: tuple[str, ...] = ()
    """What people said is wrong with it, in the data set's own words."""
    generator: str | None = None
    """Which model wrote the answer."""
    meta: dict[str, JsonValue] = {}
    """What else the data set says of the row."""

    @field_validator("error_types", mode="before")
    @classmethod
    def _several(cls, given: object) -> object:
        return () if given is None else (given,) if isinstance(given, str) else given

    @model_validator(mode="after")
    def _has_text(self) -> "Row":
        if not (self.claim or self.response):
            raise ValueError("a row needs a 'response' or a 'claim'")
        return self

    @property
    def text(self) -> str:
        """What the label is about."""
        return self.claim or self.response or ""

    @property
    def request(self) -> AuditRequest:
        """The row as an audit: a claim is given as it stands, a response is left to the extraction."""
        return AuditRequest(
            response=self.response or self.text,
            question=self.question,
            context=(Document(text=self.context, source="context"),) if self.context else (),
            claims=(self.claim,) if self.claim else (),
        )


def read(path: Path, *, limit: int | None = None) -> tuple[Row, ...]:
    """The rows of a file; with a limit, that many spread evenly over the file.

    Raises `InputError` with the number of the first line that does not hold.
    """
    try:
        rows = tuple(_rows(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}; give a JSONL file in UTF-8") from None
    if not rows:
        raise InputError(f"{str(path)!r} holds no rows; give a JSONL file with one labelled answer per line")
    if limit is None or limit >= len(rows):
        return rows
    return tuple(rows[place * len(rows) // limit] for place in range(limit))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield Row.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                raise InputError(f"{str(path)!r}, line {number}: {where}: {first['msg']}") from None
