import io
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from fpdf import FPDF

from probandum.tools.documents import TEXT, read_document, read_response
from probandum.tools.errors import InputError
from probandum.tools.evidence import Document
from probandum.tools.folders import FolderLimits, Skipped, read_folder
from probandum.tools.readers import pdf_text


def pdf(path: Path, *pages: str) -> Path:
    made = FPDF()
    made.set_font("helvetica")
    for page in pages:
        made.add_page()
        made.multi_cell(0, text=page)
    made.output(str(path))
    return path


def messages(folder: Path, **limits: int) -> list[str]:
    found = read_folder(folder, limits=FolderLimits(**limits))
    return [item.message for item in found if isinstance(item, Skipped)]


def test_a_file_that_may_not_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").write_text("A.")
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(InputError, match=r"cannot be opened \(Permission denied\); check its permissions"):
        read_document(tmp_path / "a.txt")


def test_an_answer_is_read_from_the_standard_input_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("Café.".encode())))
    assert read_response(Path("-")) == "Café."
    with pytest.raises(InputError, match="'-' is empty"):
        read_response(Path("-"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a" * 100)))
    with pytest.raises(InputError, match="'-' has 11 bytes or more, the limit is 10"):
        read_response(Path("-"), max_bytes=10)


def test_tables_and_json_are_plain_text(tmp_path: Path) -> None:
    for name, text in {"a.csv": "station,load\nKolm,12.5\n", "a.json": '{"load": 12.5}'}.items():
        (tmp_path / name).write_text(text)
        assert read_document(tmp_path / name).text == text
    assert {".csv", ".json"} <= TEXT


@pytest.mark.parametrize(
    "meta", ['<meta charset="windows-1252">', "<META http-equiv=x content='text/html; charset=latin-1'>"]
)
def test_a_page_may_declare_its_encoding(tmp_path: Path, meta: str) -> None:
    (tmp_path / "a.html").write_bytes(meta.encode() + b"<p>caf\xe9</p>")
    assert read_document(tmp_path / "a.html").text == "café"


@pytest.mark.parametrize("meta", ["", "<meta charset=nonesuch>", "<meta charset=ascii>"])
def test_a_page_in_an_encoding_that_it_does_not_declare_is_refused(tmp_path: Path, meta: str) -> None:
    (tmp_path / "a.html").write_bytes(meta.encode() + b"<p>caf\xe9</p>")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_document(tmp_path / "a.html")


def test_folders_too_deep_are_named(tmp_path: Path) -> None:
    deep = tmp_path / "one" / "two"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("A.")
    (tmp_path / "b.txt").write_text("B.")
    assert messages(tmp_path, depth=3) == []
    assert messages(tmp_path, depth=2) == [f"{str(deep)!r} lies deeper than 2 folders"]


def test_links_that_lead_nowhere_or_to_folders_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A.")
    (tmp_path / "sub").mkdir()
    (tmp_path / "gone.txt").symlink_to(tmp_path / "absent.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "turn").symlink_to(tmp_path / "sub", target_is_directory=True)
    nowhere, loop, folder = messages(tmp_path)
    assert "leads nowhere" in nowhere
    assert "leads nowhere" in loop
    assert "link to a folder" in folder


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A.")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert [item.text for item in read_folder(tmp_path) if isinstance(item, Document)] == ["A.", "A."]


def test_a_folder_is_read_up_to_so_many_bytes_and_says_where_it_stopped(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("1234567890")
    first, second, rest = read_folder(tmp_path, limits=FolderLimits(total=20))
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(rest, Skipped)
    assert "more than 20 bytes: from" in rest.message
    assert "c.txt" in rest.message


def test_what_a_pdf_parser_notes_does_not_reach_the_terminal(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "One cat.")
    path.write_bytes(re.sub(rb"startxref\n\d+", b"startxref\n1", path.read_bytes()))
    code = "import sys, pathlib; from probandum.tools.documents import read_document as r; "
    code += "print(r(pathlib.Path(sys.argv[1])).text)"
    # A process of its own: here pytest listens to every logger.
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.stdout.strip(), done.stderr) == ("One cat.", "")


def test_a_page_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pypdf.PageObject.extract_text

    def torn(page: pypdf.PageObject) -> str:
        if page.page_number == 1:
            raise ValueError("torn")
        return whole(page)

    monkeypatch.setattr(pypdf.PageObject, "extract_text", torn)
    with pytest.raises(InputError, match=r"page 2 cannot be read \(torn\)"):
        read_document(pdf(tmp_path / "a.pdf", "One.", "Two."))


def test_a_pdf_that_unpacks_to_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "_MAX_CHARS", 10)
    with pytest.raises(InputError, match="more than 10 characters of text by page 2"):
        read_document(pdf(tmp_path / "a.pdf", "One cat.", "Two dogs."))


def test_a_real_pdf_of_two_hundred_pages_is_read_whole(tmp_path: Path) -> None:
    document = read_document(pdf(tmp_path / "a.pdf", *(f"Load {page * 7} kN." for page in range(200))))
    assert len(document.marks) == 200
    assert all(
        document.locator(document.text.index(f"Load {page * 7} kN.")) == f"page {page + 1}" for page in (0, 99, 199)
    )
