"""The evaluator callable: what it finds where, and that a failure to judge is no score."""

import asyncio
from types import SimpleNamespace

import pytest

from probandum.integrations.evaluator import context_in, grounded_async_evaluator, grounded_evaluator, response_in
from probandum.tools.errors import InputError

FACT = "The bridge opened on 19 March 1932. It has four lanes."
WRONG = "The bridge has six lanes."


@pytest.mark.parametrize(
    "outputs",
    [
        WRONG,
        {"answer": WRONG},
        {"messages": [{"role": "assistant", "content": WRONG}]},
        [SimpleNamespace(content=WRONG)],
    ],
)
def test_the_answer_is_found_where_frameworks_put_it(outputs):
    assert response_in(outputs).text == WRONG


@pytest.mark.parametrize("outputs", [{}, {"other": 1}, [], None, 7])
def test_no_answer_is_an_error(outputs):
    with pytest.raises(InputError, match="no answer is found"):
        response_in(outputs)


def test_the_context_is_that_of_the_first_place_that_has_one():
    document = SimpleNamespace(page_content="b")
    documents = ("a", document, {"text": "c"})
    assert context_in({"answer": "x"}, {"documents": [*documents]}, {"context": "d"}) == documents
    assert context_in({}, None, {"context": "d"}) == ("d",)
    assert context_in("a") == ()


def test_a_score_comes_with_its_reasons():
    evaluator = grounded_evaluator(key="grounded")
    found = evaluator(inputs={"question": "How wide is it?", "context": FACT}, outputs={"answer": WRONG})
    assert (found["key"], found["score"]) == ("grounded", 0.0)
    assert "contradicted (number): The bridge has six lanes." in found["comment"]
    assert evaluator(inputs={}, outputs="It has four lanes.", reference_outputs={"context": FACT})["score"] == 1.0


def test_what_could_not_be_judged_has_no_score():
    found = grounded_evaluator()(inputs={}, outputs=WRONG)
    assert found["score"] is None
    assert "no claim was judged" in found["comment"]


def test_the_same_can_be_awaited_with_a_context_of_its_own():
    evaluator = grounded_async_evaluator(context=[FACT])
    found = asyncio.run(evaluator(inputs={"context": "Else."}, outputs="It has four lanes."))
    assert found["score"] == 1.0
