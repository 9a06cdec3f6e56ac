"""Crisman-Cox and Gibilisco (2021): three equilibria of the game of Lewis and Schultz (2003)."""

import numpy as np
import pytest

from collsec.games.credibility.sanctions_signalling import SanctionsSignalling
from collsec.solvers.probit_threat import probit_threat

ROOTS = {
    "resist": [0.2511046160, 0.5947228295, 0.8133217203],
    "challenge": [0.9947894686, 0.3798678350, 0.2054518410],
    "stand_firm": [0.3096951044, 0.2415627590, 0.2087593928],
}


@pytest.mark.parametrize("name", ROOTS)
def test_the_published_game_has_these_three_equilibria_and_no_other(name):
    found = probit_threat(SanctionsSignalling().form())
    assert found.count == 3
    assert found.complete
    assert found.strategies[name] == pytest.approx(ROOTS[name], abs=1e-10)
    assert found.index.tolist() == [1, -1, 1]


def test_with_the_regressor_at_one_there_are_three_others():
    """The archive lists starting values for X = 1; these are the equilibria."""
    found = probit_threat(SanctionsSignalling(sanctions_target=-2.9 + 0.1).form())
    assert found.complete
    assert found.strategies["resist"] == pytest.approx(
        [0.29645182, 0.47242323, 0.87403143], abs=1e-8
    )


def test_the_number_of_equilibria_along_the_regressor():
    x = np.arange(-10, 11, dtype=float)
    found = probit_threat(SanctionsSignalling(sanctions_target=-2.9 + 0.1 * x).form())
    assert found.complete.all()
    assert x[found.count == 3].tolist() == [0.0, 1.0]
