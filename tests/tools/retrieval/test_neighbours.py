"""A passage's neighbours, asked for by its id, in every kind of local search."""

import asyncio

import pytest

from probandum.tools.evidence import Document, identity_in
from probandum.tools.folders import FolderLimits
from probandum.tools.retrieval.passage_search import context_search, corpus_search
from probandum.tools.retrieval.stored_corpus import StoredCorpus
from probandum.tools.source import SearchArguments

SECTIONS = "\n\n".join(f"# Part {n}\n\nThe {word} is told of here." for n, word in enumerate(("oak", "elm", "ash")))


def search_context(tmp_path):
    return context_search([Document(text=SECTIONS, source="trees"), Document(text="A willow.", source="other")])


def search_corpus(tmp_path):
    return corpus_search([library(tmp_path)])


def search_kept(tmp_path):
    return StoredCorpus([library(tmp_path)], stored_in=tmp_path / "home", limits=FolderLimits())


def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "a.md").write_text(SECTIONS, encoding="utf-8")
    (folder / "b.md").write_text("A willow.", encoding="utf-8")
    return folder


def asked(source, query):
    return asyncio.run(source(SearchArguments(query=query)))


@pytest.mark.parametrize("kind", [search_context, search_corpus, search_kept])
@pytest.mark.parametrize(
    ("word", "beside"), [("oak", ["elm"]), ("elm", ["oak", "ash"]), ("ash", ["elm"]), ("willow", [])]
)
def test_an_id_brings_what_stands_before_and_after_in_the_same_document(tmp_path, kind, word, beside):
    source = kind(tmp_path)
    [passage] = asked(source, word)
    found = asked(source, passage.id)
    assert [next(w for w in ("oak", "elm", "ash") if w in item.text) for item in found] == beside
    assert all(item.source == passage.source for item in found)


@pytest.mark.parametrize("kind", [search_context, search_corpus, search_kept])
def test_an_id_that_is_not_known_here_finds_nothing(tmp_path, kind):
    assert asked(kind(tmp_path), "e-000000000000") == ()


@pytest.mark.parametrize(
    ("text", "identity"),
    [("e-0123456789ab", "e-0123456789ab"), (" e-0123456789ab\n", "e-0123456789ab"), ("the e-0123456789ab", None)],
)
def test_a_query_is_an_id_only_where_it_is_nothing_else(text, identity):
    assert identity_in(text) == identity
