"""From a record of the input to the answer that is to be audited: which field means what, and what else is kept."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from probandum.agent.request import AuditRequest
from probandum.batch.output.rows import audit_id
from probandum.intake.answer import answer_of
from probandum.intake.columns import at, find
from probandum.intake.context import documents_of
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen, digest

_KEPT_CHARACTERS = 200
"""Of a text in a column; a longer one is no group that anything could be counted by."""
_ROLES = {"user": "user", "human": "user", "assistant": "assistant", "ai": "assistant", "model": "assistant"}


class FieldMap(Frozen):
    """In which column of the input a part of the audit stands, ``outer.inner`` for a field of one.

    A part that is not named is looked for under the names that other tools use: see `probandum.intake.columns`.
    """

    id: str = "id"
    response: str = "response"
    question: str = "question"
    context: str = "context"
    """One text, several, or documents of ``text``, ``source`` and ``title``."""
    history: str = "history"
    """Turns of ``role`` and ``text`` (or ``content``), oldest first."""
    claims: str = "claims"
    """Claims to judge as they stand, in place of extracting them."""

    @classmethod
    def of(cls, given: Iterable[str]) -> "FieldMap":
        """The fields from ``part=column`` each; `InputError` for a part that there is not."""
        pairs = dict(_pair(each) for each in given)
        unknown = sorted(pairs.keys() - cls.model_fields.keys())
        if unknown:
            parts = ", ".join(cls.model_fields)
            raise InputError(f"no part of an audit is called {unknown[0]!r}; map one of {parts}, as in response=COLUMN")
        return cls(**pairs)

    def columns_in(self, record: Mapping[str, Any]) -> dict[str, str]:
        """Part to column, for the parts that a record has."""
        found = {}
        for part, column in self:
            if part in self.model_fields_set:
                known = column if at(record, column) is not None else None
            else:
                told = find(record, part)
                known = told.column if told else column if record.get(column) is not None else None
            if known is not None:
                found[part] = known
        return found

    @property
    def renamed(self) -> Mapping[str, str]:
        """Those that stand in a column of another name, which then must be there: part to column."""
        return {part: column for part, column in self if part != column}


class BatchItem(Frozen):
    """One answer that is to be audited."""

    line: int
    """Where it stands in the input."""
    answer_id: str
    own_id: bool
    """Whether the input says the id; else it is made from the content."""
    nth: int = 1
    """Of lines with the same content and no id, which this is."""
    key: str
    """SHA-256 of all that is asked and kept, hex; what is known under it need not be asked again."""
    columns: Mapping[str, JsonValue] = Field(default_factory=dict)
    request: AuditRequest

    def again(self, nth: int) -> "BatchItem":
        """The same content for another time, as an answer of its own."""
        answer_id = f"{self.answer_id}-{nth}"
        key = digest(answer_id, self.key)
        request = self.request.model_copy(update={"audit_id": audit_id(key)})
        return self.model_copy(update={"answer_id": answer_id, "nth": nth, "key": key, "request": request})


def parse_item(record: Mapping[str, Any], *, line: int, fields: FieldMap) -> BatchItem:
    """The answer that a record holds; `InputError` says what is wrong with it."""
    where = fields.columns_in(record)
    values = {part: at(record, column) for part, column in where.items()}
    request = _request(record, values, where, fields)
    mapped = {column for _, column in fields} | {column.partition(".")[0] for column in where.values()}
    columns = dict(_columns({name: value for name, value in record.items() if name not in mapped}))
    content = digest(request.fingerprint, json.dumps(columns, sort_keys=True))
    given = _text(values, "id")
    answer_id = given or content[:16]
    key = digest(answer_id, content)
    return BatchItem(
        line=line,
        answer_id=answer_id,
        own_id=given is not None,
        key=key,
        columns=columns,
        request=request.model_copy(update={"audit_id": audit_id(key)}),
    )


def _pair(given: str) -> tuple[str, str]:
    part, sign, column = given.partition("=")
    if not (sign and part and column):
        raise InputError(f"{given!r} maps no field; write PART=COLUMN, as in response=answer")
    return part.strip(), column.strip()


def _request(
    record: Mapping[str, Any], values: Mapping[str, Any], where: Mapping[str, str], fields: FieldMap
) -> AuditRequest:
    response = values.get("response")
    if not isinstance(response, str | list | Mapping):
        found = ", ".join(map(repr, list(record)[:12])) or "nothing"
        hint = f"map it with --field response=COLUMN; the columns are {found}"
        raise InputError(f"no text in {fields.response!r}: {hint}")
    answer = answer_of(response)
    given = {
        "response": answer.text,
        "citations": answer.citations,
        "question": _text(values, "question"),
        "context": documents_of(_listed(values.get("context"))),
        "history": [_turn(each) for each in _listed(values.get("history"))],
        "claims": _listed(values.get("claims")),
    }
    try:
        return AuditRequest.model_validate(given)
    except ValidationError as error:
        raise InputError(_wrong(error, where)) from None


def _wrong(error: ValidationError, columns: Mapping[str, str]) -> str:
    """What does not hold, by the column that it stands in."""
    first = error.errors()[0]
    part, *within = first["loc"] or ("the line",)
    where = ".".join(map(str, (columns.get(str(part), part), *within)))
    return f"{where}: {first['msg']}, not {repr(first['input'])[:60]}"


def _text(record: Mapping[str, Any], column: str) -> str | None:
    value = record.get(column)
    return None if value is None or value == "" else str(value)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - whatever stands in the input
    """One or several of something as several; a text stands for a document or claim of that text."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _turn(given: Any) -> Any:  # noqa: ANN401 - as above
    """A turn under the names that we use; what is none is left for the check to complain of."""
    if not isinstance(given, Mapping):
        return given
    role = given.get("role", given.get("from"))
    text = next((given[name] for name in ("text", "content", "value") if given.get(name) is not None), None)
    return {"role": _ROLES.get(str(role), role), "text": text}


def _columns(record: Mapping[str, Any]) -> Iterator[tuple[str, JsonValue]]:
    """What can be counted by: short texts, numbers, truths; those one level down under ``outer.inner``."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            inner = {f"{name}.{key}": each for key, each in value.items() if not isinstance(each, Mapping)}
            yield from _columns(inner)
        elif isinstance(value, float) and not math.isfinite(value):
            yield name, None
        elif value is None or isinstance(value, bool | int | float) or _is_short(value):
            yield name, value


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _KEPT_CHARACTERS
