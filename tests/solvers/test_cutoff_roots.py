"""Zeros of a mean less a line in cutoffs: none missed, folds told apart, and an honest proof."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from scipy.optimize import minimize_scalar

from collsec.assumptions import NEUTRAL
from collsec.forms.shock import Shock
from collsec.games.response.response import Response
from collsec.solvers._participation_symmetric import _chances
from collsec.solvers.participation import participation

LAWS = {
    Shock.NORMAL: (special.ndtr, 38.0, 6.0),
    Shock.LOGISTIC: (special.expit, 700.0, 9.0),
    Shock.UNIFORM: (lambda x: np.clip((1 + x) / 2, 0, 1), 1.0, 1e-6),
}


def zeros(net, scale, shock=Shock.NORMAL, error=0.0):
    found, proved = _chances(np.asarray(net, float), error, scale, int(shock), np.empty(24))
    return found[~np.isnan(found)], bool(proved)


def gap(net, scale, shock, cutoff):
    """Return the mean, by its terms, less the line."""
    n, p = len(net) - 1, LAWS[shock][0](np.asarray(cutoff, float))
    terms = [b * math.comb(n, j) * p**j * (1 - p) ** (n - j) for j, b in enumerate(net)]
    return sum(terms) - scale * cutoff


coefficients = st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=16)


@given(coefficients, st.floats(-5, 1), st.sampled_from(Shock))
@settings(max_examples=150)
def test_every_change_of_sign_on_a_dense_grid_has_a_zero(net, log_scale, shock):
    scale = 10.0**log_scale
    law, end, bend = LAWS[shock]
    grid = end * np.sinh(bend * np.linspace(-1, 1, 20_001)) / np.sinh(bend)
    beyond = [min(net) / scale - 1, max(net) / scale + 1]
    grid = np.unique([*grid[(grid > beyond[0]) & (grid < beyond[1])], *beyond])
    sign = np.sign(gap(net, scale, shock, grid))
    crossed = np.flatnonzero(sign[1:] * sign[:-1] < 0)
    low, high = law(grid[crossed]) - 2e-6, law(grid[crossed + 1]) + 2e-6
    found, proved = zeros(net, scale, shock)
    assert proved
    assert np.all(np.any((found >= low[:, None]) & (found <= high[:, None]), axis=-1))
    assert found.size % 2 == 1 or np.any(np.diff(found) < 1e-4) or np.any(sign == 0)


def test_zeros_where_a_shock_costs_nothing_are_those_of_the_polynomial_and_of_its_ends():
    found, proved = zeros([-1, 2, -1], 0.0)  # 6 p (1 - p) = 1 inside; staying out is best at 0
    np.testing.assert_allclose(found, [0, (3 - 3**0.5) / 6, (3 + 3**0.5) / 6], atol=1e-15)
    assert proved
    found, proved = zeros([1, -1, 1], 0.0)  # (2 p - 1)^2 touches zero
    np.testing.assert_allclose(found, [0.5, 1], atol=1e-7)
    assert proved
    found, proved = zeros([0, 1, 0], 0.0)
    np.testing.assert_array_equal(found, [0, 1])
    assert proved


def test_members_whom_nothing_moves_may_do_anything_which_is_no_proof():
    assert not zeros([0, 0, 0], 0.0)[1]
    assert zeros([0, 0, 0], 0.1) == (pytest.approx([0.5], abs=1e-15), True)


@pytest.mark.parametrize("scale", [0.01, 0.03, 0.06])
@pytest.mark.parametrize(
    ("above", "count"), [(-1e-9, 1), (-1e-12, 1), (0, 2), (1e-12, 3), (1e-9, 3), (1e-3, 3)]
)
def test_a_pair_of_zeros_is_told_from_none_and_from_one_that_is_double(scale, above, count):
    net = np.array([0, 0, 0, 1.0, 0, 0, 0, 0])
    top = minimize_scalar(
        lambda x: -gap(net, scale, Shock.NORMAL, x), bounds=(-1, 1), options={"xatol": 1e-13}
    )
    found, proved = zeros(net + top.fun + above, scale, error=1e-16)
    assert (found.size, proved) == (count, True)


def test_more_zeros_than_there_is_room_for_are_no_proof():
    wave = np.where(np.arange(400) // 8 % 2 == 0, 1.0, -1.0)
    found, proved = zeros(wave, 1e-9)
    assert found.size == 24
    assert not proved


def test_members_whom_no_shock_moves_mix_where_that_is_an_equilibrium():
    game = Response(capability=[0.1] * 6, war_cost=[0.05] * 6, interest=[0.3] * 6, pledged=1.0)
    seen = game.form().under(NEUTRAL.replace(pledge_cost=0.3))
    harmed, lost = np.full(6, -0.3), np.full(6, 0.02)
    form = dataclasses.replace(seen, war_cost=np.zeros(6), interest=harmed, standing=lost)
    found = participation(form)
    assert found.count == 3
    answer = found.strategies["answer"][:, :, 0]
    np.testing.assert_array_equal(answer[[0, 2]], [[0.0] * 6, [1.0] * 6])
    net = harmed[0] * np.diff(form.reversal[:7]) + lost[0]
    p = answer[1, 0]
    assert 0 < p < 1
    assert gap(net, 1.0, Shock.UNIFORM, 2 * p - 1) + (2 * p - 1) == pytest.approx(0, abs=1e-16)
