import pytest

from probandum.tools.web.urls import url_query, urls_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://a.example/x, and <http://b.example/y?z=1>.", ("https://a.example/x", "http://b.example/y?z=1")),
        ("[here](https://a.example/x) and again https://a.example/x!", ("https://a.example/x",)),
        ("(https://a.example/x_(y))", ("https://a.example/x_(y))",)),
        ("ftp://a.example, mailto:b@a.example, https://", ()),
        ("http://[broken", ()),
    ],
)
def test_addresses_of_a_text(text, found):
    assert urls_in(text) == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("https://a.example/x how many bends", ("https://a.example/x", "how many bends")),
        (" https://a.example/x ", ("https://a.example/x", "")),
        ("what does https://a.example/x say", None),
        ("bends of the road", None),
    ],
)
def test_a_query_that_begins_with_an_address_asks_for_that_page(query, expected):
    assert url_query(query) == expected
