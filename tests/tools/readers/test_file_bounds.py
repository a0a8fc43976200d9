"""Files made to take more room or time than anybody has: each is refused at once, with a message."""

import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from probandum.tools.documents import read_document
from probandum.tools.errors import InputError
from probandum.tools.folders import Skipped, read_folder
from probandum.tools.readers import pdf_text

MIB = 1024 * 1024


def sparse(path: Path) -> None:
    """A gigabyte that takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(1024 * MIB)


def pdf(path: Path, *, pages: int, content: bytes = b"BT /F 12 Tf (A.) Tj ET") -> None:
    """A PDF that shows one page many times over, its content packed."""
    stream = zlib.compress(content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b"3 0 R " * pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(written))
    path.write_bytes(written + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end))


def laughing(path: Path) -> None:
    """A Word file in which a word stands for ten words, each of which stands for ten more, nine times over."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE d [<!ENTITY a0 "ha">{entities}]><w:document xmlns:w="w"><w:body>&a9;</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), body)


FAILURES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a gigabyte of text": ("a.txt", sparse, "1,073,741,824 bytes or more, the limit is"),
    "a gigabyte of HTML": ("a.html", sparse, "1,073,741,824 bytes or more, the limit is"),
    "a gigabyte in a PDF": ("a.pdf", sparse, "1,073,741,824 bytes or more, the limit is"),
    "an endless device": ("a.txt", lambda p: p.symlink_to("/dev/zero"), "device, pipe or socket"),
    "a book of 5,001 pages": ("a.pdf", lambda p: pdf(p, pages=5_001), "5,001 pages, more than 5,000"),
    "a page that unpacks": ("a.pdf", lambda p: pdf(p, pages=1, content=b" " * 80 * MIB), "page 1 cannot be read"),
    "a word that unfolds": ("a.docx", laughing, "cannot be read as .docx"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_what_would_take_too_much_is_refused_by_name(tmp_path: Path, failure: str) -> None:
    name, make, message = FAILURES[failure]
    make(tmp_path / name)
    with pytest.raises(InputError, match=message) as raised:
        read_document(tmp_path / name)
    assert repr(str(tmp_path / name)) in str(raised.value)


def test_a_pdf_that_takes_too_long_is_left_at_the_page_where_it_was(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pdf_text, "_MAX_SECONDS", -1.0)
    pdf(tmp_path / "a.pdf", pages=2)
    with pytest.raises(InputError, match="to read by page 1; split it"):
        read_document(tmp_path / "a.pdf")


def test_a_folder_of_such_files_gives_a_reason_for_each(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    sparse(tmp_path / "vast.txt")
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    found = list(read_folder(tmp_path))
    assert all(isinstance(item, Skipped) for item in found)
    assert [message.message.partition("txt' ")[2][:20] for message in found] == [
        "is a link that leads",
        "is a device, pipe or",
        "has 1,073,741,824 by",
        "is a link that leads",
    ]
