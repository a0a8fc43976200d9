import os
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from fpdf import FPDF

from probandum.tools.documents import read_document, read_response
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Document
from probandum.tools.folders import FolderLimits, Skipped, read_folder


def pdf(path: Path, *pages: str) -> Path:
    made = FPDF()
    made.set_font("helvetica")
    for page in pages:
        made.add_page()
        made.multi_cell(0, text=page)
    made.output(str(path))
    return path


def locked(path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=pdf(path, "Secret."))
    writer.encrypt("key", algorithm="RC4-128")
    writer.write(path)


FAILURES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("a.txt", lambda _: None, "there is no file"),
    "folder": ("a.txt", lambda p: p.mkdir(), "is a folder where a file"),
    "pipe": ("a.txt", os.mkfifo, "device, pipe or socket"),
    "empty": ("a.txt", lambda p: p.write_bytes(b""), "is empty"),
    "blank": ("a.txt", lambda p: p.write_bytes(b" \n"), "is blank"),
    "binary": ("a.txt", lambda p: p.write_bytes(b"a\x00b"), "binary file"),
    "latin-1": ("a.txt", lambda p: p.write_bytes(b"caf\xe9 au lait"), "byte 0xe9 at position 3.*iconv"),
    "unknown": ("a.xyz", lambda p: p.write_bytes(b"a"), "ending in '.xyz'"),
    "large": ("a.txt", lambda p: p.write_bytes(b"a" * 200_000), "200,000 bytes.*limit is 100,000"),
    "html": ("a.html", lambda p: p.write_bytes(b"<script>x</script>"), "without visible text"),
    "encrypted": ("a.pdf", locked, "is encrypted"),
    "broken": ("a.pdf", lambda p: p.write_bytes(b"%PDF-1.4 nothing"), "cannot be read as a PDF"),
    "scanned": ("a.pdf", lambda p: pdf(p, ""), "no text on any of its 1 pages"),
    "long": ("a.pdf", lambda p: pdf(p, "a", "b", "c"), "3 pages, more than 2"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_an_unusable_file_is_refused_with_its_own_message(tmp_path: Path, failure: str) -> None:
    name, make, message = FAILURES[failure]
    make(tmp_path / name)
    with pytest.raises(InputError, match=message) as raised:
        read_document(tmp_path / name, max_bytes=100_000, max_pages=2)
    assert repr(str(tmp_path / name)) in str(raised.value)


def test_pages_of_a_pdf_are_marked(tmp_path: Path) -> None:
    document = read_document(pdf(tmp_path / "a.pdf", "One cat.", "Two dogs."))
    assert document.locator(document.text.index("Two")) == "page 2"


def test_a_page_gives_its_text_title_and_sections(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<title>T &amp; U</title><style>p{}</style><h2>Part</h2><p>Words.</p><script>no</script>")
    document = read_document(path)
    assert document.title == "T & U"
    assert document.text == "## Part\n\nWords."
    assert document.locator(document.text.index("Words")) == "section Part"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_with_or_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Café\n\nOpen.", encoding=encoding)
    document = read_document(path)
    assert (document.text, document.title) == ("# Café\n\nOpen.", "Café")


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "markitdown", None)
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(ConfigError, match="extra 'documents'"):
        read_document(tmp_path / "a.docx")


def test_a_response_may_have_any_extension(tmp_path: Path) -> None:
    (tmp_path / "answer").write_text("Yes.")
    assert read_response(tmp_path / "answer") == "Yes."


def test_a_folder_is_walked_in_order_and_never_left(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("Outside.")
    root = tmp_path / "in"
    (root / "sub").mkdir(parents=True)
    for name in ("b.txt", "a.txt", ".hidden.txt", "sub/c.txt"):
        (root / name).write_text(name)
    (root / "z.txt").symlink_to(tmp_path / "out.txt")
    os.mkfifo(root / "pipe.txt")
    found = list(read_folder(root))
    assert [item.text for item in found if isinstance(item, Document)] == ["a.txt", "b.txt", "sub/c.txt"]
    messages = [item.message for item in found if isinstance(item, Skipped)]
    assert ["device" in messages[0], "leads out" in messages[1]] == [True, True]
    assert "more than 1 files" in str(list(read_folder(root, limits=FolderLimits(files=1)))[-1])
