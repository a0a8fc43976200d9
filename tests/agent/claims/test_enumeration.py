"""Lists and appositions: what is taken apart, item by item, and what stays whole because the words belong together."""

from itertools import pairwise

import pytest

from probandum.agent.claims.apposition import split_apposition
from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.claims.enumeration import split_list


@pytest.mark.parametrize(
    ("clause", "statements"),
    [
        ("He is a rabbi, author, and speaker.", ["He is a rabbi", "He is an author", "He is a speaker"]),
        ("The plan covers dental care and eye tests.", ["The plan covers dental care", "The plan covers eye tests"]),
        (
            'She appeared in shows such as "Noon," "The Tide," and "Low Water."',
            [f"She appeared in shows such as {each}" for each in ('"Noon"', '"The Tide"', '"Low Water."')],
        ),
        (
            "Ana is a campaigner against slavery, author and public speaker.",
            ["Ana is a campaigner against slavery", "Ana is an author", "Ana is a public speaker"],
        ),
        ("Breads: rye, corn and spelt.", ["Breads: rye", "Breads: corn", "Breads: spelt"]),
    ],
)
def test_each_item_of_a_list_is_a_statement(clause, statements):
    assert [item.text.rstrip(".") for item in split_list(clause)] == [each.rstrip(".") for each in statements]


@pytest.mark.parametrize(
    "clause",
    [
        "It is a fast, cheap and reliable service.",
        "He is known for his innovative and controversial work.",
        "The road lies between Rome, Milan and Turin.",
        "The total of rent, light and heat was 900 euros.",
        "The crew had 40 men and women.",
        "The film was made by Joel and Ethan Coen.",
        "He is English or Welsh.",
        "Revenue rose 3%, 4% and 5% in May.",
        "They were fined 30 and 40 euros respectively.",
        "The mean was 5, the median 4, and the mode 3.",
        "The bridge opened in 1931.",
        "Red and green lights are shown.",
    ],
)
def test_what_belongs_together_stays_whole(clause):
    assert [item.text for item in split_list(clause)] == [clause]


@pytest.mark.parametrize(
    ("clause", "statements"),
    [
        ("Ana Ruiz (born 3 May 1931) is a painter.", ["Ana Ruiz was born 3 May 1931", "Ana Ruiz is a painter."]),
        ("Ana Ruiz, a painter, won the prize.", ["Ana Ruiz is a painter", "Ana Ruiz won the prize."]),
        ("Ana is a painter born in Leith.", ["Ana is a painter", "Ana was born in Leith."]),
        ("Ana was born on 3 May 1931 in Leith.", ["Ana was born on 3 May 1931", "Ana was born in Leith."]),
        ("The bridge was opened in 1931 in Leith.", ["The bridge was opened in 1931 in Leith."]),
        ("Ana is a painter who lives in Leith.", ["Ana is a painter", "Ana lives in Leith."]),
        ("There is a painter who lives in Leith.", ["There is a painter who lives in Leith."]),
        ("It is a fact that Ana lives in Leith.", ["It is a fact that Ana lives in Leith."]),
        ("Prices, a concern for many, the board says, fell.", ["Prices, a concern for many, the board says, fell."]),
    ],
)
def test_what_is_said_beside_the_predicate_is_a_statement_of_its_own(clause, statements):
    assert [item.text for item in split_apposition(clause)] == statements


@pytest.mark.parametrize(
    "text",
    [
        "The plan covers dental care, eye tests and physiotherapy.",
        "Ana Ruiz (born 3 May 1931), a painter, lives in Leith and Perth.",
        "- **Cover:** includes dental care, eye tests and glasses.",
        "He works in Rome and has lived in Oslo, Bergen and Bodø.",
    ],
)
def test_every_statement_stands_on_a_stretch_of_its_own_in_order(text):
    claims = extract_clauses(text, fine=True).claims
    spans = [(claim.span.start, claim.span.end) for claim in claims]
    assert len(spans) > 1
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_long_run_of_commas_takes_no_longer_than_its_length():
    text = "It has " + ", ".join(["a thing"] * 60_000) + " and more."
    assert split_list(text)[0].text == text
