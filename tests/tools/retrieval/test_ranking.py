import asyncio
from pathlib import Path

import pytest

from probandum.tools.errors import ToolError
from probandum.tools.evidence import Document
from probandum.tools.retrieval.passage_search import context_search, corpus_search
from probandum.tools.source import SearchArguments

TOWN = {
    "bridge": "The Velden bridge opened in 1932. It spans the Orle and carries two lanes and a tramway.",
    "ferry": "Before the bridge, a ferry crossed the Orle every hour. Its last captain was Jost Heim.",
    "harbour": "Lint's harbour moves 1,200,000 tonnes of grain a year. The cranes were rebuilt after the flood.",
    "flood": "The flood of 1954 rose 4.6 metres above the quay and drowned the lower market.",
    "school": "Mira Tann founded an evening school for miners. She had been born in Kolm.",
    "mine": "The Kolm mine closed in 1987, when its last seam of zinc was exhausted.",
    "museum": "A museum of mining stands in the old pithead. Entry is free on Sundays.",
    "tram": "Trams run every 7 minutes at peak and every 20 minutes at night.",
    "hospital": "The hospital has 310 beds and an emergency ward that never closes.",
    "library": "The library lends instruments as well as books; violins are the most wanted.",
    "theatre": "The theatre burnt down twice. The present building, of brick, seats 640.",
    "council": "The council has 31 members, elected for five years. Turnout last spring was 58.3 percent.",
    "bakery": "Harn's bakery sells rye bread by weight. It takes no cards.",
    "park": "Elms in the park fell to disease; limes were planted in their stead.",
    "weather": "Rain falls on 142 days of the year; snow seldom lies before December.",
}
ASKED = {
    "When did the Velden bridge open?": "bridge",
    "who was captain of the ferry": "ferry",
    "grain tonnage 1200000 tonnes": "harbour",
    "How high did the flood rise in 1954?": "flood",
    "founder of a school for a miner": "school",
    "Why did the mine close, was the zinc exhausted?": "mine",
    "free museum entry on a Sunday": "museum",
    "How often do trams run at night?": "tram",
    "number of hospital beds": "hospital",
    "borrowing a violin from the libraries": "library",
    "how many seats in the theatre's brick building": "theatre",
    "turnout of 58.3 percent": "council",
    "paying with a card for rye": "bakery",
    "disease of the elm": "park",
    "days of rain in a year": "weather",
}


def first(query: str) -> str:
    search = context_search([Document(text=text, source=name) for name, text in TOWN.items()])
    return asyncio.run(search(SearchArguments(query=query, limit=3)))[0].source


@pytest.mark.parametrize("query", ASKED)
def test_the_passage_that_answers_stands_first(query: str) -> None:
    assert first(query) == ASKED[query]


def test_many_searches_at_once_read_a_folder_once_and_agree(tmp_path: Path) -> None:
    for name, text in TOWN.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    search = corpus_search([tmp_path])

    async def many() -> list[tuple[str, ...]]:
        found = await asyncio.gather(*(search(SearchArguments(query="flood of the Orle")) for _ in range(50)))
        return [tuple(item.id for item in items) for items in found]

    answers = asyncio.run(many())
    assert len(set(answers)) == 1
    assert answers[0]
    assert len(search.passages) == len(TOWN)


def test_many_searches_of_a_broken_folder_all_fail_alike(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00")
    search = corpus_search([tmp_path])

    async def many() -> list[object]:
        return await asyncio.gather(*(search(SearchArguments(query="x")) for _ in range(9)), return_exceptions=True)

    assert all(isinstance(answer, ToolError) for answer in asyncio.run(many()))


def test_two_hundred_pages_are_cut_and_searched_whole() -> None:
    lines = [
        f"On page {page} line {line} reports load {page * 1000 + line} kN." for page in range(200) for line in range(40)
    ]
    text = "\n\n".join(lines)
    search = context_search([Document(text=text, source="a")])
    kept = "".join(item.text for item in search.passages)
    assert "".join(kept.split()) == "".join(text.split())
    found = asyncio.run(search(SearchArguments(query="load 199039 kN", limit=1)))
    assert "load 199039 kN" in found[0].text
