"""The reference in whatever form it is handed in: one text, a path, a document, a dict, or several of these."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from probandum.intake.shown import described
from probandum.tools.document_forms import document_of
from probandum.tools.documents import EXTENSIONS, read_document
from probandum.tools.errors import InputError
from probandum.tools.evidence import Document


@runtime_checkable
class LangChainDocument(Protocol):
    """A document of LangChain, by the two fields of it that are read."""

    page_content: str
    metadata: dict[str, Any]


ContextItem = str | Path | Document | Mapping[str, Any] | LangChainDocument
"""One text, the path of a file, a document of ours or of LangChain, or a dict of ``text`` and ``source``."""
Context = ContextItem | Sequence[ContextItem]

_MEANT = "a context is a text, a pathlib.Path, a Document, a dict with 'text', a LangChain document, or a list of these"
_LONGEST_NAME = 255


def documents_of(context: Context | None) -> tuple[Document, ...]:
    """The documents of a context, files read.

    Raises:
        InputError: something in it is no document, or a file cannot be read; the message shows what was given.
        ConfigError: a file's format needs an extra that is not installed.
    """
    if context is None:
        return ()
    if _is_one(context):
        return (_document(context, where="context"),)
    if isinstance(context, bytes | bytearray) or not isinstance(context, Iterable):
        raise _refused(context, where="context")
    return tuple(_document(item, where=f"context[{place}]") for place, item in enumerate(context))


def _is_one(given: object) -> bool:
    return isinstance(given, str | Path | Document | Mapping) or hasattr(given, "page_content")


def _document(item: object, *, where: str) -> Document:
    if isinstance(item, Document):
        return item
    if isinstance(item, Path):
        if item.is_dir():
            raise InputError(f"{where} is the folder {str(item)!r}; name its files, or search it with corpus=[folder]")
        return read_document(item)
    if isinstance(item, str):
        _refuse_file_name(item, where=where)
        return document_of({"text": item}, where=where)
    if isinstance(item, Mapping):
        return document_of(item, where=where)
    if isinstance(text := getattr(item, "page_content", None), str):
        more = getattr(item, "metadata", None) or {}
        own = {"id": getattr(item, "id", None)}
        return document_of({**(more if isinstance(more, Mapping) else {}), **_told(own), "text": text}, where=where)
    raise _refused(item, where=where)


def _told(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _refuse_file_name(text: str, *, where: str) -> None:
    """A string is a text; one that is the name of a file that is there was hardly meant as one."""
    if len(text) > _LONGEST_NAME or "\n" in text or Path(text).suffix.lower() not in EXTENSIONS:
        return
    if Path(text).is_file():
        raise InputError(f"{where} is the string {text!r}, which names a file: give Path({text!r}) to have it read")


def _refused(given: object, *, where: str) -> InputError:
    return InputError(f"{where} is {described(given)}; {_MEANT}")


def source_items(names: Iterable[str]) -> Iterator[Path | Document]:
    """Files as a command line names them: ``PATH``, or ``ID=PATH`` where citations name the file by an id.

    Raises InputError and ConfigError as `documents_of`.
    """
    for name in names:
        id_, sign, path = name.partition("=")
        if sign and id_ and path and not Path(name).exists():
            read = read_document(Path(path))
            yield read.model_copy(update={"id": id_})
        else:
            yield Path(name)
