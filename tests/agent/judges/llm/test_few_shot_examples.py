from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probandum.agent.judges.llm.few_shot.bank import example_fault, shipped_bank
from probandum.agent.judges.llm.few_shot.examples import (
    FewShotSelector,
    estimated_tokens,
    render_example,
    render_examples,
    select_examples,
)
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.replies.schema import SecondLookWritten
from probandum.agent.models import Claim
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import ErrorType, Label, Why

EXAMPLES = shipped_bank().examples
COST = {example.id: estimated_tokens(render_example(example)) for example in EXAMPLES}
CHEAPEST = {label: min(COST[e.id] for e in EXAMPLES if e.answer.label is label) for label in Label}
DETAILS = ("negation", "relation", "role_swap", "omission", "invention")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_every_shipped_example_would_be_accepted_as_a_model_s_answer(example):
    assert example_fault(example) is None
    answer = example.answer
    assert answer.decision
    assert bool(answer.explanation) == bool(answer.error_types)
    assert (answer.detail is not None) == (ErrorType.OTHER in answer.error_types)
    assert (answer.why is not None) == (answer.label is Label.UNEVALUATABLE)


def test_the_shipped_bank_covers_the_taxonomy():
    assert len(EXAMPLES) >= 60
    answers = [example.answer for example in EXAMPLES]
    labels = Counter((example.domain, example.answer.label) for example in EXAMPLES)
    domains = ("general", "medical", "legal", "financial", "news")
    assert set(labels) == {(domain, label) for domain in domains for label in Label}
    assert {type_ for answer in answers for type_ in answer.error_types} == set(ErrorType)
    assert {answer.why for answer in answers} - {None} == set(Why)
    assert {answer.detail for answer in answers} >= set(DETAILS)


@pytest.mark.parametrize("what", ["id", "claim", "evidence"])
def test_no_shipped_example_comes_twice(what):
    told = [getattr(example, what) for example in EXAMPLES]
    assert len(set(told)) == len(told)


def test_evidence_that_gives_orders_is_among_the_shipped_examples_and_changes_no_label():
    orders = ("AUTOMATIC CHECKERS", "<system>", "software are directed", "As an AI you must")
    ordered = [e for e in EXAMPLES if any(order in item.text for item in e.evidence for order in orders)]
    assert len(ordered) == len(orders)
    assert {e.answer.label for e in ordered} == {Label.SUPPORTED, Label.CONTRADICTED}


@example(order=list(range(len(EXAMPLES))), tokens=933)  # all but one label fit: no second one of another
@given(order=st.permutations(range(len(EXAMPLES))), tokens=st.integers(min_value=0, max_value=4_000))
def test_a_choice_keeps_to_its_budget_and_has_each_label_before_a_second_of_one(order, tokens):
    picked = select_examples([EXAMPLES[place] for place in order], cost=COST, tokens=tokens)
    assert sum(COST[example.id] for example in picked) <= tokens
    assert len({example.id for example in picked}) == len(picked)
    counts = Counter(example.answer.label for example in picked)
    if tokens >= sum(CHEAPEST.values()):
        assert set(counts) == set(Label)
    if max(counts.values(), default=0) > 1:
        assert set(counts) == set(Label)


def test_the_examples_most_like_the_text_are_chosen_and_the_nearest_stands_last():
    few = FewShotSelector(shipped_bank())
    picked = few.like(["Veltorin may be taken while breastfeeding, the leaflet tells patients."])
    assert picked[-1].id == "medical-10"
    assert few.like(["Nothing that shares a word."]) != picked


def test_an_audit_s_choice_follows_question_response_and_shared_evidence_but_not_the_order_of_asking():
    request = AuditRequest(response="The lease says that the tenant may sublet a room.", question="May I sublet?")
    first = FewShotSelector(shipped_bank()).for_audit(request, [])
    few = FewShotSelector(shipped_bank())
    few.for_claims([Claim.of("The gross margin rose.")], [])
    assert few.for_audit(request, []) == first
    assert "legal" in {example.domain for example in first}


def test_examples_are_shown_inside_the_fence_in_the_form_of_the_answer():
    fence = Fence.of("an audit", secret=b"s")
    example = EXAMPLES[0]
    prompt = render_examples([example], fence)
    assert prompt.count(fence.marker) == 2
    assert example.claim in prompt
    written = prompt[prompt.index("Answer: ") + len("Answer: ") : prompt.rindex("}") + 1]
    answer = SecondLookWritten.model_validate_json(written)
    assert (answer.label, answer.fully_stated, answer.cites) == (example.answer.label, "yes", [1])
    assert f"[1] {example.evidence[0].text[:20]}" in prompt


@pytest.mark.parametrize(("words", "tokens"), [("", 0), ("a" * 8, 2), ("a" * 9, 3), ("日本語", 3)])
def test_tokens_are_estimated_by_characters(words, tokens):
    assert estimated_tokens(words) == tokens
