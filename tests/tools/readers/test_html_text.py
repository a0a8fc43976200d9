import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.tools.errors import InputError
from probandum.tools.readers.html_text import html_document

SHOWN = {
    "blocks stand by themselves": ("<div>One.<p>Two <b>bold</b>er.</div>Three.", "One.\n\nTwo bolder.\n\nThree."),
    "breaks": ("a<br>b<br><br>c", "a\nb\n\nc"),
    "headings": ("<h1>Top <i>one</i></h1>x<h3>In<br>two</h3>y", "# Top one\n\nx\n\n### In two\n\ny"),
    "items": ("<ul><li>a<li><p>b</ul>c", "- a\n\n- b\n\nc"),
    "rows": ("<table><tr><th>k<th>v<tr><td><p>1</p><td></table>x", "| k | v |\n| 1 |  |\n\nx"),
    "layout": (f"<table><tr><td>{'x' * 2_000}<td>b</table>", "x" * 2_000 + "\n\nb"),
    "nested": ("<table><tr><td>a<td><table><tr><td>i<td>j</table><td>z</table>", "a\n\n| i | j |\n\nz"),
    "verbatim": ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
    "hidden": ("<p hidden>x<p style='color:red; display : none'>y<p>z", "z"),
    "unseen": ("<noscript>n</noscript><template>t</template><svg><title>s</title></svg><!-- c -->z", "z"),
    "script": ("a<script>if (x < 1) '<p>no</p>'</script>b", "ab"),
    "unclosed": ("<p>a</p><script src=x><p>rest</p>", "a\n\nrest"),
    "unclosed comment": ("a<!-- <p>rest", "a\n\nrest"),
    "unclosed title": ("<title><p>rest", "rest"),
    "deep": ("<div>" * 5_000 + "in" + "</div>" * 5_000 + "after", "in\n\nafter"),
    "entities": ("caf&eacute; &lt;p&gt; co&shy;op 5&nbsp;km", "café <p> coop 5 km"),
    "declared": ("<?xml version='1.0' encoding='latin-1'?><p>é</p>", "é"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_a_page_is_written_down_as_it_shows(case: str) -> None:
    page, text = SHOWN[case]
    assert html_document(page, source="a").text == text


def test_the_first_title_that_is_not_a_pictures_names_the_page() -> None:
    page = "<svg><title>icon</title></svg><title>T &amp;\n U</title><title>V</title><h1>H</h1>"
    assert html_document(page, source="a").title == "T & U"
    assert html_document("<p>x<h1>H</h1>", source="a").title == "H"


def test_headings_are_marks_where_they_stand() -> None:
    document = html_document("<p>a #1<h2>Loads</h2><p>b<table><tr><td><h3>k</h3><td>v</table>c", source="a")
    assert [mark.locator for mark in document.marks] == ["section Loads"]
    assert document.text[document.marks[0].start :].startswith("## Loads")


def test_a_table_with_one_long_cell_is_not_padded() -> None:
    page = f"<table><tr><td>{'x' * 20_000}<td>b" + "<tr><td>a<td>b" * 2_000
    assert len(html_document(page, source="a").text) < 2 * len(page)


@pytest.mark.parametrize("page", ["", "<!-- c -->", "<p> &nbsp; ", "<script>x</script>", "<p hidden>x"])
def test_a_page_that_shows_nothing_is_refused(page: str) -> None:
    with pytest.raises(InputError, match="'a' is an HTML page without visible text"):
        html_document(page, source="a")


def test_a_page_of_nothing_but_tags_is_refused() -> None:
    with pytest.raises(InputError, match="2,000,001 tags, more than 2,000,000"):
        html_document("<" * 2_000_001, source="a")


PIECES = """
    <p> </p> <table> <tr> <td> </td> </tr> </table> <li> <h2> </h2> <pre> </pre> <br> <b <!-- --> <script> </script>
    <title> </title> <p hidden> </ > & &amp; # |
"""
TAGS = st.sampled_from(PIECES.split())


@given(parts=st.lists(TAGS | st.text(max_size=8), max_size=60))
def test_any_page_gives_a_bounded_text_or_an_input_error(parts: list[str]) -> None:
    page = "".join(parts)
    try:
        document = html_document(page, source="a")
    except InputError:
        return
    assert 0 < len(document.text) <= 2 * len(page)
    assert all(document.text[mark.start] == "#" for mark in document.marks)
