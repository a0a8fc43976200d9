"""The promise on supported verdicts, tried on draws whose truth is known, and refused where labels cannot carry it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from probandum.agent.report import Acceptance
from probandum.bench.acceptance import GRID, PromiseRefused, SupportedClaim, binomial_tail, fit_acceptance

DRAWS, SURE = 150, 0.9


def wrong_at(p):
    """How often a supported verdict of this probability is wrong, in the made-up world of these tests."""
    return min(1.0, 0.35 * (1.0 - p) + 0.04)


def draw(chance, number):
    probabilities = [chance.random() ** 0.5 for _ in range(number)]
    return [SupportedClaim(p, wrong=chance.random() < wrong_at(p)) for p in probabilities]


def true_share(threshold):
    """The share of wrong ones from a threshold on, exactly: the density of the probabilities is 2p."""
    steps = [threshold + (1 - threshold) * (n + 0.5) / 2_000 for n in range(2_000)]
    return sum(wrong_at(p) * p for p in steps) / sum(steps)


@pytest.mark.parametrize("share", [0.06, 0.12])
def test_over_many_draws_the_promise_is_broken_no_more_often_than_it_says(share):
    chance = random.Random(7)  # noqa: S311 - draws of labels, no secret
    broken, given_ = 0, 0
    shares = {threshold: true_share(threshold) for threshold in GRID}
    for _ in range(DRAWS):
        accepted = fit_acceptance(draw(chance, 400), max_false_support=share, sure=SURE)
        if isinstance(accepted, Acceptance):
            given_ += 1
            broken += shares[accepted.threshold] > share

    assert broken <= (1 - SURE) * DRAWS
    assert given_ > DRAWS * 0.1 or share < 0.1


def test_an_honest_judge_with_enough_labels_gets_a_threshold():
    labels = [SupportedClaim(0.97, wrong=False)] * 300 + [SupportedClaim(0.6, wrong=True)] * 100
    accepted = fit_acceptance(labels, max_false_support=0.05)
    assert (accepted.threshold, accepted.labels, accepted.wrong) == (0.65, 300, 0)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([], "0 of the 0 supported verdicts"),
        ([SupportedClaim(0.99, wrong=False)] * 58, "it takes at least 115"),
        ([SupportedClaim(0.99, wrong=True)] * 500, "people deny 500 of the 500"),
    ],
)
def test_where_the_labels_cannot_carry_it_there_is_a_statement_and_no_threshold(labels, said):
    refused = fit_acceptance(labels, max_false_support=0.05)
    assert isinstance(refused, PromiseRefused)
    assert said in refused.message


@settings(deadline=None)
@given(st.integers(1, 400), st.data(), st.floats(0.01, 0.5))
def test_the_tail_is_that_of_the_exact_test(number, data, share):
    wrong = data.draw(st.integers(0, number))
    assert binomial_tail(wrong, number, share) == pytest.approx(
        binomtest(wrong, number, share, alternative="less").pvalue
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=200), st.floats(0.01, 0.5))
def test_an_acceptance_counts_what_it_is_about_and_its_bound_is_within_the_promise(pairs, share):
    labels = [SupportedClaim(p, wrong=w) for p, w in pairs]
    accepted = fit_acceptance(labels, max_false_support=share)
    if isinstance(accepted, Acceptance):
        held = [each for each in labels if each.probability >= accepted.threshold]
        assert (accepted.labels, accepted.wrong) == (len(held), sum(each.wrong for each in held))
        assert accepted.wrong / accepted.labels <= share
        assert binomial_tail(accepted.wrong, accepted.labels, share) <= 0.05
