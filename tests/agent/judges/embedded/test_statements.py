"""What words alone decide: a claim beside single statements, its values, places and cells; else nothing."""

import gc

import pytest

from probandum import audit
from probandum.agent.judges.embedded.statements.decision import decide
from probandum.agent.judges.embedded.statements.statement import StatementIndex, read_statements
from probandum.agent.taxonomy import Decide, ErrorType, Label
from probandum.tools.evidence import Document, Origin
from probandum.tools.segmentation.passages import passages


def decided(claim, *texts):
    given = [Document(text=text, source=f"d{place}") for place, text in enumerate(texts)]
    items = tuple(item for document in given for item in passages(document, origin=Origin.CONTEXT))
    return decide(claim, read_statements(items))


def label(claim, *texts):
    found = decided(claim, *texts)
    return found.label if found else None


DAM = "The Elm dam in Marn county was finished in 1950 and is 80 metres high."
TABLE = (
    "| Party | Seats 2026 | Seats 2021 |\n|---|---|---|\n| Greens | 9 | 7 |\n| Labour and Homes | 8 | 9 |\n"
    "| Reds | 5 | 5 |\n"
)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The Elm dam is 80 metres high.", DAM),
        ("The Elm dam was finished in 1950.", DAM),
        ("The course lasts three years.", "The course lasts 36 months."),
        ("At least 40 people came to the fair.", "A crowd of 52 people came to the fair."),
        ("The Greens won 9 seats in 2026.", TABLE),
        ("Greens: Seats 2021 7", TABLE),
        ("The Greens won the most seats in 2026.", TABLE),
        ("The two wings have 300 beds together.", "The east wing has 120 beds. The west wing has 180 beds."),
        ("The two wings are 60 beds apart.", "The east wing has 120 beds. The west wing has 180 beds."),
        ("The WHO chose the Elm clinic.", "The World Health Organization chose the Elm clinic."),
    ],
)
def test_what_stands_there_is_supported(claim, evidence):
    assert label(claim, evidence) is Label.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "evidence", "kind"),
    [
        ("The Elm dam in Marn county is 90 metres high.", DAM, ErrorType.NUMBER),
        ("The Elm dam in Marn county was finished in 1960.", DAM, ErrorType.TEMPORAL),
        ("The Elm dam in Rend county is 80 metres high.", DAM, ErrorType.ENTITY),
        ("Ruth Sebald praised the new coalition.", "Tomas Aldine praised the new coalition.", ErrorType.ENTITY),
        ("The tablet is not approved for children.", "The tablet is approved for children.", ErrorType.OTHER),
        ("A woman wears a pink hat.", "A woman wears a black hat.", ErrorType.OTHER),
        ("The price of bread rose in May.", "The price of bread fell in May.", ErrorType.OTHER),
        ("All members of the board agreed.", "Some members of the board agreed.", ErrorType.OVERGENERALIZATION),
        ("The Greens won 8 seats in 2026.", TABLE, ErrorType.NUMBER),
        ("Greens: Seats 2026 7", TABLE, ErrorType.NUMBER),
        (
            "The two wings have 400 beds together.",
            "The east wing has 120 beds. The west wing has 180 beds.",
            ErrorType.NUMBER,
        ),
        ("The bridge was opened in May.", "The bridge is planned to be opened in May.", ErrorType.TEMPORAL),
    ],
)
def test_another_value_in_the_same_place_contradicts(claim, evidence, kind):
    found = decided(claim, evidence)
    assert found.label in (Label.CONTRADICTED, Label.ABSENT)
    assert found.clashes[0].type is kind


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Rain fell on the capital all night.", DAM),  # nothing of it is there
        (
            "People move house by the old window.",
            "People move furniture by the old window.",
        ),  # another word in the place
        ("A firefighter is in hospital with burns.", "Two employees came to hospital with burns."),  # of somebody else
        ("Members travel free of charge.", "Members travel free of charge on Sundays only."),  # in some cases
        ("Saltmere beat Orvik at home.", "Orvik beat Saltmere at home."),  # the other way round
        ("Brad Wilk helped to found Rage.", "Wilk began with Greta and helped to found Rage."),  # a part of the name
        ("Guests may cancel with two days' notice.", "Guests may cancel with two days' notice if a storm is forecast."),
        ("Staff can work from home.", "Staff can work from home, provided that the manager agrees."),
        ("Members will enter free of charge.", "Members will enter free of charge, unless a special show is on."),
        ("The deposit is returned in full.", "The deposit is returned in full in the event of a sale."),
    ],
)
def test_what_words_cannot_tell_is_never_contradicted_or_supported_in_silence(claim, evidence):
    assert label(claim, evidence) in (None, Label.SUPPORTED if claim.startswith("Brad") else None)


def test_what_is_sure_stands_under_the_strict_setting():
    assert decided("The Elm dam in Marn county is 80 metres high.", DAM).at is Decide.STRICT
    assert decided(DAM, DAM).verbatim


@pytest.mark.parametrize(
    "evidence",
    ["Is the dam 80 metres high?", "It is a myth that the dam is 80 metres high.", "~~The dam is 80 metres high.~~"],
)
def test_what_is_not_asserted_supports_nothing(evidence):
    assert label("The dam is 80 metres high.", evidence) is not Label.SUPPORTED


def test_what_was_read_of_evidence_is_let_go_of():
    """Once every claim kept all that it had been compared with, 2.6 MB of a context of 5,000 words each."""
    for place in range(90):
        evidence = [f"Gate {place} was painted by crew {place + 7}.", "The yard has two gates."]
        report = audit(f"Gate {place} was painted by crew {place + 7}.", context=evidence, judge="embedded")
        assert report.claims
    gc.collect()
    assert sum(isinstance(each, StatementIndex) for each in gc.get_objects()) <= 64
