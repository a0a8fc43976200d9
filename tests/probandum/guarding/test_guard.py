"""Sentences held back until they are judged, and what is shown of those that do not hold."""

import asyncio
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probandum import guard
from probandum.guarding.guard import text_of_chunk
from probandum.guarding.pieces import Pieces
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import InputError

CONTEXT = "The Aven bridge was opened in 1931. It has four arches and carries two lanes."
ANSWER = "The Aven bridge was opened in 1931. It has six arches. It carries two lanes.\n"


def chunks(text, size=3):
    return [text[at : at + size] for at in range(0, len(text), size)]


async def streamed(text):
    for chunk in chunks(text):
        await asyncio.sleep(0)
        yield chunk


def guarded(text, **arguments):
    async def all_of_it():
        asked = {"context": CONTEXT, "judge": "embedded", **arguments}
        return [sentence async for sentence in guard(streamed(text), **asked)]

    return asyncio.run(all_of_it())


@pytest.mark.parametrize(
    ("mode", "shown", "actions"),
    [
        ("watch", ANSWER, ["passed", "passed", "passed"]),
        (
            "annotate",
            ANSWER.replace("arches.", "arches. [contradicted: “It has four arches and carries two lanes.”]"),
            ["passed", "annotated", "passed"],
        ),
        ("repair", ANSWER.replace("six", "four"), ["passed", "repaired", "passed"]),
        ("stop", "The Aven bridge was opened in 1931. ", ["passed", "stopped"]),
    ],
)
def test_a_sentence_that_does_not_hold_is_acted_on_before_it_is_shown(mode, shown, actions):
    told = guarded(ANSWER, mode=mode)
    assert [sentence.action for sentence in told] == actions
    assert "".join(map(str, told)) == shown
    assert [claim.text for claim in told[1].flagged] == ["It has six arches."]
    assert not told[0].flagged


def test_what_nothing_corrects_is_withheld_by_a_repair():
    told = guarded("The Aven bridge was not opened in 1931. It carries two lanes.", mode="repair")
    assert [(sentence.action, sentence.text) for sentence in told] == [
        ("withheld", ""),
        ("passed", "It carries two lanes."),
    ]


def test_a_sentence_is_given_as_soon_as_the_next_begins():
    async def first():
        read = []

        async def stream():
            for chunk in chunks(ANSWER):
                read.append(chunk)
                yield chunk

        told = guard(stream(), context=CONTEXT, judge="embedded")
        sentence = await anext(told)
        await told.aclose()
        return sentence, "".join(read)

    sentence, read = asyncio.run(first())
    assert sentence.written == "The Aven bridge was opened in 1931. "
    assert len(read) < len(sentence.written) + 6


def test_a_list_or_another_iterable_is_a_stream_too_and_a_string_is_not():
    async def whole(stream):
        return [sentence.text async for sentence in guard(stream, context=CONTEXT, judge="embedded")]

    assert asyncio.run(whole(["It carries ", "two lanes."])) == ["It carries two lanes."]
    with pytest.raises(InputError, match="in chunks"):
        asyncio.run(whole("It carries two lanes."))
    with pytest.raises(InputError, match="no mode 'shout'"):
        guarded("A.", mode="shout")
    with pytest.raises(InputError, match="'audit_id' belong to one audit"):
        guarded("A.", audit_id="a")


def test_a_language_model_is_asked_once_about_each_claim():
    def rule(request):
        if request.extracts:
            lanes = [["It carries two lanes."]] if "It carries" in request.texts[-1] else []
            return replies.claims(["It has four arches."], *lanes)
        return replies.verdict("supported", quotes=[("any", "It has four arches and carries two lanes.")])

    with ChatServer(rule) as server:
        from probandum.agent.judges.llm.chat.client import ChatModel
        from probandum.agent.judges.llm.judge import LLMJudge

        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"of this test")
        told = guarded("It has four arches. It carries two lanes.", judge=judge)
        asked = [request.claim for request in server.requests if not request.extracts]
    assert [sentence.action for sentence in told] == ["passed", "passed"]
    assert len(asked) == len(set(asked)) == 2


@pytest.mark.parametrize(
    ("chunk", "text"),
    [
        ("a", "a"),
        (SimpleNamespace(content="a"), "a"),
        (SimpleNamespace(content=[{"type": "text", "text": "a"}, {"type": "tool_use", "id": "1"}]), "a"),
        (SimpleNamespace(choices=[SimpleNamespace(delta=SimpleNamespace(content="a"))]), "a"),
        ({"choices": [{"delta": {"content": "a"}}]}, "a"),
        ({"choices": [{"delta": {"content": None}}]}, ""),
        ({"choices": []}, ""),
        (SimpleNamespace(type="response.output_text.delta", delta="a"), "a"),
        (SimpleNamespace(type="response.completed"), ""),
        (None, ""),
        (7, ""),
    ],
)
def test_the_text_of_what_others_stream_is_read(chunk, text):
    assert text_of_chunk(chunk) == text


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["Dr. Ito came. ", "| a | b |\n|---|---|\n| 1 | 2 |\n", "\n\n", "- item\n", "```\nx. y\n```\n"]
            ),
            st.text(max_size=30),
        ),
        max_size=8,
    ),
    st.integers(1, 9),
)
def test_the_pieces_put_together_are_the_text(parts, size):
    text, pieces = "".join(parts), Pieces()
    found = [piece for chunk in chunks(text, size) for piece in pieces.add(chunk)] + list(pieces.rest())
    assert "".join(found) == text
    assert all(found)


def test_a_table_is_one_piece_and_a_text_without_an_end_is_cut():
    table = "| part | number |\n|---|---|\n| arches | 4 |\n\n"
    pieces = Pieces()
    found = [piece for chunk in chunks(f"It is long. {table}It ends.", 2) for piece in pieces.add(chunk)]
    assert [*found, *pieces.rest()] == ["It is long. ", table, "It ends."]
    long = [piece for _ in range(3_000) for piece in pieces.add("a b. c" if _ % 7 else "abc ,")]
    assert max(map(len, [*long, *pieces.rest()])) <= 4_000
