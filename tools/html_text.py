"""Reads the text of an HTML page, with its headings as sections; fetching pages is elsewhere."""

import html
import re
from typing import Any

from probandum.tools.errors import InputError
from probandum.tools.evidence import Document, Mark

_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNSEEN = re.compile(r"<(script|style|noscript|template|svg)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_HEADINGS = {f"h{level}": ["heading"] for level in range(1, 7)}


def html_document(page: str, *, source: str) -> Document:
    """The visible text of a page; scripts and styles are gone, nothing it points to is fetched.

    Raises InputError, which quotes ``source``, where the page shows no text or cannot be parsed.
    """
    seen = _UNSEEN.sub(" ", _DECLARATION.sub("", page))
    text, headings = _rendered(seen, source=source)
    if not text.strip():
        raise InputError(f"{source!r} is an HTML page without visible text; save the page as it shows in a browser")
    title = _TITLE.search(seen)
    words = html.unescape(title.group(1)).split() if title else headings[0].locator.split()[1:] if headings else []
    return Document(text=text, source=source, title=" ".join(words) or None, marks=headings)


def _rendered(page: str, *, source: str) -> tuple[str, tuple[Mark, ...]]:
    # Imported late: it brings an HTML parser that other formats do not need.
    from inscriptis import get_annotated_text
    from inscriptis.model.config import ParserConfig

    try:
        found: dict[str, Any] = get_annotated_text(page, ParserConfig(annotation_rules=_HEADINGS))
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise InputError(f"{source!r} cannot be read as HTML ({error}); save it as plain text") from error
    text = found.get("text", "")
    marks = {}
    for start, end, _ in found.get("label", ()):
        if words := text[start:end].split():
            marks[start] = Mark(start=start, locator="section " + " ".join(words)[:80])
    return text, tuple(marks[start] for start in sorted(marks))
