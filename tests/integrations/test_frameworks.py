"""Probandum inside the real LangSmith, openevals and Inspect, without a network; `make integrations` installs them."""

import asyncio
import math
import uuid

import pytest
from urllib3 import Retry

from probandum.integrations.evaluator import grounded_async_evaluator, grounded_evaluator

# What these frameworks deprecate in each other is not ours to mend.
pytestmark = pytest.mark.filterwarnings("default")

NONE = Retry(total=0)  # nobody is there
FACT = "The bridge opened on 19 March 1932. It has four lanes."
RIGHT, WRONG = "It has four lanes.", "The bridge has six lanes."


@pytest.fixture
def examples():
    schemas = pytest.importorskip("langsmith.schemas", reason="run `make integrations`")
    pytest.importorskip("openevals", reason="run `make integrations`")
    return [
        schemas.Example(
            id=uuid.uuid4(),
            dataset_id=uuid.uuid4(),
            inputs={"question": "How wide is it?", "context": FACT, "answer": answer},
            outputs={},
        )
        for answer in (RIGHT, WRONG)
    ]


def scores(results):
    return {
        row["run"].outputs["answer"]: [(each.key, each.score) for each in row["evaluation_results"]["results"]]
        for row in results
    }


def test_langsmith_evaluates_with_it(examples, monkeypatch):
    langsmith = pytest.importorskip("langsmith")
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    client = langsmith.Client(api_key="none", api_url="http://127.0.0.1:9", auto_batch_tracing=False, retry_config=NONE)
    results = langsmith.evaluate(
        lambda inputs: {"answer": inputs["answer"]},
        data=examples,
        evaluators=[grounded_evaluator(key="grounded")],
        upload_results=False,
        client=client,
    )
    assert scores(results) == {RIGHT: [("grounded", 1.0)], WRONG: [("grounded", 0.0)]}


def test_langsmith_awaits_it(examples, monkeypatch):
    langsmith = pytest.importorskip("langsmith")
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    client = langsmith.Client(api_key="none", api_url="http://127.0.0.1:9", auto_batch_tracing=False, retry_config=NONE)

    async def answer(inputs):
        return {"answer": inputs["answer"]}

    async def evaluate():
        found = await langsmith.aevaluate(
            answer,
            data=examples,
            evaluators=[grounded_async_evaluator(key="grounded")],
            upload_results=False,
            client=client,
        )
        return [row async for row in found]

    assert scores(asyncio.run(evaluate())) == {RIGHT: [("grounded", 1.0)], WRONG: [("grounded", 0.0)]}


def test_openevals_scores_a_conversation_with_it():
    simulators = pytest.importorskip("openevals.simulators", reason="run `make integrations`")

    def app(message, *, thread_id):
        return {"role": "assistant", "content": WRONG, "id": str(uuid.uuid4())}

    found = simulators.run_multiturn_simulation(
        app=app,
        user=["How wide is the bridge?"],
        trajectory_evaluators=[grounded_evaluator(key="grounded", context=[FACT])],
        max_turns=1,
    )
    ((score),) = found["evaluator_results"]
    assert (score["key"], score["score"]) == ("grounded", 0.0)
    assert "six lanes" in score["comment"]


def test_inspect_scores_with_it_and_leaves_unscored_what_was_not_judged(tmp_path):
    inspect_ai = pytest.importorskip("inspect_ai", reason="run `make integrations`")
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput
    from inspect_ai.solver import solver

    from probandum.integrations.inspect import grounded

    @solver
    def answers():
        async def solve(state, generate):
            state.output = ModelOutput.from_content("none", state.metadata["answer"])
            return state

        return solve

    samples = [
        Sample(input="How wide is it?", id="right", metadata={"context": FACT, "answer": RIGHT}),
        Sample(input="How wide is it?", id="wrong", metadata={"context": FACT, "answer": WRONG}),
        Sample(input="How wide is it?", id="bare", metadata={"answer": RIGHT}),
    ]
    task = inspect_ai.Task(dataset=samples, solver=answers(), scorer=grounded())
    (log,) = inspect_ai.eval(task, model="mockllm/model", log_dir=str(tmp_path), display="none")
    assert log.status == "success", log.error
    found = {sample.id: sample.scores["grounded"] for sample in log.samples}
    assert (found["right"].value, found["wrong"].value) == (1.0, 0.0)
    assert "contradicted (number): The bridge has six lanes." in found["wrong"].explanation
    assert math.isnan(found["bare"].value)
    assert found["bare"].reason == "incomplete"
    assert log.results.scores[0].metrics["mean"].value == 0.5
