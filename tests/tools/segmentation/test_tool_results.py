import pytest

from probandum import audit
from probandum.tools.segmentation.structure.tool_results import failure_in

FAILED = {
    "cancel_order(order_id='4711') -> error: already shipped": "error",
    "cancel_order(order_id='4711') -> Failed to cancel.": "failed to",
    "cancel_order(order_id='4711') -> The order could not be cancelled.": "the order could not",
    'cancel_order(order_id="4711") -> {"success": false}': "false",
    '{"tool": "cancel_order", "order": "4711", "status": "failed"}': "failed",
    '{"tool": "cancel_order", "error": "already shipped"}': '"already shipped"',
    "charge(card='1') => HTTP 502": "http 502",
}
DONE = [
    "cancel_order(order_id='4711') -> cancelled",
    '{"tool": "cancel_order", "status": "ok", "error": null}',
    "search(q='report') -> Errors in the report: three were found.",
    "The order failed.",
    'lookup(id="500") -> 500 metres',
]


@pytest.mark.parametrize(("statement", "words"), FAILED.items())
def test_a_tool_that_says_that_it_failed_is_understood(statement, words):
    assert (failure_in(statement) or "").lower() == words


@pytest.mark.parametrize("statement", DONE)
def test_nothing_else_is_taken_for_a_failure(statement):
    assert failure_in(statement) is None


@pytest.mark.parametrize("statement", list(FAILED)[:5])
def test_an_act_that_failed_is_not_believed_to_be_done(statement):
    report = audit("I have cancelled the order 4711.", context=[statement], judge="embedded")
    assert [claim.verdict.label.value for claim in report.claims if claim.verdict] == ["contradicted"]


def test_that_it_failed_is_not_contradicted_by_a_failure():
    failed = "cancel_order(order_id='4711') -> error: already shipped"
    report = audit("The order 4711 could not be cancelled.", context=[failed], judge="embedded")
    assert [claim.verdict.label.value for claim in report.claims if claim.verdict] in ([], ["supported"])
