"""Different ways of writing the same number, date, name or word."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probandum.agent.language.analysis import analyze_sentence
from probandum.agent.language.dates import agree, dates
from probandum.agent.language.detection import is_english
from probandum.agent.language.names import known, names
from probandum.agent.language.quantities import comparable, quantities, same
from probandum.agent.language.tokens import tokens


def keys(text):
    return [token.key for token in tokens(text)]


def content(text):
    return [token.key for token in tokens(text) if token.content]


def amounts(text):
    return quantities(text, tokens(text))


@given(st.text(max_size=200))
def test_tokens_stand_where_they_say_for_any_text(text):
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.text
        end = token.end


@given(st.text(max_size=200))
def test_facts_of_any_text_are_read_without_an_error(text):
    sentence = analyze_sentence(text)
    for fact in (*sentence.dates, *sentence.quantities, *sentence.names):
        assert 0 <= fact.start < fact.end <= len(text)


@pytest.mark.parametrize(
    "same_words",
    [
        ("1.2 million people", "1,200,000 people"),
        ("twelve men", "12 men"),
        ("twenty-five dogs", "25 dogs"),
        ("half of them", "50% of them"),
        ("40 percent", "40%"),
        ("the U.S. army", "the US army"),
        ("he did not leave", "he didn't leave", "he did n't leave", "he didn’t leave"),
        ("10, 000 bets", "10,000 bets"),
        ("she won", "she wins", "she win"),
        ("stopped", "stopping", "stops"),
        ("cities", "city"),
        ("They lost", "they lose"),
    ],
)
def test_forms_of_the_same_word_have_the_same_key(same_words):
    wanted = content(same_words[0])
    assert wanted
    assert all(content(other) == wanted for other in same_words)


def test_a_contraction_gives_its_negation():
    assert [keys(text)[-2:] for text in ("he did not go", "he didn't go", "he did n't go")] == [["not", "go"]] * 3


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$3.5 million", 3_500_000, "$"),
        ("$5m", 5_000_000, "$"),
        ("50 per cent", 50, "%"),
        ("half of it", 50, "%"),
        ("7 kilometres", 7, "km"),
        ("the third man", 3, "#"),
        ("the 21st man", 21, "#"),
        ("a dozen eggs", 12, "egg"),
        ("two hundred cats", 200, "cat"),
    ],
)
def test_amounts_have_a_value_and_a_unit(text, value, unit):
    (found,) = amounts(text)
    assert (found.value, found.unit) == (value, unit)


def test_amounts_of_different_things_are_neither_the_same_nor_comparable():
    (cats,) = amounts("12 cats")
    (percent,) = amounts("12%")
    (rank,) = amounts("the 12th")
    assert not any(same(a, b) or comparable(a, b) for a, b in combinations((cats, percent, rank), 2))


def test_a_year_is_a_date_and_no_amount():
    assert analyze_sentence("It opened in 1931.").quantities == ()
    assert [date.year for date in analyze_sentence("It opened in 1931.").dates] == [1931]


@pytest.mark.parametrize(
    "text", ["Jan 5, 2020", "5 January 2020", "2020-01-05", "January 5th, 2020", "5th of January 2020", "Jan. 5 , 2020"]
)
def test_a_day_is_the_same_day_however_it_is_written(text):
    (date,) = dates(f"It was on {text} in Ulm.")
    assert date[2:] == (2020, 1, 5)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("5 May 2020", "May 2020", True),
        ("May 2020", "2020", True),
        ("5 May 2020", "6 May 2020", False),
        ("2019", "2020", False),
        ("5 May", "2020", False),
    ],
)
def test_dates_agree_when_all_that_both_say_is_equal(one, other, expected):
    assert agree(*dates(f"{one} and then"), *dates(f"{other} and then")) is expected


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("It met Curie there", "So Marie Curie came", True),
        ("It met Marie Curie there", "So Curie came", True),
        ("It met the WHO there", "So World Health Organization staff came", True),
        ("It met World Health Organization staff", "So the WHO came", True),
        ("It met Thomas Edison there", "So Marie Curie came", False),
    ],
)
def test_a_name_is_known_by_surname_short_form_and_initials(claim, evidence, expected):
    asked, there = analyze_sentence(claim), analyze_sentence(evidence)
    assert known(asked.names[0], keys=there.keys, others=names(evidence, there.words)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "La Liga is the top league of Spain.",
        "Los Angeles, Las Vegas and San Jose.",
        "El Niño hit Peru.",
        "Die Zeit is printed in Hamburg.",
        "Le Monde and Der Spiegel reported it.",
        "Kim Jong Un met Xi.",
        "330 m",
        "",
    ],
)
def test_english_with_foreign_names_is_english(text):
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Der Turm wurde im Jahr 1889 gebaut und ist sehr hoch.",
        "La tour est haute et elle a été construite pour une exposition.",
        "La torre es muy alta y fue construida por el ingeniero.",
        "Башня была построена давно.",
        "この塔はとても高いです。",
    ],
)
def test_other_languages_are_told_by_script_and_little_words(text):
    assert not is_english(text)
