"""Andreoni (1988), Privately provided public goods in a large economy: the limits of altruism.

The limit theorem is the paper's; the numbers are for incomes spread evenly over (0, 1) and a
taste of one half, worked out by hand.
"""

import numpy as np
import pytest

from collsec.games.burden.private_provision import PrivateProvision
from collsec.solvers.replacement import replacement


@pytest.mark.parametrize(
    ("n", "contributors", "total"),
    [(10, 4, 0.64), (100, 13, 0.8682142857), (1000, 44, 0.9562666667), (10000, 140, 0.9859574468)],
)
def test_fewer_and_fewer_give_and_provision_stays_finite(n, contributors, total):
    game = PrivateProvision(income=(np.arange(n) + 0.5) / n, taste=0.5)
    found = replacement(game.form())
    given = found.strategies["contribution"][0]
    assert given.sum() == pytest.approx(total, abs=1e-9)
    assert np.count_nonzero(given > 1e-12) == contributors
    assert found.regret[0] < 1e-12


def test_only_the_richest_give():
    n = 1000
    game = PrivateProvision(income=(np.arange(n) + 0.5) / n, taste=0.5)
    given = replacement(game.form()).strategies["contribution"][0]
    assert np.all(np.diff(given) >= 0)
    assert given[-45] == 0
    assert given[-44] > 0
