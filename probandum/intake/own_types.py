"""A file of error types of one's own."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from probandum.agent.error_types import OwnErrorType, problem_with
from probandum.tools.documents import read_text
from probandum.tools.errors import InputError

_HINT = 'a list of {"name": "off_label_use", "definition": "…", "example": "…"} is needed'


def read_error_types(path: Path) -> tuple[OwnErrorType, ...]:
    """The types in a JSON file; `InputError` says what is wrong with it."""
    try:
        types = TypeAdapter(tuple[OwnErrorType, ...]).validate_json(read_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(f"{str(path)!r} holds no error types ({place}: {first['msg']}); {_HINT}") from None
    if problem := problem_with(types):
        raise InputError(f"{str(path)!r}: {problem}")
    return types
