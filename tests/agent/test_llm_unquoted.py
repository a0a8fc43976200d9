from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.llm.unquoted import nearest
from probandum.tools.evidence import Evidence, Origin


def item(text):
    return Evidence.of(text, origin=Origin.CONTEXT, source="a", document_sha256="0" * 64)


GIRL = item("Children copy their parents. The 15 - month - old girl arches her back while strutting around the room.")
MOTHER = item("The mother writes a blog. She has two children.")


def test_the_sentence_that_shares_most_with_what_was_written_is_shown_as_it_stands():
    near = nearest("The youngster arches her back while strutting around the room", [MOTHER, GIRL])
    assert near == (GIRL.id, "The 15 - month - old girl arches her back while strutting around the room.")


def test_where_nothing_is_like_it_nothing_is_shown():
    assert nearest("Quarterly revenue rose by 12 per cent", [MOTHER, GIRL]) is None
    assert nearest("anything", []) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_shown_stands_in_the_evidence(words, text):
    near = nearest(words, [item(text)]) if text else None
    assert near is None or near[1] in text
