"""Contests as sums of exponentials: how far they err, where they are refused, and in what unit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.forms.waves import ACCURACY, waves


def sides(*values):
    return [np.asarray(value, dtype=float) for value in values]


def fitted(target, challenger, decisiveness, whole, where=True):
    return waves(*sides(target, challenger, decisiveness, whole), np.asarray(where))


def value(found, answered):
    """Return the sum at capabilities that answer, shape (*batch, points)."""
    terms = np.exp(answered[..., None] * found.rate[..., None, :])
    return (terms * found.weight[..., None, :]).real.sum(axis=-1)


def contest(power, challenger, decisiveness):
    return 1 / (1 + (challenger / power) ** decisiveness)


@given(
    st.floats(0.2, 8),
    st.floats(0.01, 1),
    st.floats(0.05, 1),
    st.floats(0.05, 4),
    st.integers(0, 10**6),
)
@settings(max_examples=60)
def test_a_sum_of_waves_errs_nowhere_by_more_than_it_says(
    decisiveness, target, challenger, whole, number
):
    found = fitted(target, challenger, decisiveness, whole)
    if not found.is_used:
        return
    drawn = np.random.default_rng(number).uniform(0, 1, 3000)
    answered = whole * np.concatenate([drawn, drawn**4, [0.0, 1.0]])
    gap = np.abs(value(found, answered) - contest(target + answered, challenger, decisiveness))
    assert found.error <= ACCURACY
    assert gap.max() <= 1.1 * found.error


@pytest.mark.parametrize(
    ("target", "challenger", "decisiveness", "whole"),
    [
        (0.01, 0.2, 2.0, 0.79),
        (0.0, 0.2, 2.0, 0.79),
        (0.01, 0.2, 3.5, 0.8),
        (0.01, 0.2, 7.5, 0.8),
        (0.01, 0.2, 8.0, 0.79),
        (0.05, 0.2, 0.7, 0.7),
        (0.0, 0.1, 1.0, 1.5),
        (1.0, 1.0, 0.3, 5.0),
    ],
)
def test_usual_contests_are_short_sums(target, challenger, decisiveness, whole):
    found = fitted(target, challenger, decisiveness, whole)
    assert found.is_used
    assert found.rate.shape[-1] <= 26
    assert found.error < 2e-11 if decisiveness > 5 else found.error < 6e-12


def test_contests_that_bend_too_sharply_are_left_to_the_lattice():
    no_power = fitted(0.0, 0.2, [0.5, 1.5, 2.5], 0.8)
    far_stronger = fitted(0.01, 0.01, [2.0, 3.5, 8.0], 1.0)
    steep = fitted(0.01, 0.05, 8.0, 0.8)
    unwanted = fitted(0.01, 0.2, 2.0, 0.8, where=False)
    for found in (no_power, far_stronger, steep, unwanted):
        assert not found.is_used.any()
        assert np.isnan(found.error).all()
        assert not found.weight.any()


def test_members_that_add_next_to_nothing_still_have_waves():
    found = fitted(0.8, 0.2, 2.0, 1e-9)
    assert found.is_used
    gap = value(found, np.array([0.0, 1e-9])) - contest(0.8 + np.array([0.0, 1e-9]), 0.2, 2.0)
    assert np.abs(gap).max() < 1e-12


def test_a_game_has_the_same_waves_alone_and_in_a_batch():
    decisiveness, challenger = np.array([1.0, 8.0, 1.5, 3.5]), np.array([0.2, 0.2, 0.2, 0.3])
    target = np.array([0.01, 0.02, 0.0, 0.1])
    whole = fitted(target, challenger, decisiveness, 0.75)
    assert whole.is_used.tolist() == [True, True, False, True]
    for point in range(4):
        single = fitted(target[point], challenger[point], decisiveness[point], 0.75)
        size = single.rate.shape[-1]
        np.testing.assert_array_equal(whole.rate[point, :size], single.rate)
        np.testing.assert_array_equal(whole.weight[point, :size], single.weight)
        assert not whole.weight[point, size:].any()
        np.testing.assert_array_equal(whole.error[point], single.error)


def test_the_unit_of_capability_does_not_matter():
    one, other = fitted(0.05, 0.2, 3.5, 0.7), fitted(0.2, 0.8, 3.5, 2.8)
    np.testing.assert_allclose(other.rate, one.rate / 4, rtol=1e-15)
    np.testing.assert_allclose(other.weight, one.weight, rtol=1e-13)
