"""Damaged files of every kind: each is read, or refused by name, within its time and memory.

So many a kind as ``FUZZ`` says, 40 by default; ``make fuzz`` takes thousands.
"""

import io
import json
import os
import random
import subprocess
import sys
import zipfile

import pytest

NUMBER = int(os.environ.get("FUZZ", "40"))
SECONDS, MEMORY = 20, 3 << 30
OFFICE = (".docx", ".pptx", ".xlsx")
TEXT = "The bridge of Ålesund was opened in 1931. It has 4 arches; see [1].\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


def docx():
    document = pytest.importorskip("docx").Document()
    document.add_heading("Bridges", 1)
    document.add_paragraph(TEXT)
    table = document.add_table(2, 2)
    table.cell(1, 1).text = "4 arches"
    return _saved(document)


def pptx():
    slides = pytest.importorskip("pptx").Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Bridges", TEXT
    return _saved(slides)


def xlsx():
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.append(["bridge", "arches", 1931, 0.5])
    book.active.append([TEXT, True, None, "=A1"])
    return _saved(book)


def _saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf():
    made = pytest.importorskip("fpdf", reason="the extra 'dev' brings it").FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.start_section("Bridges")
    made.multi_cell(0, text="The bridge was opened in 1931. It has 4 arches.")
    made.add_page()
    made.multi_cell(0, text="It was painted green.")
    return bytes(made.output())


def html():
    head = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Bridges</title><script>x</script></head>"
    return f"{head}<body><h1>A</h1><p>{TEXT}<ul><li>1<li>2</ul><table><tr><td>1</table>&amp;&#x41;".encode()


def json_text():
    return json.dumps({"bridges": [{"name": "Ålesund", "opened": 1931, "arches": [4, 2.5e3, None, True]}] * 3}).encode()


def csv():
    return 'bridge;opened\nÅlesund;1931\n"a;b";"1\n2"\n'.encode("utf-16")


SEEDS = {
    ".docx": docx,
    ".pptx": pptx,
    ".xlsx": xlsx,
    ".pdf": pdf,
    ".html": html,
    ".json": json_text,
    ".jsonl": json_text,
    ".csv": csv,
    ".md": TEXT.encode,
    ".yaml": f"a: &x [1, 2]\nb: *x\nc: |\n  {TEXT}".encode,
}
AWKWARD = (
    *(b"\x00", b"\xff\xfe", b"<" * 5_000, b"[" * 5_000, b'{"a":' * 2_000, b"&a;" * 999, b"9" * 400, b"-1", b"\n" * 999),
    *(b"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", b"\xed\xa0\x80", b"1e999", b"/Length 99999999999"),
)


def damaged(content, draw):
    """The bytes with one to four changes: turned, cut, doubled, swapped, or something awkward put in."""
    for _ in range(draw.randint(1, 4)):
        at, length = draw.randrange(len(content) + 1), draw.choice([1, 4, 64, 1024])
        part = content[at : at + length]
        change = draw.choice(["turn", "cut", "double", "awkward", "end", "zero"])
        if change == "turn":
            part = bytes(byte ^ 1 << draw.randrange(8) for byte in part)
        elif change == "cut":
            part = b""
        elif change == "double":
            part = part * draw.choice([2, 50])
        elif change == "awkward":
            part += draw.choice(AWKWARD)
        elif change == "zero":
            part = bytes(len(part))
        content = content[:at] + part + (b"" if change == "end" else content[at + length :])
    return content


def damaged_inside(content, draw):
    """An archive of which one part is damaged, and which is itself whole; now and then the archive's own bytes."""
    if draw.random() < 0.2:
        return damaged(content, draw)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        names = given.namelist()
        inner = [
            name for name in names if "document" in name or "slide1." in name or "sheet" in name or "shared" in name
        ]
        chosen = draw.choice(draw.choice([names, inner]))
        for name in names:
            made.writestr(name, damaged(given.read(name), draw) if name == chosen else given.read(name))
    return file.getvalue()


READING = """
import json, resource, signal, sys
from pathlib import Path
from probandum.tools.documents import read_document
from probandum.tools.errors import InputError

folder, number, kind, seconds, memory = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
for seed in range(int(number)):
    signal.alarm(int(seconds))
    try:
        told = "read" if read_document(Path(folder, f"{seed}{kind}")).text else "nothing"
    except InputError:
        told = "refused"
    except BaseException as error:
        told = f"{type(error).__name__}: {error}"[:200]
    signal.alarm(0)
    print(json.dumps(told), flush=True)
"""
"""Reads damaged files one after the other, in a process that may not take more than its share."""


@pytest.mark.parametrize("kind", SEEDS)
def test_a_damaged_file_is_read_or_refused_by_name_within_its_bounds(kind, tmp_path):
    content, change = SEEDS[kind](), damaged_inside if kind in OFFICE else damaged
    for seed in range(NUMBER):
        made = change(content, random.Random(f"{kind} {seed}"))  # noqa: S311 - damage, no secret
        (tmp_path / f"{seed}{kind}").write_bytes(made)
    limits = (str(tmp_path), str(NUMBER), kind, str(SECONDS), str(MEMORY))
    done = subprocess.run([sys.executable, "-P", "-c", READING, *limits], capture_output=True, text=True, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {seed: what for seed, what in enumerate(told) if what not in ("read", "refused")} == {}
    assert len(told) == NUMBER, f"file {len(told)} ended the process ({done.returncode}): {done.stderr[-300:]}"
    assert {"read", "refused"} & set(told)
