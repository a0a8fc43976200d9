"""Reads Word, PowerPoint and Excel files as Markdown, through the extra ``documents``."""

import re
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Document, Mark
from probandum.tools.segmentation.passages import section_marks

_MAX_UNPACKED = 16 * 1024 * 1024  # of text; pictures are not unpacked
_MAX_TAGS = 1_000_000
_MAX_CELLS = 2_000_000
_CELL = re.compile(rb"""\br=["']([A-Z]{0,3})(\d{1,7})["']""")
_SLIDE = re.compile(r"<!-- Slide number: (\d+) -->\n?")
_BLANK = re.compile(r"\s*")
_EMPTY_SHEET = re.compile(r"(?:#.*|[|\s-]*)(?:\n|$)")


def office_document(content: bytes, *, source: str, extension: str) -> Document:
    """The text of a file as Markdown, with slides or headings as marks.

    Raises ConfigError where the extra is not installed, InputError where the file is damaged, without text or would
    take up far more room than its size lets expect.
    """
    try:
        # Imported late: it is optional.
        from markitdown import DocumentConverter, MarkItDown, MarkItDownException, StreamInfo
        from markitdown.converters import DocxConverter, PptxConverter, XlsxConverter
    except ImportError as error:
        raise ConfigError(
            f"{source!r} needs the extra 'documents': pip install 'probandum[documents]'; or save it as text"
        ) from error
    _refuse_bomb(content, source=source, extension=extension)
    converters: dict[str, Callable[[], DocumentConverter]] = {
        ".docx": DocxConverter,
        ".pptx": PptxConverter,
        ".xlsx": XlsxConverter,
    }
    # One converter, for the format that the name promises: left to guess, the library opens any archive as a folder.
    reader = MarkItDown(enable_builtins=False, enable_plugins=False)
    reader.register_converter(converters[extension]())
    try:
        text = reader.convert_stream(BytesIO(content), stream_info=StreamInfo(extension=extension)).markdown
    except (MarkItDownException, ValueError, LookupError, OSError) as error:
        said = " ".join(str(error).split())[:300]
        raise InputError(f"{source!r} cannot be read as {extension} ({said}); open and save it anew") from error
    document = _slides(text, source=source)
    blank = _EMPTY_SHEET if extension == ".xlsx" else _BLANK  # a sheet without a value still has its name
    if all(blank.fullmatch(line) for line in document.text.splitlines()):
        raise InputError(f"{source!r} has no text; give a file with text in it")
    return document


def _slides(text: str, *, source: str) -> Document:
    """The text without the comments that number the slides; they become marks, headings do where there are none."""
    parts = _SLIDE.split(text)
    kept = parts[0]
    marks = []
    for number, slide in zip(parts[1::2], parts[2::2], strict=True):
        marks.append(Mark(start=len(kept), locator=f"slide {number}"))
        kept += slide
    return Document(text=kept, source=source, marks=tuple(marks) or section_marks(kept))


def _refuse_bomb(content: bytes, *, source: str, extension: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            texts = [member for member in archive.infolist() if member.filename.lower().endswith((".xml", ".rels"))]
            unpacked = sum(member.file_size for member in texts)
            if unpacked > _MAX_UNPACKED:
                raise InputError(_too_much(source, f"{unpacked:,} bytes of text", _MAX_UNPACKED))
            parts = {member.filename: archive.read(member) for member in texts}
    # All that zipfile raises on damage, encryption and ways of packing that it does not know.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise InputError(
            f"{source!r} is not a whole {extension} file ({error}); it may be damaged, protected by a password or of "
            "another kind: open and save it anew"
        ) from error
    if (tags := sum(part.count(b"<") for part in parts.values())) > _MAX_TAGS:
        raise InputError(_too_much(source, f"{tags:,} tags", _MAX_TAGS))
    cells = max((_cells(part) for name, part in parts.items() if "worksheets/" in name), default=0)
    if cells > _MAX_CELLS:
        raise InputError(_too_much(source, f"a sheet of {cells:,} cells, empty ones between them counted", _MAX_CELLS))


def _too_much(source: str, amount: str, limit: int) -> str:
    return f"{source!r} unpacks to {amount}, more than {limit:,}; split it into parts or save it as text"


def _cells(sheet: bytes) -> int:
    """How many cells the smallest rectangle from A1 on has that holds all cells of the sheet."""
    columns = rows = 1
    for letters, digits in _CELL.findall(sheet):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        columns, rows = max(columns, column), max(rows, int(digits))
    return columns * rows
