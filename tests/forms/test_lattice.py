"""Capabilities in common units: exact where they share one, unbiased where they do not."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.lattice import EXACT_UNITS, SMOOTH, lattice


def subset_sums(values):
    masks = itertools.product((0, 1), repeat=len(values))
    return np.array([np.dot(mask, values) for mask in masks])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.floats(1e-6, 1e3))
def test_whole_multiples_of_a_unit_keep_every_sum(counts, unit):
    weights = unit * np.array(counts, dtype=float)
    grid = lattice(weights, 512)
    assert grid.is_exact
    reached = subset_sums(grid.units) * grid.unit
    np.testing.assert_allclose(reached, subset_sums(weights), rtol=1e-12, atol=1e-300)


def test_the_coarsest_common_unit_is_taken():
    grid = lattice(np.array([0.06, 0.04, 0.02]), 512)
    assert grid.units.tolist() == [3, 2, 1]
    assert grid.unit == pytest.approx(0.02)
    assert grid.size == 7
    np.testing.assert_allclose(grid.points(), 0.02 * np.arange(7))


def test_equal_members_take_one_unit_each_however_many_they_are():
    grid = lattice(np.full(193, 1 / 193), 64)
    assert np.all(grid.units == 1)
    assert grid.is_exact
    assert grid.size == 194


def test_units_are_sought_up_to_the_limit_and_no_further():
    at_limit = lattice(np.array([1.0, EXACT_UNITS - 1.0]), 16)
    assert at_limit.units.tolist() == [1, EXACT_UNITS - 1]
    beyond = lattice(np.array([1.0, float(EXACT_UNITS)]), 16)
    assert beyond.units.sum() < 16
    assert not beyond.is_exact


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=30), st.integers(16, 600))
def test_off_the_lattice_each_mean_is_exact(weights, resolution):
    weights = np.array(weights)
    grid = lattice(weights, resolution)
    fraction = grid.shares[:, 1:].sum(axis=-1)
    assert np.all((fraction >= 0) & (fraction < 1))
    np.testing.assert_allclose((grid.units + fraction) * grid.unit, weights, rtol=1e-12)
    assert grid.size == (grid.units + (fraction > 0)).sum() + 1


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=8), st.integers(16, 600))
def test_interpolation_keeps_the_means_of_polynomials_up_to_its_degree(weights, resolution):
    weights = np.array(weights)
    grid = lattice(weights, resolution, SMOOTH)
    assert grid.units.min() >= 0
    nodes = grid.units[:, None] + np.arange(grid.shares.shape[-1])
    for power in range(SMOOTH + 1 if not grid.is_exact else 1):
        mean = (grid.shares * (nodes * grid.unit) ** power).sum(axis=-1)
        np.testing.assert_allclose(mean, weights**power, rtol=1e-9, atol=1e-12)


def test_off_the_lattice_the_error_of_a_square_is_the_variance_of_rounding():
    weights = np.array([0.31831, 0.27183, 0.14142])
    for resolution in (32, 64, 128):
        grid = lattice(weights, resolution)
        f, u = grid.shares[:, 1], grid.unit
        square = 0.0
        for up in itertools.product((0, 1), repeat=3):
            chance = np.prod(np.where(up, f, 1 - f))
            square += chance * ((grid.units + up).sum() * u) ** 2
        excess = square - weights.sum() ** 2
        assert excess == pytest.approx(u**2 * (f * (1 - f)).sum(), rel=1e-9)
        assert excess <= 3 * u**2 / 4


def test_members_without_capability_take_no_unit():
    grid = lattice(np.array([0.0, 0.2, 0.1]), 64)
    assert grid.units.tolist() == [0, 2, 1]
    nothing = lattice(np.zeros(3), 64)
    assert nothing.units.tolist() == [0, 0, 0]
    assert nothing.size == 1


def test_each_game_of_a_batch_has_the_lattice_it_has_alone():
    rng = np.random.default_rng(1)
    weights = np.stack([[0.1, 0.1, 0.1], [0.3, 0.2, 0.1], rng.uniform(0, 1, 3), [0, 0, 0]])
    whole = lattice(weights, 128)
    for point, row in enumerate(weights):
        single = lattice(row, 128)
        np.testing.assert_array_equal(whole.units[point], single.units)
        np.testing.assert_array_equal(whole.shares[point, :, :1], single.shares[:, :1])
        assert whole.unit[point] == single.unit
        np.testing.assert_array_equal(whole.points()[point, : single.size], single.points())
