"""Sixty first lines: what became of each context, or which error told what is meant; none is read in silence."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from langchain_core.documents import Document as LangChainDocument

from probandum import Document, audit
from probandum.agent.taxonomy import Outcome
from probandum.intake.context import documents_of
from probandum.testing.grounded import assert_grounded
from probandum.tools.errors import InputError

FACT = "The dam is 80 metres high."
OTHER = "It was built in 1950."
NAMED = {"text": FACT, "source": "dam.md"}


def lines(found):
    return [(each.text, each.source, each.title, each.id) for each in found]


def plain(*texts):
    return [(text, None, None, None) for text in texts]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dam.md").write_text(FACT)
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "dam.exe").write_text(FACT)
    (tmp_path / "folder").mkdir()
    (tmp_path / "page.html").write_text(f"<p>{FACT}</p>")
    (tmp_path / "table.csv").write_text("dam,height\nElm,80 m\n")
    return tmp_path


@pytest.mark.parametrize(
    ("context", "becomes"),
    [
        (None, []),
        ((), []),
        ([], []),
        (iter(()), []),
        (FACT, plain(FACT)),
        (f"{FACT}\n\n{OTHER}", plain(f"{FACT}\n\n{OTHER}")),
        ("dam.txt", plain("dam.txt")),  # no such file: it is the text that it is
        ("https://dam.example", plain("https://dam.example")),
        ([FACT], plain(FACT)),
        ((FACT, OTHER), plain(FACT, OTHER)),
        ({FACT: None}.keys(), plain(FACT)),
        ((each for each in (FACT, OTHER)), plain(FACT, OTHER)),
        (Document(text=FACT), plain(FACT)),
        (Document(text=FACT, source="1"), [(FACT, "1", None, None)]),
        ([Document(text=FACT, id="7", source="a")], [(FACT, "a", None, "7")]),
        ({"text": FACT}, plain(FACT)),
        ({"content": FACT}, plain(FACT)),
        ({"page_content": FACT}, plain(FACT)),
        ({"page_content": FACT, "metadata": {"source": "a.pdf", "page": 3}}, [(FACT, "a.pdf", None, None)]),
        (NAMED, [(FACT, "dam.md", None, None)]),
        ({"text": FACT, "id": "7"}, [(FACT, "7", None, "7")]),
        ({"text": FACT, "id": 7}, [(FACT, "7", None, "7")]),
        ({"text": FACT, "id": "7", "source": "a"}, [(FACT, "a", None, "7")]),
        ({"text": FACT, "title": "Dams"}, [(FACT, None, "Dams", None)]),
        ({"text": FACT, "url": "https://a.example"}, [(FACT, "https://a.example", None, None)]),
        ({"text": FACT, "score": 0.4}, plain(FACT)),
        ({"content": FACT, "doc_uri": "a"}, [(FACT, "a", None, None)]),
        ({"document": {"content": FACT, "id": "7"}, "score": 1}, [(FACT, "7", None, "7")]),
        ({"document.content": FACT, "document.id": "7"}, plain(FACT)),
        ([NAMED, OTHER], [(FACT, "dam.md", None, None), *plain(OTHER)]),
        (LangChainDocument(page_content=FACT), plain(FACT)),
        (LangChainDocument(page_content=FACT, metadata={"source": "a"}), [(FACT, "a", None, None)]),
        (LangChainDocument(page_content=FACT, id="7"), [(FACT, "7", None, "7")]),
        ([LangChainDocument(page_content=FACT), OTHER], plain(FACT, OTHER)),
        (SimpleNamespace(page_content=FACT), plain(FACT)),
        (SimpleNamespace(page_content=FACT, metadata=None), plain(FACT)),
        (Path("dam.md"), [(FACT, "dam.md", None, None)]),
        ([Path("dam.md"), OTHER], [(FACT, "dam.md", None, None), *plain(OTHER)]),
        (Path("page.html"), [(FACT, "page.html", None, None)]),
        (Path("table.csv"), [("dam,height\nElm,80 m\n", "table.csv", None, None)]),
    ],
)
def test_a_context_becomes_these_documents(here, context, becomes):
    assert lines(documents_of(context)) == becomes


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ("", "context is an empty text"),
        ([""], r"context\[0\] is an empty text"),
        ([FACT, ""], r"context\[1\] is an empty text"),
        ("dam.md", r"names a file: give Path\('dam.md'\)"),
        (["dam.md"], r"names a file: give Path\('dam.md'\)"),
        (Path("none.md"), "none.md"),
        (Path("folder"), r"is the folder 'folder'; name its files, or search it with corpus="),
        (Path("dam.exe"), "'.exe' are not read"),
        (b"The dam", "of type bytes"),
        ([b"The dam"], r"context\[0\] is b'The dam', of type bytes"),
        (80, "context is 80, of type int; a context is a text, a pathlib.Path"),
        (8.5, "of type float"),
        (True, "of type bool"),
        ([FACT, None], r"context\[1\] is None"),
        ([[FACT]], r"context\[0\] is \['The dam"),
        ([80], r"context\[0\] is 80"),
        ({}, "is a dict without a text: its keys are none"),
        ({"txt": FACT}, "its keys are 'txt'; put the text under 'text'"),
        ({"text": None, "source": "a"}, "is a dict without a text"),
        ({"text": 80}, "is a dict without a text"),
        ({"text": ""}, "is an empty text"),
        ([{"title": ["A"], "sentences": [["x"]]}], "its keys are 'title', 'sentences'"),
        (SimpleNamespace(text=FACT), "of type SimpleNamespace"),
        (SimpleNamespace(page_content=4), "of type SimpleNamespace"),
        (len, "of type builtin_function_or_method"),
    ],
)
def test_what_is_no_context_is_told_with_what_was_given(here, context, told):
    with pytest.raises(InputError, match=told):
        documents_of(context)
    with pytest.raises(InputError, match=told):
        audit(FACT, context=context)


@pytest.mark.parametrize("context", [FACT, [FACT], NAMED, Path("dam.md"), LangChainDocument(page_content=FACT)])
def test_every_door_takes_it(here, context):
    (claim,) = audit(FACT, context=context).claims
    assert claim.outcome is Outcome.JUDGED
    assert assert_grounded(FACT, context).scores.hallucination_rate == 0


@pytest.mark.parametrize("response", [None, 4, b"The dam.", ["4", 5, {}], {"text": 4}, {}, object()])
def test_what_is_no_answer_is_told_with_what_was_given(response):
    with pytest.raises(InputError, match=r"the response (is|has no text)"):
        audit(response, context=FACT)
