"""Blocks and sentences with exact offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.tools.segmentation.sentences import BlockKind, blocks, sentences


def cut(text):
    return [text[start:end] for start, end, _ in sentences(text)]


def kinds(text):
    return [(text[start:end], kind) for start, end, kind in sentences(text)]


PIECES = st.sampled_from(
    [
        ". ",
        '"',
        "“",
        "”",
        "``",
        "''",
        "\n",
        "\r\n",
        "\r",
        "# ",
        "- ",
        "| a |",
        "|---|",
        "```",
        "**b**",
        "Name: ",
        "? ",
        "Dr. Ab",
        "1.5 kg",
        "ß",
        "é",
        "\u2028",
        "😀",
        " ",
        "word ",
    ],
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_spans_are_ordered_inside_and_not_blank_for_any_text(text):
    end = 0
    for stretch in sentences(text):
        assert end <= stretch.start < stretch.end <= len(text)
        piece = text[stretch.start : stretch.end]
        assert piece == piece.strip()
        end = stretch.end


@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_sentence_lies_in_one_block(text):
    places = [(block.start, block.end, block.kind) for block in blocks(text)]
    for start, end, kind in sentences(text):
        assert sum(a <= start and end <= b and kind is k for a, b, k in places) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dr. Lee paid $3.5 million on Jan. 5, 2020. It rose.",
            ["Dr. Lee paid $3.5 million on Jan. 5, 2020.", "It rose."],
        ),
        ("See https://a.example/b?c=1.5 now. Fine!", ["See https://a.example/b?c=1.5 now.", "Fine!"]),
        ('She said "I stay. Always." Then she went.', ['She said "I stay. Always."', "Then she went."]),
        ("“One. Two.” Three.", ["“One. Two.”", "Three."]),
        ("`` we go . now . '' he said .", ["`` we go . now . ''", "he said ."]),
        ("it rained . dr. lee came .", ["it rained .", "dr. lee came ."]),
        ("It rained here.The sun came out.", ["It rained here.", "The sun came out."]),
        ("One line\nand its rest. Two.", ["One line\nand its rest.", "Two."]),
        ("A first.\r\n\r\nA second.\r\n", ["A first.", "A second."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert cut(text) == expected


def test_an_unclosed_quotation_mark_joins_nothing():
    assert cut('It is 5" wide. It is old. It is red.') == ['It is 5" wide.', "It is old.", "It is red."]


def test_headings_items_rows_and_code_are_told_apart_and_lose_their_markers():
    text = "# Top\n\nShort title\n\nText is here.\n- one\n2. two\n| a | b |\n```\ncode.here\n```\n**Bold**\nmore text."
    assert kinds(text) == [
        ("Top", BlockKind.HEADING),
        ("Short title", BlockKind.HEADING),
        ("Text is here.", BlockKind.PROSE),
        ("one", BlockKind.ITEM),
        ("two", BlockKind.ITEM),
        ("| a | b |", BlockKind.ROW),
        ("code.here", BlockKind.CODE),
        ("**Bold**", BlockKind.HEADING),
        ("more text.", BlockKind.PROSE),
    ]


def test_a_line_without_an_end_mark_that_nothing_follows_is_no_heading():
    assert kinds("Paris lies on the Seine") == [("Paris lies on the Seine", BlockKind.PROSE)]


def test_turns_of_a_conversation_do_not_run_together():
    assert cut("Ann: are you in\nBo: yes i am\nAnn: good") == ["Ann: are you in", "Bo: yes i am", "Ann: good"]


def test_a_dialogue_that_runs_on_is_cut_where_somebody_begins_to_speak():
    text = "Ann: I have the keys Tom: good, where are you Ann: at the gate Tom: shall I come? Note: one line."
    assert cut(text) == [
        "Ann: I have the keys",
        "Tom: good, where are you",
        "Ann: at the gate",
        "Tom: shall I come?",
        "Note: one line.",
    ]
