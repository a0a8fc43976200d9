"""What evidence says, sentence by sentence and row by row, each with its place in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.evidence.sentences import SentenceKind, evidence_sentences, quote_of
from probandum.tools.evidence import Evidence, Origin


def item(text, source="note.md"):
    return Evidence.of(text, origin=Origin.CONTEXT, source=source, document_sha256="0" * 64)


def told(text, source="note.md"):
    return [sentence.text for sentence in evidence_sentences([item(text, source)])]


def test_prose_is_told_by_sentence_under_its_heading():
    sentences = evidence_sentences([item("# The mill\n\nIt is old. It was\nrebuilt in 1702.\n")])
    prose = [each for each in sentences if each.kind is SentenceKind.PROSE]
    assert [each.text for each in prose] == ["It is old.", "It was rebuilt in 1702."]
    assert {each.heading for each in prose} == {"The mill"}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("| model | price (EUR) | litres |\n|---|---|---|\n| Aria | 45 | 1.7 |\n| Brio | 30 | 1.5 |\n", "kettles.md"),
        ("model,price (EUR),litres\nAria,45,1.7\nBrio,30,1.5\n", "kettles.csv"),
    ],
)
def test_a_table_is_told_by_row_with_its_columns_however_it_is_written(text, source):
    rows = [each for each in told(text, source) if "Aria" in each]
    assert rows == ["Aria: price (EUR) 45; litres 1.7"]


def test_json_is_told_by_object():
    rows = told('{"booking": {"table": 4, "booked": false}}', "result.json")
    assert any("booked false" in row for row in rows)


def test_numbers_run_through_all_items_and_a_quote_is_the_whole_sentence():
    one, other = item("It is old. It is red."), item("It is tall.", "other.md")
    sentences = evidence_sentences([one, other])
    assert [each.number for each in sentences] == [1, 2, 3]
    quote = quote_of(sentences[1])
    assert one.text[quote.start : quote.end] == quote.text == "It is red."


PIECES = ["| a | b |\n", "|---|---|\n", "| 1 | 2 |\n", "key: value\n", '{"a": [1, {"b": 2}]}', "# Head\n", "- item\n"]


@given(
    st.lists(st.sampled_from([*PIECES, "A sentence. ", "\n\n", "a,b\n1,2\n", "{", '"', "|", "<del>x</del>", "```\n"]))
)
def test_every_sentence_stands_where_it_says_and_none_overlap(pieces):
    one = item("".join(pieces))
    at = 0
    for sentence in evidence_sentences([one]):
        assert one.text[sentence.start : sentence.end] == sentence.verbatim
        assert "\n" not in sentence.text
        assert sentence.start >= at
        at = sentence.end
