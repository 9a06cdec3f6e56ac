import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from collsec.measures import mid_ranks, spearman


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=12))
def test_spearman_agrees_with_scipy_with_and_without_ties(pairs):
    x, y = np.array(pairs, dtype=float).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(spearman(x, y))
    else:
        assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert mid_ranks(x) == pytest.approx(stats.rankdata(x))


def test_values_that_differ_by_rounding_are_tied():
    assert mid_ranks(np.array([0.1 + 0.2, 0.3, 0.4])).tolist() == [1.5, 1.5, 3.0]


def test_a_batch_gives_the_bits_of_single_calls():
    values = np.random.default_rng(1).normal(size=(2, 7, 11))
    batched = spearman(values[0], values[1])
    assert batched.tolist() == [float(spearman(x, y)) for x, y in zip(*values, strict=True)]


def test_missing_values_have_no_rank():
    assert np.isnan(spearman(np.array([1.0, 2, np.nan]), np.array([1.0, 2, 3])))
    assert np.isnan(spearman(np.array([1.0]), np.array([2.0])))
