"""Tsebelis (2002): veto players on a line."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collsec.solvers.veto_players import unanimity_core, winset

POINT = st.integers(-20, 20).map(lambda tenth: tenth / 10)
IDEALS = st.lists(POINT, min_size=1, max_size=6).map(np.array)
GRID = np.arange(-80, 81) / 10


def liked_by_all(ideals, status_quo):
    nearer = abs(GRID[:, None] - ideals) <= abs(status_quo - ideals) + 1e-12
    return GRID[nearer.all(axis=1)]


@given(IDEALS, POINT)
def test_the_winset_is_what_no_veto_player_likes_less(ideals, status_quo):
    low, high = winset(ideals, status_quo)
    found = liked_by_all(ideals, status_quo)
    np.testing.assert_allclose((low, high), (found.min(), found.max()), atol=1e-9)


@given(IDEALS, POINT)
def test_the_core_is_where_the_winset_is_a_point(ideals, status_quo):
    low, high = unanimity_core(ideals)
    is_stuck = bool(low - 1e-12 <= status_quo <= high + 1e-12)
    assert (liked_by_all(ideals, status_quo).size == 1) == is_stuck
    assert (low, high) == (ideals.min(), ideals.max())


@given(IDEALS, POINT, POINT)
def test_one_veto_player_more_never_enlarges_the_winset(ideals, status_quo, newcomer):
    low, high = winset(ideals, status_quo)
    narrow_low, narrow_high = winset(np.append(ideals, newcomer), status_quo)
    assert low <= narrow_low <= status_quo <= narrow_high <= high


def test_a_batch_has_one_interval_a_row():
    low, high = winset(np.array([[0.2, 0.4], [0.2, 0.4]]), np.array([0.0, 0.3]))
    np.testing.assert_allclose(low, [0.0, 0.3])
    np.testing.assert_allclose(high, [0.4, 0.3])
