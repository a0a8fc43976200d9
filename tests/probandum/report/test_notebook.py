"""A report in a notebook: the answer underlined, what shows each claim on hovering, small and harmless."""

from html.parser import HTMLParser

from probandum import audit
from probandum.agent.options import Options

FACT = "The dam is 80 metres high."


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_each_claim_is_underlined_by_its_label_and_shows_its_quote():
    answer = "The dam is 90 metres high. Trout are common in the long lake."
    tags = Tags(audit(answer, context=FACT)._repr_html_())
    marks = [attributes for tag, attributes in tags.found if tag == "u"]
    assert [mark["class"] for mark in marks] == ["contradicted", "absent"]
    assert marks[0]["title"] == "contradicted (number): “The dam is 80 metres high.” — context-1"
    assert answer in tags.text


def test_it_stays_small_and_runs_nothing():
    answer = " ".join(f"Hall {n} has {n} <script>alert(1)</script> doors \u202e." for n in range(3_000))
    page = audit(answer, context=FACT, options=Options(decide="lenient"))._repr_html_()
    assert len(page.encode()) < 60_000
    assert {tag for tag, _ in Tags(page).found} <= {"div", "style", "u", "bdi"}
    assert "more characters" in page
