"""Reads Office files, tables and JSON as Markdown, through the extra ``documents``."""

import zipfile
from io import BytesIO

from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Document
from probandum.tools.passages import section_marks

_MAX_UNPACKED = 512 * 1024 * 1024


def office_document(content: bytes, *, source: str, extension: str) -> Document:
    """The text of a file as Markdown.

    Raises ConfigError where the extra is not installed, InputError where the file is damaged or without text.
    """
    try:
        # Imported late: it is optional.
        from markitdown import MarkItDown, MarkItDownException, StreamInfo
    except ImportError as error:
        raise ConfigError(
            f"{source!r} needs the extra 'documents': pip install 'probandum[documents]'; or save it as text"
        ) from error
    _refuse_bomb(content, source=source)
    try:
        stream_info = StreamInfo(extension=extension)
        text = MarkItDown(enable_plugins=False).convert_stream(BytesIO(content), stream_info=stream_info).markdown
    except (MarkItDownException, ValueError, LookupError, OSError) as error:
        raise InputError(f"{source!r} cannot be read as {extension} ({error}); open and save it anew") from error
    if not text.strip():
        raise InputError(f"{source!r} has no text; give a file with text in it")
    return Document(text=text, source=source, marks=section_marks(text))


def _refuse_bomb(content: bytes, *, source: str) -> None:
    if not zipfile.is_zipfile(BytesIO(content)):
        return
    with zipfile.ZipFile(BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > _MAX_UNPACKED:
        raise InputError(f"{source!r} unpacks to {unpacked:,} bytes, more than {_MAX_UNPACKED:,}; split it into parts")
