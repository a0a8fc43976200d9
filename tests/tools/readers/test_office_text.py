import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from probandum.tools.documents import read_document
from probandum.tools.errors import InputError
from probandum.tools.folders import Skipped, read_folder

pytest.importorskip("markitdown")
docx = pytest.importorskip("docx", reason="python-docx makes the files to read")
openpyxl = pytest.importorskip("openpyxl")
pptx = pytest.importorskip("pptx")


def words(path: Path) -> None:
    made = docx.Document()
    made.add_heading("Results", 1)
    made.add_paragraph("The bridge was opened in 1932.")
    made.save(str(path))


def sheet(path: Path, **cells: object) -> None:
    made = openpyxl.Workbook()
    for place, value in cells.items():
        made.active[place] = value
    made.save(str(path))


def slides(path: Path, *titles: str) -> None:
    made = pptx.Presentation()
    for title in titles:
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = title
    made.save(str(path))


def packed(path: Path, member: str, content: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        # Without the time of day, on which a guess at the kind of file would depend.
        archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)


def test_word_excel_and_powerpoint_give_text_and_places(tmp_path: Path) -> None:
    words(tmp_path / "a.docx")
    sheet(tmp_path / "a.xlsx", A1="station", B1="load", A2="Kolm", B2=12.5)
    slides(tmp_path / "a.pptx", "Aims", "Costs")
    text, table, deck = (read_document(tmp_path / f"a.{kind}") for kind in ("docx", "xlsx", "pptx"))
    assert text.locator(text.text.index("1932")) == "section Results"
    assert "| Kolm | 12.5 |" in table.text
    assert deck.locator(deck.text.index("Costs")) == "slide 2"
    assert "<!--" not in deck.text


FAILURES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "not packed": ("a.docx", lambda p: p.write_bytes(b"hello"), "not a whole .docx file"),
    "empty sheet": ("a.xlsx", sheet, "has no text"),
    "no slides": ("a.pptx", slides, "has no text"),
    "bomb": ("a.docx", lambda p: packed(p, "word/document.xml", b" " * 20_000_000), "20,000,000 bytes of text"),
    "dense": ("a.docx", lambda p: packed(p, "word/document.xml", b"<p>" * 1_000_001), "1,000,001 tags"),
    "far cell": ("a.xlsx", lambda p: sheet(p, A1=1, XFD1048576=2), "17,179,869,184 cells"),
    "no content": ("a.docx", lambda p: packed(p, "a.xml", b"<a/>"), "cannot be read as .docx"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_an_unusable_office_file_is_refused_with_its_own_message(tmp_path: Path, failure: str) -> None:
    name, make, message = FAILURES[failure]
    make(tmp_path / name)
    with pytest.raises(InputError, match=message) as raised:
        read_document(tmp_path / name)
    assert repr(str(tmp_path / name)) in str(raised.value)


def test_a_damaged_file_does_not_stop_the_reading_of_a_folder(tmp_path: Path) -> None:
    words(tmp_path / "b.docx")
    (tmp_path / "a.docx").write_bytes((tmp_path / "b.docx").read_bytes()[:9_000])
    broken, _ = read_folder(tmp_path)
    assert isinstance(broken, Skipped)
