"""A document in the forms that other tools give it: a dict under their names for its text, source, id and title."""

from collections.abc import Iterable, Mapping
from typing import Any

from probandum.tools.errors import InputError
from probandum.tools.evidence import Document

_TEXTS = ("text", "content", "page_content", "document.content", "passage", "body", "document")
_IDS = ("id", "doc_id", "document_id", "chunk_id", "_id")
_SOURCES = ("source", "url", "uri", "doc_uri", "link", "file_path", "file_name")
_TITLES = ("title", "name")


def document_of(item: Mapping[str, Any], *, where: str) -> Document:
    """The document that a dict is; what it says of it may stand under ``metadata`` or ``document``, too.

    Raises InputError where it has no text, or an empty one; ``where`` says in the message which it is.
    """
    text = _first(item, _TEXTS)
    if isinstance(text, Mapping):
        return document_of({**{name: value for name, value in item.items() if value is not text}, **text}, where=where)
    if not isinstance(text, str):
        keys = ", ".join(map(repr, list(item)[:8])) or "none"
        raise InputError(f"{where} is a dict without a text: its keys are {keys}; put the text under 'text'")
    if not text:
        raise InputError(f"{where} is an empty text; leave it out if there is none")
    more = item.get("metadata")
    told = {**(more if isinstance(more, Mapping) else {}), **item}
    id_, source, title = (_named(told, names) for names in (_IDS, _SOURCES, _TITLES))
    return Document(text=text, id=id_, source=source or id_, title=title)


def _first(item: Mapping[str, Any], names: Iterable[str]) -> Any:  # noqa: ANN401 - whatever stands there
    return next((item[name] for name in names if item.get(name) is not None), None)


def _named(item: Mapping[str, Any], names: Iterable[str]) -> str | None:
    value = _first(item, names)
    return str(value) if isinstance(value, str | int) and str(value).strip() else None
