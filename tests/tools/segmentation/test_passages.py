from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.tools.evidence import Document, Mark, Origin
from probandum.tools.segmentation.passages import passage_spans, passages
from probandum.tools.segmentation.sentences import sentences

TEXTS = st.lists(
    st.sampled_from(
        ["A cat sat.", "# Cats", "Dogs ran off and on.", "- one item", "\n\n", "東京都は大きい。", "`x`", "\r\n"]
    )
).map("\n".join)


@given(text=TEXTS, words=st.integers(min_value=4, max_value=30))
def test_every_sentence_is_in_exactly_one_cut_in_order(text: str, words: int) -> None:
    found = list(passage_spans(Document(text=text), words=words))
    assert all(first.end <= second.start for first, second in pairwise(found))
    for sentence in sentences(text):
        size = max(len(text[sentence.start : sentence.end].split()), (sentence.end - sentence.start) // 10)
        if 0 < size <= 3 * words:  # a longer one is cut itself
            assert sum(cut.start <= sentence.start and sentence.end <= cut.end for cut in found) == 1


ODD = st.lists(
    st.text(max_size=30)
    | st.sampled_from(
        ["x" * 2_000, "word " * 300, "東" * 900, "\u2028", "\r", "\x00", "\u00a0", "```", "| a | b |", "#", "A. B? C!"]
    )
).map("".join)


@given(text=ODD, words=st.integers(min_value=1, max_value=40))
def test_odd_text_is_cut_in_slices_that_lose_and_repeat_nothing(text: str, words: int) -> None:
    document = Document(text=text, source="a")
    found = list(passage_spans(document, words=words))
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert all(text[cut.start : cut.end].strip() for cut in found)
    for sentence in sentences(text):
        covered = "".join(
            text[max(cut.start, sentence.start) : min(cut.end, sentence.end)]
            for cut in found
            if cut.start < sentence.end and sentence.start < cut.end
        )
        assert "".join(covered.split()) == "".join(text[sentence.start : sentence.end].split())
    items = passages(document, origin=Origin.CONTEXT, words=words)
    assert {item.text for item in items} == {text[cut.start : cut.end] for cut in found}
    assert len({item.id for item in items}) == len(items)


@given(text=st.text(max_size=300))
def test_each_passage_is_a_slice_of_the_text_with_its_own_id(text: str) -> None:
    found = passages(Document(text=text, source="a"), origin=Origin.CONTEXT, words=10)
    assert all(item.text in text for item in found)
    assert len({item.id for item in found}) == len(found)


def test_passages_are_even_and_leave_no_crumb() -> None:
    text = " ".join(f"Sentence number {n} has exactly eight words here." for n in range(100))
    sizes = [len(item.text.split()) for item in passages(Document(text=text, source="a"), origin=Origin.CONTEXT)]
    assert all(90 <= size <= 120 for size in sizes)


def test_pages_and_headings_are_not_crossed_and_name_the_place() -> None:
    text = "First page.\n\n# Results\n\nIt grew.\n\nNext page."
    marks = (Mark(start=0, locator="page 1"), Mark(start=text.index("Next"), locator="page 2"))
    found = passages(Document(text=text, source="a", marks=marks), origin=Origin.CONTEXT)
    assert [item.locator for item in found] == ["page 1", "page 1, section Results", "page 2, section Results"]
    assert found[1].text == "Results\n\nIt grew."


@pytest.mark.parametrize("line", ["word " * 10_000, "x" * 50_000])
def test_an_endless_line_does_not_become_one_passage(line: str) -> None:
    found = list(passage_spans(Document(text=line)))
    assert max(cut.end - cut.start for cut in found) <= 1_200
    assert "".join(line[cut.start : cut.end] for cut in found).replace(" ", "") == line.replace(" ", "")


def test_a_repeat_in_the_same_place_is_kept_once_and_elsewhere_again() -> None:
    document = Document(text="# A\n\nSame.\n\n# B\n\nSame.", source="a")
    assert len(passages(document, origin=Origin.CONTEXT)) == 2
    repeated = Document(text="Same words here. Same words here.", source="a")
    assert len(passages(repeated, origin=Origin.CONTEXT, words=3)) == 1


def test_a_document_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="no source"):
        passages(Document(text="A."), origin=Origin.CONTEXT)


def test_what_is_left_of_a_sentence_that_was_cut_is_not_repeated() -> None:
    document = Document(text=" ".join(f"word{place}" for place in range(40)))
    assert list(passage_spans(document, words=4, overlap=10))[2:] == list(passage_spans(document, words=4))[2:]


@given(text=TEXTS, words=st.integers(min_value=4, max_value=30), overlap=st.integers(min_value=1, max_value=20))
def test_an_overlap_moves_only_where_passages_begin_and_only_to_a_sentence(text: str, words: int, overlap: int) -> None:
    document = Document(text=text)
    apart, found = (
        list(passage_spans(document, words=words)),
        list(passage_spans(document, words=words, overlap=overlap)),
    )
    assert [cut.end for cut in found] == [cut.end for cut in apart]
    starts = {sentence.start for sentence in sentences(text)}
    for before, plain, cut in zip([None, *apart], apart, found, strict=False):
        assert cut.start == plain.start or (before and before.start <= cut.start < before.end and cut.start in starts)


def test_a_passage_to_be_searched_begins_with_the_last_sentences_of_the_one_before() -> None:
    text = " ".join(f"Sentence number {n} has exactly eight words here." for n in range(40))
    document = Document(text=text, source="a")
    first, second, *_ = passages(document, origin=Origin.CORPUS, overlap=20)
    repeated = " ".join(first.text.split()[-16:])  # two sentences are within 20 words, three are not
    assert second.text.startswith(repeated)
    assert not second.text.startswith(" ".join(first.text.split()[-24:]))


def test_an_overlap_crosses_no_heading_and_repeats_none() -> None:
    text = "# One\n\nIt grew.\n\n# Two\n\nIt fell. It rose."
    document = Document(text=text, source="a")
    assert passages(document, origin=Origin.CORPUS, overlap=30) == passages(document, origin=Origin.CORPUS)
    cut = passages(document, origin=Origin.CORPUS, words=2, overlap=30)
    assert [item.text for item in cut][-1] == "It fell. It rose."


def test_one_sentence_is_repeated_even_if_it_is_longer_but_not_if_it_is_very_long() -> None:
    def second(words: int) -> str:
        text = f"{'long ' * (words - 1)}end. {'short ' * 90}end."
        return passages(Document(text=text, source="a"), origin=Origin.CORPUS, words=100, overlap=10)[1].text

    assert second(18).startswith("long")
    assert second(22).startswith("short")
