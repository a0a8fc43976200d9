import asyncio
from pathlib import Path

import pytest

from probandum.tools.errors import InputError, ToolError
from probandum.tools.evidence import Document, Origin
from probandum.tools.retrieval.passage_search import PassageSearch, context_search, corpus_search
from probandum.tools.source import SearchArguments, Source

LIBRARY = {
    "bridge": "The Velden bridge was opened in 1932. It spans the river Orle and is 412 metres long.",
    "harbour": "The harbour of Lint handles 1,200,000 tonnes of grain a year. Its cranes were rebuilt after the flood.",
    "school": "Mira Tann founded a re-education school for miners. She was born in Kolm.",
}


def ask(search: PassageSearch, query: str, limit: int = 8) -> list[str]:
    return [item.source for item in asyncio.run(search(SearchArguments(query=query, limit=limit)))]


def library(folder: Path) -> Path:
    for name, text in LIBRARY.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("When did the bridges open?", "bridge"),
        ("1200000 tonnes", "harbour"),
        ("crane rebuilding", "harbour"),
        ("reeducation of a miner", "school"),
        ("who founds schools", "school"),
        ("412", "bridge"),
    ],
)
def test_a_query_finds_its_document_first(query: str, name: str) -> None:
    search = context_search([Document(text=text, source=key) for key, text in LIBRARY.items()])
    assert ask(search, query)[0] == name


def test_searches_fulfil_the_source_protocol(tmp_path: Path) -> None:
    for search, origin in ((context_search([]), Origin.CONTEXT), (corpus_search([library(tmp_path)]), Origin.CORPUS)):
        assert isinstance(search, Source)
        assert search.origin is origin


def test_nothing_found_is_an_empty_answer_and_no_failure(tmp_path: Path) -> None:
    assert ask(context_search([]), "bridge") == []
    assert ask(corpus_search([library(tmp_path)]), "zeppelin") == []


def test_documents_without_a_name_are_named_by_place() -> None:
    assert ask(context_search([Document(text="A cat."), Document(text="A dog.")]), "dog") == ["context-2"]


def test_passages_and_characters_are_there_for_a_short_context() -> None:
    search = context_search([Document(text="A cat sat."), Document(text="A dog ran.")])
    assert [item.text for item in search.passages] == ["A cat sat.", "A dog ran."]
    assert search.characters == 20


def test_a_corpus_is_read_on_first_use_and_remembers_what_it_skipped(tmp_path: Path) -> None:
    search = corpus_search([library(tmp_path)])
    (tmp_path / "late.txt").write_text("A zeppelin landed.", encoding="utf-8")
    (tmp_path / "broken.txt").write_bytes(b"caf\xe9")
    assert ask(search, "zeppelin") == [str(tmp_path / "late.txt")]
    (skipped,) = search.skipped
    assert skipped.source.endswith("broken.txt")
    assert "0xe9" in skipped.message


def test_the_same_text_in_two_files_is_found_twice_and_in_one_file_once(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("A zeppelin landed.", encoding="utf-8")
    assert len(ask(corpus_search([tmp_path]), "zeppelin")) == 2
    assert len(ask(corpus_search([tmp_path, tmp_path]), "zeppelin")) == 2


def test_a_corpus_without_a_readable_file_fails_rather_than_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ToolError, match="not one of the files"):
        ask(corpus_search([tmp_path]), "bridge")


def test_an_empty_or_missing_corpus_is_refused_at_the_door(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no file to read"):
        corpus_search([tmp_path])
    with pytest.raises(InputError, match="there is no folder"):
        corpus_search([tmp_path / "absent"])
    with pytest.raises(InputError, match="at least one"):
        corpus_search([])


def test_many_searches_at_once_read_once_and_agree() -> None:
    texts = [f"Station {number} stands in district {number % 7}." for number in range(500)]
    search = context_search([Document(text=text) for text in texts])

    async def many() -> list[tuple[str, ...]]:
        arguments = SearchArguments(query="station in district 3", limit=5)
        found = await asyncio.gather(*(search(arguments) for _ in range(100)))
        return [tuple(item.id for item in items) for items in found]

    answers = asyncio.run(many())
    assert len(set(answers)) == 1
    assert len(answers[0]) == 5


def test_passages_without_a_word_are_searched_in_vain() -> None:
    with pytest.raises(ToolError, match="has no words"):
        ask(context_search([Document(text="***"), Document(text="!")]), "bridge")
    assert ask(context_search([Document(text="bridge")]), "?!") == []


def test_what_two_sentences_say_together_is_found_in_one_passage_and_shown_without_repeats(tmp_path: Path) -> None:
    filler = [f"Line {n} of the chronicle says nothing of note about the town." for n in range(30)]
    text = " ".join(
        [*filler[:7], "Mira Tann came home in spring.", "The bridge was opened by her soon after.", *filler[7:]]
    )
    (tmp_path / "chronicle.txt").write_text(text, encoding="utf-8")
    for search in (context_search([Document(text=text)]), corpus_search([tmp_path])):
        apart = {item.text for item in search.passages}
        assert not any("in spring. The bridge" in item for item in apart)  # a passage ends between them
        found = asyncio.run(search(SearchArguments(query="Mira Tann opened the bridge", limit=3)))
        assert any("in spring. The bridge" in item.text for item in found)
        assert sum(item.count("Mira Tann") for item in apart) == 1
