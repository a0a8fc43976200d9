import pytest

from probandum.agent.evidence.trust import SINGLE_SOURCE, apply_source_trust
from probandum.agent.models import Quote, Verdict
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.tools.evidence import Evidence, Origin

LONG = "The bridge over the river was opened by the mayor in 1907 after four years of work on its two stone piers."
OTHER = "In 1907 the town celebrated a new crossing, and the first carriage rolled over it on a rainy day in May."


def item(origin, source, text=LONG):
    return Evidence.of(text, origin=origin, source=source, document_sha256="0" * 64)


def verdict(label, items, **more):
    quotes = tuple(Quote(evidence_id=each.id, text=each.text, start=0, end=len(each.text)) for each in items)
    chances = {each: 0.8 if each is label else 0.05 for each in Label}
    return Verdict(
        label=label,
        basis=Origin.WEB,
        quotes=quotes,
        confidence=0.8,
        confidence_source="stated",
        probabilities=chances,
        **more,
    )


def after(label, items, *, trusted=(), **more):
    given = verdict(label, items, **more)
    return given, apply_source_trust(given, {each.id: each for each in items}, trusted=trusted)


WEB_A = item(Origin.WEB, "https://a.example/1")
WEB_A2 = item(Origin.WEB, "https://www.a.example/2", OTHER)
WEB_B = item(Origin.WEB, "https://b.test/1", OTHER)
COPY = item(Origin.WEB, "https://c.test/1", LONG + " ")
NAMES_A = item(Origin.WEB, "https://d.test/1", OTHER + " As a.example reported.")
MODEL = item(Origin.MODEL, "model m")
SUM = item(Origin.CALCULATION, "calculator", "15% of 80 = 12")
CONTEXT, CORPUS = item(Origin.CONTEXT, "a.txt"), item(Origin.CORPUS, "b.txt")


@pytest.mark.parametrize("items", [[CONTEXT], [CORPUS], [CONTEXT, WEB_A], [CORPUS, MODEL], [WEB_A, WEB_B]])
def test_own_documents_and_two_independent_pages_carry_support(items):
    given, left = after(Label.SUPPORTED, items)
    assert left is given


@pytest.mark.parametrize(
    "items",
    [[WEB_A], [WEB_A, WEB_A2], [WEB_A, COPY], [WEB_A, NAMES_A], [WEB_A, MODEL]],
    ids=["one page", "one domain", "one text", "one names the other", "and a model"],
)
def test_one_page_of_the_web_carries_half(items):
    given, left = after(Label.SUPPORTED, items)
    assert (left.label, left.detail, left.error_types) == (
        Label.PARTIALLY_SUPPORTED,
        SINGLE_SOURCE,
        (ErrorType.OTHER,),
    )
    assert sum(left.probabilities.values()) == pytest.approx(1)
    assert left.p_unsupported > given.p_unsupported
    assert left.confidence == left.probabilities[left.label]
    assert left.quotes == given.quotes
    assert "supported by the judge" in left.steps[-1].text


def test_a_domain_that_is_trusted_by_name_is_enough():
    given, left = after(Label.SUPPORTED, [WEB_A], trusted=("a.example",))
    assert left is given
    assert after(Label.SUPPORTED, [WEB_B], trusted=("a.example",))[1].label is Label.PARTIALLY_SUPPORTED


@pytest.mark.parametrize("label", [Label.SUPPORTED, Label.PARTIALLY_SUPPORTED])
@pytest.mark.parametrize("items", [[MODEL], [SUM], [MODEL, SUM]])
def test_a_models_memory_and_a_sum_carry_no_support(label, items):
    types = {} if label is Label.SUPPORTED else {"error_types": (ErrorType.NUMBER,)}
    _, left = after(label, items, **types)
    assert (left.label, left.why, left.error_types) == (Label.UNEVALUATABLE, Why.UNDECIDABLE, ())


@pytest.mark.parametrize("items", [[MODEL], [WEB_A]])
def test_doubt_needs_no_second_source(items):
    given, left = after(Label.CONTRADICTED, items, error_types=(ErrorType.NUMBER,))
    assert left is given


def test_what_was_weakened_once_is_not_weakened_again():
    _, left = after(Label.SUPPORTED, [WEB_A])
    assert apply_source_trust(left, {WEB_A.id: WEB_A}) is left
