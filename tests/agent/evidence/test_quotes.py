import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.evidence.quotes import locate
from probandum.agent.models import Quote
from probandum.tools.evidence import Evidence, Origin

WORDS = st.lists(st.text(alphabet="abcdefgh", min_size=2, max_size=9), min_size=6, max_size=40)


def item(text: str, *, source: str = "notes") -> Evidence:
    return Evidence.of(text, origin=Origin.CONTEXT, source=source, document_sha256="0" * 64)


def look(quote: str, text: str) -> Quote | None:
    return locate(quote, evidence=[item(text)])


def found(quote: str, text: str) -> Quote:
    located = look(quote, text)
    assert located is not None
    assert located.text == text[located.start : located.end]
    return located


@given(WORDS, st.data())
def test_every_stretch_of_whole_words_is_found_exactly_where_it_says(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 4))
    quote = " ".join(words[first : data.draw(st.integers(first + 3, len(words)))])
    located = found(quote, text)
    assert (located.text, located.match) == (quote, "exact")


@given(WORDS, st.sampled_from(["\n", "  ", "\u00a0", "\r\n  ", "\t", " \u200b"]))
def test_spaces_differ_and_the_words_are_still_found(words: list[str], space: str) -> None:
    located = found(" ".join(words[1:-1]), space.join(words))
    assert located.text == space.join(words[1:-1])
    assert located.match == "normalized"


@given(st.text(max_size=200), st.text(max_size=60))
def test_whatever_is_found_is_a_slice_of_the_evidence(text: str, quote: str) -> None:
    located = look(quote, text)
    assert located is None or located.text == text[located.start : located.end]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ('the "old" town hall', "In the “old” town hall they met."),
        ("it's the harbour's end", "Here it’s the harbour’s end."),
        ("1990-1995 - the lean years", "From 1990–1995 — the lean years."),
        ("wait... then go on", "They said wait… then go on."),
        ("an example of the method", "This is an exam-\nple of the method."),
        ("a well-known harbour town", "It is a well-\nknown harbour town."),
        ("efficient office work", "The eﬃcient oﬃce work paid."),
        ("café in the square", "The cafe\u0301 in the square."),
        ("x << 2 shifts left", "So x << 2 shifts left."),
        ("x ‹‹ 2 shifts left", "So x << 2 shifts left."),
    ],
)
def test_typography_differs_and_the_words_are_still_found(quote: str, text: str) -> None:
    assert found(quote, text).match in ("exact", "normalized")


def test_a_quote_in_quotation_marks_or_with_ellipsis_at_its_ends_is_found() -> None:
    assert found("“...the bridge was built in 1907…”", "In fact the bridge was built in 1907.").match == "exact"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("sales fell by 5", "Sales went up, then sales fell by 50 percent."),
        ("sales fell by 5", "At last sales fell by 5.7 percent."),
        ("a total of 12", "They found a total of 12,000 shells."),
        ("the drug has effect", "In mice the drug has effects."),
    ],
)
def test_a_number_or_word_is_never_cut(quote: str, text: str) -> None:
    assert look(quote, text) is None


def test_a_later_whole_occurrence_is_taken_when_the_first_is_cut() -> None:
    located = found("sales fell by 5", "First sales fell by 50, then sales fell by 5 more.")
    assert located.start == 29


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("The committee published the report in march.", "The committee published the report in March."),
        (
            "In 1907 the committee published the first report on farming",
            "In 1907 the committee published first report on farming.",
        ),
        ("the comittee published its report on farming", "In May the committee published its report on farming."),
        ("the committee, in May, published its report", "the committee in May published its report"),
    ],
)
def test_a_slip_of_the_pen_is_found_and_marked_fuzzy(quote: str, text: str) -> None:
    assert found(quote, text).match == "fuzzy"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the committee published 14 reports on farming", "the committee published 15 reports on farming"),
        ("the committee has not published its long report", "the committee has now published its long report"),
        ("the committee published its report on farming", "the committee never published its report on farming"),
        ("patients with hypotension were followed for years", "patients with hypertension were followed for years"),
        ("prices of wheat and barley increased in the north", "prices of wheat and barley decreased in the north"),
        ("the committee did publish its report on farming", "the committee didn't publish its report on farming"),
        ("the long report was written by Anna for Berta", "the long report was written by Berta for Anna"),
    ],
)
def test_another_number_negation_or_word_is_not_the_same_quote(quote: str, text: str) -> None:
    assert look(quote, text) is None


def test_a_wrong_evidence_id_is_corrected() -> None:
    one, two = item("Nothing of the kind stands here."), item("The bridge was built in 1907.", source="other")
    located = locate("bridge was built in 1907", evidence=[one, two], evidence_id=one.id)
    assert located is not None
    assert located.evidence_id == two.id


def test_the_named_item_comes_first_where_several_say_the_same() -> None:
    one, two = item("The bridge was built in 1907."), item("The bridge was built in 1907.", source="other")
    located = locate("bridge was built in 1907", evidence=[one, two], evidence_id=two.id)
    assert located is not None
    assert located.evidence_id == two.id


def test_too_short_a_quote_is_refused_unless_the_item_is_as_short() -> None:
    assert look("in May", "They met in May and talked.") is None
    assert found("In May", "In May.").match == "exact"


@pytest.mark.parametrize("quote", ["", "   ", '""', "...", ".*.*.*.*", "(a+)+$ (a+)+$ (a+)+$"])
def test_nothing_and_patterns_find_nothing(quote: str) -> None:
    assert look(quote, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b is a text of words.") is None


def test_a_quote_that_is_not_there_is_given_up_on_a_long_item() -> None:
    long = item(" ".join(f"word{n % 97} stands here" for n in range(800))[:12_000])
    quote = "some words that do not stand in this text at all, however long one may look for them " * 3
    assert locate(quote, evidence=[long]) is None
