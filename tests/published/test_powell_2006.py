"""Powell (2006): preventive war, first strikes, and the general condition behind both."""

import numpy as np
import pytest

from collsec.games.credibility.commitment_problem import CommitmentProblem
from collsec.solvers.power_shift import power_shift


def seen(game):
    found = power_shift(game.form())
    assert np.all(found.complete)
    assert np.nanmax(found.regret) < 1e-12
    return game.observe(found)


def test_patience_above_the_threshold_makes_the_war():
    threshold = (0.1 / 0.9 + 0.3) / 0.6
    assert threshold == pytest.approx(0.6851851852, abs=1e-10)
    delta = np.array([threshold - 1e-9, threshold + 1e-9])
    assert seen(CommitmentProblem(discount_factor=delta))["war"][:, 0].tolist() == [0.0, 1.0]


def test_preventive_war_comes_exactly_where_the_published_condition_says():
    p, shift, d, delta = np.random.default_rng(2).uniform([0, 0, 0.01, 0], [0.5, 0.5, 0.4, 0.99],
                                                         (4000, 4)).T  # fmt: skip
    game = CommitmentProblem(power=p, shift=shift, destruction=d, discount_factor=delta)
    got = seen(game)
    expected = (1 - d) * (delta * (p + shift) - p) > d
    assert 0.1 < expected.mean() < 0.9
    assert np.array_equal(got["war"][:, 0] == 1, expected)
    assert np.array_equal(got["strain"][:, 0] > 0, expected)


@pytest.mark.parametrize(("f", "war"), [(0.0555, 0.0), (0.0556, 1.0)])
def test_a_first_strike_advantage_empties_the_range(f, war):
    """2 f (1 - d) > d at d = 0.1 from f = 1/18 on."""
    game = CommitmentProblem(first_strike=f, shift=0.0, discount_factor=0.0)
    assert seen(game)["war"].tolist() == [war]
