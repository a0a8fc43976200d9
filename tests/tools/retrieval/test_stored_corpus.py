import asyncio
import os
import sqlite3

import pytest

from probandum.tools.errors import ToolError
from probandum.tools.evidence import Origin
from probandum.tools.folders import FolderLimits
from probandum.tools.retrieval import passage_search
from probandum.tools.retrieval.passage_search import ReportsSkipped, corpus_search
from probandum.tools.retrieval.stored_corpus import StoredCorpus
from probandum.tools.source import SearchArguments, Source


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    for place in range(30):
        (folder / f"{place:02}.md").write_text(f"# Gate {place}\n\nGate {place} was painted by crew {place + 40}.\n")
    return folder


@pytest.fixture
def opened(folder, tmp_path):
    def opened(told=None):
        progress = (lambda *told_: told.append(told_)) if told is not None else (lambda *_: None)
        return StoredCorpus([folder], stored_in=tmp_path / "home", limits=FolderLimits(), progress=progress)

    return opened


def ask(source, query, limit=3):
    return asyncio.run(source(SearchArguments(query=query, limit=limit)))


def test_it_is_a_source_that_finds_what_the_other_finds(folder, opened):
    kept, plain = opened(), corpus_search([folder])
    assert isinstance(kept, Source)
    assert isinstance(kept, ReportsSkipped)
    assert (kept.name, kept.description, kept.origin) == (plain.name, plain.description, Origin.CORPUS)
    for query in ("gate 7 crew", "painted by crew 61", "zeppelin"):
        assert ask(kept, query) == ask(plain, query)


def test_a_second_start_reads_no_file(opened, monkeypatch):
    told = []
    first = ask(opened(told), "gate 7")
    assert told[-1] == (30, 30)
    monkeypatch.setattr(
        "probandum.tools.retrieval.stored_corpus.read_file", lambda *_, **__: pytest.fail("a file was read")
    )
    assert ask(opened(told), "gate 7") == first
    assert len(told) == 30


def test_only_what_changed_is_read_again(folder, opened):
    ask(opened(), "gate")
    (folder / "07.md").write_text("Gate 7 was torn down by the storm of that year.")
    (folder / "08.md").unlink()
    (folder / "99.md").write_text("Gate 99 is new, and nobody painted it.")
    told = []
    again = opened(told)
    assert ask(again, "storm")[0].text == "Gate 7 was torn down by the storm of that year."
    assert ask(again, "nobody painted it")[0].source.endswith("99.md")
    assert all("Gate 8 was" not in item.text for item in ask(again, "gate 8 crew 48", limit=30))
    assert told == [(1, 2), (2, 2)]


def test_a_file_that_was_only_touched_is_looked_at_and_not_indexed_anew(folder, opened, monkeypatch):
    first = ask(opened(), "gate 7")
    os.utime(folder / "07.md", (1, 1))
    monkeypatch.setattr(
        "probandum.tools.retrieval.stored_corpus.StoredCorpus._ranked", lambda *_: pytest.fail("indexed anew")
    )
    assert ask(opened(), "gate 7") == first


def test_what_cannot_be_read_is_named_each_time(folder, opened):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "picture.png").write_bytes(b"")
    for _ in range(2):
        kept = opened()
        ask(kept, "gate")
        assert sorted(item.source.rpartition("/")[2] for item in kept.skipped_so_far) == ["broken.pdf", "picture.png"]


def test_a_corpus_without_a_readable_file_is_an_error(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    kept = StoredCorpus([tmp_path], stored_in=tmp_path / "home", limits=FolderLimits())
    with pytest.raises(ToolError, match="not one of the files could be read"):
        ask(kept, "gate")


def test_a_kill_in_the_middle_leaves_what_was_there(folder, opened, monkeypatch):
    ask(opened(), "gate")
    (folder / "07.md").write_text("Gate 7 was torn down.")
    (folder / "08.md").write_text("Gate 8 was torn down.")
    real, seen = passage_search.list_folder, []

    def killed(path, **how):
        seen.append(path)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return whole(path, **how)

    from probandum.tools.retrieval.stored_corpus import read_file as whole

    monkeypatch.setattr("probandum.tools.retrieval.stored_corpus.read_file", killed)
    with pytest.raises(KeyboardInterrupt):
        opened()._search(SearchArguments(query="torn"))
    monkeypatch.undo()
    assert real is passage_search.list_folder
    assert len(ask(opened(), "torn down", limit=9)) == 2


def test_a_broken_index_says_what_to_remove(opened, tmp_path):
    ask(opened(), "gate")
    (base,) = (tmp_path / "home").rglob("*.sqlite")
    base.write_bytes(b"this is no database" * 100)
    with pytest.raises(ToolError, match="remove that folder"):
        ask(opened(), "gate")


def test_what_is_kept_is_the_owners_alone(opened, tmp_path):
    ask(opened(), "gate")
    (base,) = (tmp_path / "home").rglob("*.sqlite")
    assert base.stat().st_mode & 0o077 == 0
    assert base.parent.stat().st_mode & 0o077 == 0
    assert sqlite3.connect(base).execute("SELECT count(*) FROM files").fetchone() == (30,)


def test_a_small_corpus_is_not_kept_and_a_large_one_is(folder, tmp_path, monkeypatch):
    assert not isinstance(corpus_search([folder], stored_in=tmp_path / "home"), StoredCorpus)
    monkeypatch.setattr(passage_search, "_MANY_FILES", 29)
    assert isinstance(corpus_search([folder], stored_in=tmp_path / "home"), StoredCorpus)
    assert not isinstance(corpus_search([folder]), StoredCorpus)
