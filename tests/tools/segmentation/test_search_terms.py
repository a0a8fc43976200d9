import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.tools.segmentation.search_terms import query_tokens, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,200 of 1.2 at 12:30", ["1200", "of", "1.2", "at", "12:30"]),
        ("1,200,000.5", ["1200000.5"]),
        ("re-education", ["re", "education", "reeducation"]),
        ("co\u2010op", ["co", "op", "coop"]),
        ("Café CAFE\u0301", ["caf", "caf"]),
        ("東京都", ["東京", "京都"]),
        ("東", ["東"]),
        ("Привет, мир", ["привет", "мир"]),
        ("हिन्दी", ["हिन्दी"]),
        ("", []),
        ("?! ***", []),
    ],
)
def test_words_numbers_and_scripts_become_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "pair", ["bridge bridges", "rebuilt rebuilt's", "founded founding", "city cities", "plan planned"]
)
def test_light_endings_are_evened_out(pair: str) -> None:
    assert len(set(tokens(pair))) == 1


@pytest.mark.parametrize(("left", "right"), [("1,200", "1.2"), ("12", "120"), ("not", "knot")])
def test_different_numbers_and_words_stay_apart(left: str, right: str) -> None:
    assert not set(tokens(left)) & set(tokens(right))


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert query_tokens("Was the bridge the first?") == ["bridg", "first"]
    assert query_tokens("to be or to be") == ["to", "be", "or"]
    assert "not" in query_tokens("it was not opened")


@given(text=st.text(max_size=200))
def test_any_text_has_tokens_that_are_not_empty(text: str) -> None:
    assert all(tokens(text))
    assert set(query_tokens(text)) <= set(tokens(text))
