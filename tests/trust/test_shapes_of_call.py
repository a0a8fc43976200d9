"""Five hundred shapes of call: whatever is handed in, a report or a named error comes back, never a traceback."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probandum import Report, audit
from probandum.agent.taxonomy import Outcome
from probandum.table import audit_rows
from probandum.tools.errors import ConfigError, InputError

WORDS = st.sampled_from(
    [
        "The bridge opened in 1931.",
        "It has four arches [1].",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "# Heading\n\n- item",
        '{"a": [1, {"b": null}]}',
        "Gestern fiel Schnee.",
        "。！？\u200f\u202e",
        "\ud800",
        "<think>",
        "a" * 3_000,
        "1/0 %s {x} {{y}}",
    ]
)
TEXT = st.one_of(WORDS, st.text(max_size=40), st.lists(WORDS, max_size=4).map(" ".join))
THING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=8),
    TEXT,
    st.just(Path("/nowhere/at/all.txt")),
    st.just(object()),
)
NESTED = st.recursive(
    THING,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from(["text", "content", "page_content", "id", "source", "role", "x", ""]), inner),
    ),
    max_leaves=6,
)
EACH = settings(max_examples=250, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def outcome(call):
    """What a call gives, or the message of a named error; anything else breaks the test."""
    try:
        return call()
    except (InputError, ConfigError) as error:
        return str(error)


def holds(report):
    assert isinstance(report, Report)
    for claim in report.claims:
        assert (claim.verdict is not None) is (claim.outcome is Outcome.JUDGED)
        assert claim.outcome is Outcome.JUDGED or claim.reason
    Report.model_validate_json(report.model_dump_json())


@EACH
@given(
    answer=st.one_of(TEXT, NESTED),
    context=st.one_of(TEXT, st.lists(TEXT, max_size=3), NESTED),
    more=st.fixed_dictionaries(
        {}, optional={"question": THING, "history": NESTED, "claims": NESTED, "audit_id": THING}
    ),
)
def test_a_call_ends_in_a_report_or_says_what_is_wrong(answer, context, more):
    came = outcome(lambda: audit(answer, context=context, judge="embedded", **more))
    assert came
    if not isinstance(came, str):
        holds(came)


@EACH
@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from(["response", "context", "question", "id", "claims"]), NESTED), max_size=3
    )
)
def test_rows_end_in_results_or_say_what_is_wrong(rows):
    came = outcome(lambda: audit_rows(rows, judge="embedded"))
    assert came or not rows
    for row in [] if isinstance(came, str) else came:
        holds(row.report)
