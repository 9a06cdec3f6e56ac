"""Reliability as it is seen in tested alliances.

A pledge of strength a ~ U[0, 1] is honoured if 0.4 + a is at least a cost drawn from U[0, 2]; a
challenger whose gain is drawn from U[0, 2] attacks if (1 - u) G > 1.5 u with u = (0.4 + a)/2.
"""

import numpy as np
import pytest

from collsec.games.credibility.alliance_reliability import AllianceReliability
from collsec.solvers import solve


def test_pledges_that_are_tested_are_honoured_less_often_than_pledges_are():
    game = AllianceReliability()
    found = solve(game.form())
    seen = {name: float(np.asarray(value)[..., 0]) for name, value in game.observe(found).items()}
    assert seen["reliability"] == pytest.approx(0.45, abs=1e-12)
    assert seen["observed_reliability"] == pytest.approx(0.3363126624, abs=5e-11)
    assert seen["challenge"] == pytest.approx(0.3637685364, abs=5e-11)
