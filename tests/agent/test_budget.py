import pytest

from probandum.agent.budget import Budget
from probandum.agent.options import Limits
from probandum.agent.usage import StageUsage, Usage
from probandum.tools.errors import LimitReached


def spent(**how):
    return Usage(by_stage={"classify": StageUsage(**how)})


def test_calls_under_way_count_as_spent():
    budget = Budget(Limits(calls=1))
    with budget.call(), pytest.raises(LimitReached, match="1 model calls"):
        budget.check()
    budget.check()
    budget.spend(spent(llm_calls=1))
    with pytest.raises(LimitReached):
        budget.check()
    assert budget.hit == {"calls"}


def test_tokens_are_those_of_prompt_and_completion():
    budget = Budget(Limits(tokens=100))
    budget.spend(spent(prompt_tokens=60, completion_tokens=30))
    budget.check()
    budget.spend(spent(completion_tokens=10))
    with pytest.raises(LimitReached, match="100 tokens") as reached:
        budget.check()
    assert reached.value.limit == "tokens"


def test_seconds_are_those_on_the_clock():
    times = iter([0.0, 1.9, 2.0])
    budget = Budget(Limits(seconds=2), clock=lambda: next(times))
    budget.check()
    with pytest.raises(LimitReached, match="2 seconds"):
        budget.check()


def test_what_was_spent_before_a_restart_counts():
    with pytest.raises(LimitReached):
        Budget(Limits(calls=3), spent=spent(llm_calls=3)).check()


def test_without_limits_nothing_is_refused():
    budget = Budget(Limits())
    budget.spend(spent(llm_calls=10**9, prompt_tokens=10**12))
    budget.check()
    assert budget.hit == set()
