"""Reads the text of an HTML page, written down as Markdown would be; fetching pages is elsewhere."""

import re
from collections.abc import Mapping
from itertools import accumulate, pairwise

from probandum.tools.errors import InputError
from probandum.tools.evidence import Document, Mark

_HIDING = "script|style|noscript|template|svg|iframe"
_UNSEEN = frozenset(_HIDING.split("|"))
_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
    form header hr legend li main nav ol optgroup option p pre section select summary table tbody td textarea tfoot
    th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_LEVELS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_MAX_TAGS = 2_000_000
_LOCATOR_CHARS = 80
_ROW_CHARS = 1_000  # a longer row lays out a page rather than lists values
_STYLED_AWAY = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ENDS = re.compile(rf"</({_HIDING}|title)[\s/>]|(-->)", re.IGNORECASE)
_STARTS = re.compile(rf"<({_HIDING}|title)(?=[\s/>])|(<!--)", re.IGNORECASE)
_SOFT_HYPHEN = "\u00ad"


def html_document(page: str, *, source: str) -> Document:
    """The visible text of a page: headings, list items and table rows as in Markdown, each block by itself.

    Scripts, styles and what is hidden are gone; nothing it points to is fetched. The text is never longer than
    twice the page, and no tree of the page is built, so that time and memory only grow with its length.
    Raises InputError, which quotes ``source``, where the page shows no text, cannot be parsed or is all tags.
    """
    if (tags := page.count("<")) > _MAX_TAGS:
        raise InputError(f"{source!r} has {tags:,} tags, more than {_MAX_TAGS:,}; split it, or save it as plain text")
    # Imported late: other formats do not need it.
    from lxml import etree

    shown = _VisibleText()
    parser = etree.HTMLParser(target=shown, encoding="utf-8", recover=True, huge_tree=True)
    try:
        parser.feed(_ended(page).encode("utf-8", "replace"))
        text = parser.close()
    except etree.LxmlError as error:
        raise InputError(f"{source!r} cannot be read as HTML ({error}); save it as plain text") from error
    if not text:
        raise InputError(f"{source!r} is an HTML page without visible text; save the page as it shows in a browser")
    marks = shown.marks
    title = shown.title or (marks[0].locator.removeprefix("section ") if marks else None)
    return Document(text=text, source=source, title=title, marks=marks)


def _ended(page: str) -> str:
    """The page without such starts of hidden elements and comments as never end: they would hide all that follows."""
    last = {(match[1] or match[2]).lower(): match.start() for match in _ENDS.finditer(page)}

    def kept(match: re.Match[str]) -> str:
        end = last.get(match[1].lower() if match[1] else "-->", -1)
        # An empty element takes the attributes of a start tag that is given up.
        return match[0] if match.start() < end else "<wbr" if match[1] else ""

    return _STARTS.sub(kept, page)


class _VisibleText:
    """Takes a parser's events in and keeps what a reader would see.

    Attributes:
        title: the words of the first title element, None before one has come.
        marks: the headings, in the text that `close` gives; none before it is called.
    """

    def __init__(self) -> None:
        self.title: str | None = None
        self.marks: tuple[Mark, ...] = ()
        self._headings: list[int] = []  # where in what is written
        self._written: list[str] = []
        self._heard: list[str] = []
        self._row: list[int] | None = None  # where the cells of the innermost row begin in what is written
        self._unseen = self._on_one_line = self._verbatim = 0  # how many such elements are open
        self._newlines = 0
        self._space = False
        self._prefix = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self._unseen or tag in _UNSEEN or "hidden" in attributes or _STYLED_AWAY.search(attributes.get("style", "")):
            self._flush()
            self._unseen += 1
            return
        self._flush()
        if tag == "br":
            self._break(min(self._newlines + 1, 2))
        elif tag in _BLOCKS:
            self._break(1 if tag == "li" else 2)
        if tag in _LEVELS:
            self._break(2)
            self._prefix = _LEVELS[tag]
            self._on_one_line += 1
        elif tag in ("pre", "textarea"):
            self._verbatim += 1
        elif tag == "li":
            self._prefix = "- "
        elif tag == "tr":
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            self._row.append(len(self._written))

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unseen:
            self._heard.clear()
            self._unseen -= 1
            return
        if tag == "title":
            self.title = self.title or " ".join("".join(self._heard).split()) or None
            self._heard.clear()
        self._flush()
        if tag in _LEVELS:
            self._on_one_line = max(0, self._on_one_line - 1)
        elif tag in ("pre", "textarea"):
            self._verbatim = max(0, self._verbatim - 1)
        elif tag == "tr":
            self._line_up()
        if tag in _LEVELS or tag in _BLOCKS:
            self._prefix = ""
            self._break(1 if tag == "li" else 2)

    def data(self, text: str) -> None:
        """Characters come, often a few at a time; ignored where they are not seen."""
        if not self._unseen:
            self._heard.append(text)

    def close(self) -> str:
        """The whole text."""
        self._flush()
        text = "".join(self._written)
        ends = tuple(accumulate(map(len, self._written)))
        self.marks = tuple(_mark(text, ends[place - 1] if place else 0) for place in self._headings)
        return text

    def _flush(self) -> None:
        """Write what was heard since the last tag."""
        if not self._heard:
            return
        text = "".join(self._heard).replace(_SOFT_HYPHEN, "")
        self._heard.clear()
        words = text.split()
        if not words:
            self._space = self._space or bool(text)
            return
        if self._verbatim:
            self._write(text)
            return
        self._space = self._space or text[0].isspace()
        self._write(" ".join(words))
        self._space = text[-1].isspace()

    def _write(self, text: str) -> None:
        before = "\n" * self._newlines or " " * self._space if self._written else ""
        if self._prefix.startswith("#"):
            self._headings.append(len(self._written))
        self._written.append(before + self._prefix + text)
        self._newlines, self._space, self._prefix = 0, False, ""

    def _break(self, newlines: int) -> None:
        if self._on_one_line:
            self._space = True
        else:
            self._newlines = max(self._newlines, newlines)

    def _line_up(self) -> None:
        """Write the cells of a row that ends on one line: ``| Kolm | 12.5 |``; a row of a layout stays as it is."""
        row, self._row = self._row, None
        if row is None or len(row) < 2:  # noqa: PLR2004 - one cell is no row
            return
        cells = ["".join(self._written[start:end]) for start, end in pairwise((*row, len(self._written)))]
        if not 0 < sum(map(len, cells)) <= _ROW_CHARS:
            return
        del self._written[row[0] :]
        while self._headings and self._headings[-1] >= row[0]:
            self._headings.pop()
        self._newlines = 1 if self._written and self._written[-1].endswith(" |") else 2
        self._write("".join(f"| {' '.join(cell.split())} " for cell in cells) + "|")


def _mark(text: str, start: int) -> Mark:
    """The mark of the heading on the first line from ``start`` on that is not blank."""
    begin = text.index("#", start)
    line, _, _ = text[begin : begin + _LOCATOR_CHARS + 8].partition("\n")
    return Mark(start=begin, locator=f"section {line.lstrip('#').strip()[:_LOCATOR_CHARS]}")
