"""Turns the bytes of a file into text, or says why they are not text; which file is read is decided elsewhere."""

import codecs
import re

from probandum.tools.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_HEAD = 4_096


def decode(content: bytes, *, source: str) -> str:
    """The text of a UTF-8 file, or of a UTF-16 or UTF-32 file that begins with its byte order mark.

    Raises InputError, which quotes ``source``, where the content is empty, blank, binary or in another encoding.
    """
    if not content:
        raise InputError(f"{source!r} is empty; give a file with text in it")
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    if encoding is None:
        _refuse_binary(content, source=source)
    try:
        text = content.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{content[error.start]:02x} at position {error.start:,}"
        raise InputError(
            f"{source!r} is not {(encoding or 'utf-8').upper()} ({byte}); convert it, for instance with "
            f"'iconv -f WINDOWS-1252 -t UTF-8', or save it as UTF-8 in an editor"
        ) from error
    if not text.strip():
        raise InputError(f"{source!r} is blank: nothing but white space; give a file with text in it")
    return text


def decode_html(content: bytes, *, source: str) -> str:
    """As `decode`, but believes the page's own ``<meta charset>`` where it is not UTF-8."""
    try:
        return decode(content, source=source)
    except InputError:
        declared = _CHARSET.search(content[:_HEAD])
        if not declared or b"\x00" in content:
            raise
        try:
            return content.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
        raise


def _refuse_binary(content: bytes, *, source: str) -> None:
    if content.startswith(b"%PDF-"):
        raise InputError(f"{source!r} is a PDF by its content; rename it to end in .pdf")
    head = content[:65_536]
    if b"\x00" in content or len(_CONTROLS.findall(head)) > len(head) / 50:
        raise InputError(f"{source!r} is a binary file, not text; give plain text, Markdown, HTML or PDF")
