"""Values in every common way of writing, in one normal form, and how two of them go together."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.language.values.comparison import Relation, compare
from probandum.agent.language.values.notes import computed_notes
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Kind

DAY, WEEK = 86_400.0, 604_800.0
ONE = [
    ("36 months", Kind.DURATION, "month", 36, 36),
    ("three years", Kind.DURATION, "month", 36, 36),
    ("a fortnight", Kind.DURATION, "s", 2 * WEEK, 2 * WEEK),
    ("an hour and a half", Kind.DURATION, "s", 5_400, 5_400),
    ("half an hour", Kind.DURATION, "s", 1_800, 1_800),
    ("one and a half hours", Kind.DURATION, "s", 5_400, 5_400),
    ("two and a half weeks", Kind.DURATION, "s", 2.5 * WEEK, 2.5 * WEEK),
    ("90 minutes", Kind.DURATION, "s", 5_400, 5_400),
    ("2⅓ days", Kind.DURATION, "s", 7 / 3 * DAY, 7 / 3 * DAY),
    ("2–5 days", Kind.DURATION, "s", 2 * DAY, 5 * DAY),
    ("within a year", Kind.DURATION, "month", -math.inf, 12),
    ("between 80% and 90%", Kind.SHARE, "%", 80, 90),
    ("two thirds of the members", Kind.SHARE, "%", 200 / 3, 200 / 3),
    ("half of the members", Kind.SHARE, "%", 50, 50),
    ("one in ten users", Kind.SHARE, "%", 10, 10),
    ("31 of 480 patients", Kind.SHARE, "%", 3_100 / 480, 3_100 / 480),
    ("every fifth car", Kind.SHARE, "%", 20, 20),
    ("12.5 per cent", Kind.SHARE, "%", 12.5, 12.5),
    ("4.8 percentage points", Kind.POINTS, "points", 4.8, 4.8),
    ("at most 5 litres", Kind.QUANTITY, "volume", -math.inf, 5),
    ("fewer than ten dogs", Kind.COUNT, "dog", -math.inf, 10),
    ("more than 1,200 km", Kind.QUANTITY, "length", 1_200_000, math.inf),
    ("1,500 g", Kind.QUANTITY, "mass", 1.5, 1.5),
    ("300m", Kind.QUANTITY, "length", 300, 300),
    ("-5 °C", Kind.QUANTITY, "temperature", -5, -5),
    ("10 MB", Kind.QUANTITY, "data", 10_000_000, 10_000_000),
    ("€1.2 million", Kind.MONEY, "EUR", 1_200_000, 1_200_000),
    ("$3bn", Kind.MONEY, "USD", 3e9, 3e9),
    ("£18,400", Kind.MONEY, "GBP", 18_400, 18_400),
    ("61,000 euros", Kind.MONEY, "EUR", 61_000, 61_000),
    ("twelve thousand five hundred", Kind.COUNT, "", 12_500, 12_500),
    ("two hundred and five", Kind.COUNT, "", 205, 205),
    ("5 or more", Kind.COUNT, "", 5, math.inf),
    ("in her nineties", Kind.AGE, "", 90, 99),
    ("aged 34", Kind.AGE, "", 34, 34),
    ("34-year-old", Kind.AGE, "", 34, 34),
    ("2nd", Kind.RANK, "", 2, 2),
    ("twice", Kind.TIMES, "", 2, 2),
    ("three times", Kind.TIMES, "", 3, 3),
    ("7 am", Kind.CLOCK, "", 420, 420),
    ("7.30 p.m.", Kind.CLOCK, "", 1_170, 1_170),
    ("19:00", Kind.CLOCK, "", 1_140, 1_140),
    ("noon", Kind.CLOCK, "", 720, 720),
]


@pytest.mark.parametrize(("text", "kind", "unit", "low", "high"), ONE)
def test_a_value_is_read_into_its_normal_form(text, kind, unit, low, high):
    (value,) = read_values(f"It was {text}.")
    assert (value.kind, value.unit) == (kind, unit)
    assert (value.low, value.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    "text",
    ["one of the best", "v3.11.2", "as shown [12]", "open 24/7", "ISBN 978-3-16-148410-0", "no one came", "each one"],
)
def test_what_only_looks_like_a_value_is_none(text):
    assert read_values(text) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mar 4, 1972", "4 March 1972"),
        ("2019-05-07", "7 May 2019"),
        ("3/2021", "March 2021"),
        ("the 9th of June", "June 9"),
        ("36 months", "three years"),
        ("seven days", "a week"),
        ("7 pm", "19:00"),
        ("1.5 kg", "1,500 g"),
        ("10%", "one in ten"),
        ("€1.2m", "1,200,000 euros"),
        ("about 100 boats", "104 boats"),
    ],
)
def test_the_same_in_other_words_is_equal(one, other):
    (mine,), (theirs,) = read_values(f"On {one}"), read_values(f"On {other}")
    assert compare(mine, theirs) is Relation.EQUAL


@pytest.mark.parametrize(
    ("claim", "evidence", "relation"),
    [
        ("more than 10 boats", "12 boats", Relation.INCLUDED),
        ("more than 12 boats", "12 boats", Relation.CONFLICT),
        ("at least 12 boats", "12 boats", Relation.INCLUDED),
        ("1972", "4 March 1972", Relation.INCLUDED),
        ("4 March 1972", "1972", Relation.UNRELATED),
        ("the 1990s", "1994", Relation.INCLUDED),
        ("between 2 and 5 days", "3 days", Relation.INCLUDED),
        ("3 days", "2–5 days", Relation.UNRELATED),
        ("30 months", "three years", Relation.CONFLICT),
        ("7 am", "7 pm", Relation.CONFLICT),
        ("5 kg", "5 km", Relation.UNRELATED),
        ("10 dogs", "12 cats", Relation.UNRELATED),
        ("2nd", "3rd", Relation.CONFLICT),
        ("£5", "$5", Relation.UNRELATED),
    ],
)
def test_a_claim_s_value_follows_clashes_or_has_nothing_to_do_with_the_evidence_s(claim, evidence, relation):
    (mine,), (theirs,) = read_values(claim), read_values(evidence)
    assert compare(mine, theirs) is relation


@pytest.mark.parametrize(
    ("claim", "evidence", "note"),
    [
        ("The lease runs for three years.", "It lasts 36 months.", "36 months = three years"),
        ("In all 300 came.", "On Monday 120 came and on Tuesday 180.", "120 + 180 = 300"),
        ("Sales fell by 25%.", "Sales went from 80 units to 60 units.", "from 80 to 60 is -25%"),
        ("It opens at 7 pm.", "Doors open at 19:00.", "19:00 = 7 pm"),
        ("She was 34 then.", "Born in 1950, she won in 1984.", "from 1950 to 1984 is 34 years"),
        ("The term is two years.", "The term is 18 months.", "18 months is not two years"),
    ],
)
def test_what_can_be_worked_out_is_told(claim, evidence, note):
    assert computed_notes(claim, [evidence]) == (note,)


@pytest.mark.parametrize("claim", ["It is red.", "It lasts 36 months.", "Nine cats came."])
def test_nothing_is_told_where_the_evidence_has_it_as_it_stands_or_nothing_bears_on_it(claim):
    assert computed_notes(claim, ["It lasts 36 months and is red."]) == ()


@given(st.text(max_size=200))
def test_values_lie_in_the_text_in_order_and_do_not_overlap(text):
    found = read_values(text)
    assert all(text[value.start : value.end] == value.text for value in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(value.low <= value.high for value in found)


@given(st.integers(2_100, 999_999))
def test_a_number_is_the_same_however_its_thousands_are_set_apart(number):
    plain, grouped = read_values(f"{number} boats"), read_values(f"{number:,} boats")
    assert [value.low for value in plain] == [value.low for value in grouped] == [number]
