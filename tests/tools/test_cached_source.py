import asyncio

import pytest

from probandum.tools.cached_source import CachedSource
from probandum.tools.errors import ToolError
from probandum.tools.evidence import Evidence, Origin
from probandum.tools.source import SearchArguments, Source

ITEM = Evidence.of("It is so.", origin=Origin.WEB, source="https://a.example", document_sha256="0" * 64)


class Slow:
    name, description, origin = "slow", "Takes its time.", Origin.WEB

    def __init__(self, *answers):
        self.asked = []
        self.answers = list(answers)

    async def __call__(self, arguments):
        self.asked.append(arguments.query)
        await asyncio.sleep(0.01)
        answer = self.answers.pop(0) if self.answers else (ITEM,)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_many_who_ask_the_same_at_once_are_told_what_one_was():
    async def ask(source):
        return await asyncio.gather(*(source(SearchArguments(query=q)) for q in ["a", "a", "b", "a"]))

    inner = Slow()
    source = CachedSource(inner)
    assert isinstance(source, Source)
    assert asyncio.run(ask(source)) == [(ITEM,)] * 4
    assert sorted(inner.asked) == ["a", "b"]


def test_nothing_found_is_remembered_and_a_failure_is_not():
    async def ask(source):
        with pytest.raises(ToolError):
            await source(SearchArguments(query="a"))
        return [await source(SearchArguments(query="a")) for _ in range(2)]

    inner = Slow(ToolError("down"), ())
    assert asyncio.run(ask(CachedSource(inner))) == [(), ()]
    assert inner.asked == ["a", "a"]
