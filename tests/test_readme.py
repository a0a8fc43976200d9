import re
from pathlib import Path

from probandum.agent.taxonomy import ErrorType, Label, Outcome, Why
from probandum.graphs.picture import drawn_into

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
_LINES, _PICTURE = 150, 200_000


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_picture_of_the_graph_is_the_graph():
    assert drawn_into(page("how-it-works.md")) == page("how-it-works.md"), "out of date: run `make generated`"


def test_the_first_80_words_hold_one_sentence_and_the_two_commands():
    beginning = " ".join(README.split()[:80])
    assert "make demo" in beginning
    assert "make test" in beginning


def test_it_is_a_page_and_its_pictures_are_light():
    assert len(README.splitlines()) <= _LINES
    pictures = re.findall(r"docs/images/[\w-]+\.png", README)
    assert pictures
    assert sum((ROOT / picture).stat().st_size for picture in pictures) < _PICTURE


def test_every_file_that_it_links_to_is_there():
    linked = [target for target in re.findall(r"\]\(([^)#]+)", README) if "://" not in target]
    assert linked
    assert [target for target in linked if not (ROOT / target).exists()] == []


def test_the_page_on_labels_names_every_label_error_type_and_outcome():
    for name in (*Label, *ErrorType, *Why, *Outcome):
        assert f"`{name.value}`" in page("claims-and-labels.md")
