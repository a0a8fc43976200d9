"""Reads the text of a PDF, page by page; text in images is not read."""

import logging
import re
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from probandum.tools.errors import InputError
from probandum.tools.evidence import Document, Mark

if TYPE_CHECKING:
    from pypdf import PdfReader

# What pypdf says that broken files may raise beside its own errors.
_BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
_MAX_CHARS = 64 * 1024 * 1024
_MAX_SECONDS = 300.0  # on the clock; five thousand plain pages take a tenth of it
_SPLIT_WORD = re.compile(r"(\w+)-\n(?=[a-z])")
_LAST_WORD = re.compile(r"[^\W\d_,;-]$")


def pdf_document(content: bytes, *, source: str, max_pages: int) -> Document:
    """The text of a PDF with one mark per page: ``page 12``; words split at a line's end are joined again.

    Raises InputError, which quotes ``source``, for a PDF that is encrypted, damaged, too long or without text.
    """
    # Imported late: other formats do not need it.
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    with _heard() as warnings:
        try:
            reader = PdfReader(BytesIO(content), strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise InputError(_locked(source))
            count = len(reader.pages)
            if count > max_pages:
                raise InputError(f"{source!r} has {count:,} pages, more than {max_pages:,}; split it into parts")
            pages = _texts(reader, source=source, broken=(PyPdfError, zlib.error, struct.error, *_BROKEN))
            title = reader.metadata.title if reader.metadata else None
        except DependencyError as error:
            raise InputError(_locked(source)) from error
        except (PyPdfError, zlib.error, struct.error, *_BROKEN) as error:
            heard = f"; the parser noted: {warnings[0]}" if warnings else ""
            raise InputError(
                f"{source!r} cannot be read as a PDF ({error}{heard}); open it in a viewer and save it anew"
            ) from error
    if not any(page.strip() for page in pages):
        raise InputError(
            f"{source!r} has no text on any of its {count:,} pages (scanned images?); "
            "run text recognition over it first, for instance with 'ocrmypdf'"
        )
    return _bound(pages, source=source, title=(title or "").strip() or None)


def _texts(reader: "PdfReader", *, source: str, broken: tuple[type[Exception], ...]) -> list[str]:
    """The text of each page; one that cannot be read is named, for an audit must not miss it in silence."""
    texts: list[str] = []
    left, until = _MAX_CHARS, time.monotonic() + _MAX_SECONDS
    for number, page in enumerate(reader.pages, start=1):
        try:
            texts.append(page.extract_text())
        except broken as error:
            raise InputError(
                f"{source!r}: page {number} cannot be read ({error}); open it in a viewer and save it anew, "
                "or leave that page out"
            ) from error
        if time.monotonic() > until:
            raise InputError(
                f"{source!r} took more than {_MAX_SECONDS:g} s to read by page {number}; split it into parts"
            )
        left -= len(texts[-1])
        if left < 0:
            raise InputError(
                f"{source!r} has more than {_MAX_CHARS:,} characters of text by page {number}; split it into parts"
            )
    return texts


def _locked(source: str) -> str:
    return f"{source!r} is encrypted; save it without a password first, for instance with 'qpdf --decrypt'"


def _bound(pages: list[str], *, source: str, title: str | None) -> Document:
    text = ""
    parts: list[str] = []
    marks = []
    at = 0
    for number, page in enumerate(pages, start=1):
        # Lone surrogates come from broken fonts and could not be written to any report.
        text = _SPLIT_WORD.sub(r"\1", page.encode("utf-8", "replace").decode("utf-8").strip())
        if not text:
            continue
        if parts:
            # A sentence that runs on over the page break stays one sentence.
            parts.append("\n" if text[0].islower() and _LAST_WORD.search(parts[-1]) else "\n\n")
            at += len(parts[-1])
        marks.append(Mark(start=at, locator=f"page {number}"))
        parts.append(text)
        at += len(text)
    return Document(text="".join(parts), source=source, title=title, marks=tuple(marks))


class _LogCapture(logging.Handler):
    """Keeps what one thread logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message of this thread's record."""
        if record.thread == self._thread:
            self.heard.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Catch pypdf's warnings: logged, they would reach the terminal although the text was read well."""
    ear = _LogCapture()
    logger = logging.getLogger("pypdf")
    logger.addHandler(ear)
    try:
        yield ear.heard
    finally:
        logger.removeHandler(ear)
