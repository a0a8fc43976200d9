"""Reads one file that the user named, whatever its format, within bounds; folders are walked elsewhere."""

import stat
import sys
from pathlib import Path

from probandum.tools.errors import InputError
from probandum.tools.evidence import Document, has_words
from probandum.tools.readers.html_text import html_document
from probandum.tools.readers.office_text import office_document
from probandum.tools.readers.pdf_text import pdf_document
from probandum.tools.readers.plain_text import decode, decode_html
from probandum.tools.segmentation.passages import section_marks

MAX_BYTES = 32 * 1024 * 1024
MAX_PAGES = 5_000
TEXT = frozenset({".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml"})
HTML = frozenset({".html", ".htm"})
OFFICE = frozenset({".docx", ".pptx", ".xlsx"})
EXTENSIONS = TEXT | HTML | {".pdf"} | OFFICE
_SECTION = "section "


def read_document(path: Path, *, max_bytes: int = MAX_BYTES, max_pages: int = MAX_PAGES) -> Document:
    """The text of one file, with pages or sections as marks and its path as source.

    Raises InputError, which says what is wrong and what to do, for anything that is not a readable document,
    and ConfigError where the format needs an extra that is not installed.
    """
    source = str(path)
    extension = path.suffix.lower()
    check_file(path)
    _check_kind(extension, source=source)
    return read_content(_content(path, max_bytes=max_bytes), name=source, max_pages=max_pages)


def read_content(content: bytes, *, name: str, max_pages: int = MAX_PAGES) -> Document:
    """The text of a file by its bytes and its name, which says what kind it is; raises as `read_document`."""
    extension = Path(name).suffix.lower()
    _check_kind(extension, source=name)
    if not content:
        raise InputError(f"{name!r} is empty; give a file with text in it")
    document = _document(content, source=name, extension=extension, max_pages=max_pages)
    if not has_words(document.text):
        raise InputError(f"{name!r} has no words, only blanks or marks; give a file with text in it")
    return document


def _check_kind(extension: str, *, source: str) -> None:
    if extension not in EXTENSIONS:
        raise InputError(
            f"{source!r}: files ending in {extension!r} are not read; "
            f"convert it to one of {', '.join(sorted(EXTENSIONS))}"
        )


def _document(content: bytes, *, source: str, extension: str, max_pages: int) -> Document:
    if extension in HTML:
        return html_document(decode_html(content, source=source), source=source)
    if extension == ".pdf":
        return pdf_document(content, source=source, max_pages=max_pages)
    if extension in OFFICE:
        return office_document(content, source=source, extension=extension)
    return plain_document(decode(content, source=source), source=source)


def plain_document(text: str, *, source: str) -> Document:
    """A document of plain text or Markdown as it stands; its headings are its sections, the first one its title."""
    marks = section_marks(text)
    return Document(
        text=text, source=source, title=marks[0].locator.removeprefix(_SECTION) if marks else None, marks=marks
    )


def read_response(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """The text of the answer to audit: any text file, HTML, PDF, or the standard input for ``-``.

    Raises as `read_document`.
    """
    if str(path) == "-":
        content = sys.stdin.buffer.read(max_bytes + 1)
        _refuse_size(len(content), source="-", max_bytes=max_bytes)
        return decode(content, source="-")
    if path.suffix.lower() in HTML | {".pdf"}:
        return read_document(path, max_bytes=max_bytes).text
    return read_text(path, max_bytes=max_bytes)


def read_text(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """The text of a file as it stands, whatever it is called; raises InputError as `read_document`."""
    check_file(path)
    return decode(_content(path, max_bytes=max_bytes), source=str(path))


def check_file(path: Path) -> None:
    """Raise InputError unless the path leads to a regular file; the file is not opened."""
    source = str(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise InputError(f"there is no file {source!r}; check the path") from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"{source!r} cannot be reached ({_said(error)}); check the path and its permissions"
        ) from error
    if stat.S_ISDIR(mode):
        raise InputError(
            f"{source!r} is a folder where a file is expected; name a file in it, or search it as a corpus"
        )
    if not stat.S_ISREG(mode):
        raise InputError(f"{source!r} is a device, pipe or socket, not a file; save its content to a file first")


def _content(path: Path, *, max_bytes: int) -> bytes:
    source = str(path)
    try:
        _refuse_size(path.stat().st_size, source=source, max_bytes=max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"{source!r} cannot be opened ({_said(error)}); check its permissions") from error
    _refuse_size(len(content), source=source, max_bytes=max_bytes)
    if not content:
        raise InputError(f"{source!r} is empty; give a file with text in it")
    return content


def _refuse_size(size: int, *, source: str, max_bytes: int) -> None:
    if size > max_bytes:
        raise InputError(f"{source!r} has {size:,} bytes or more, the limit is {max_bytes:,}; split it into parts")


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
