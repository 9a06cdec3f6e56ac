"""Signorino (1999): strategic choice, with private information, agent error or logit errors.

Player 1 keeps the status quo (0) or challenges; player 2 then gives in (1, 0) or resists (-1, 1/2).
The digits were derived from the formulas.
"""

import numpy as np
import pytest

import collsec
from collsec.forms.branches import decision, end
from collsec.forms.shock import Shock
from collsec.forms.tree import TreeForm
from collsec.solvers.logit_play import logit_play

LOGIT = [0.5609254179, 0.1657685114, 0.2733060707]


def outcomes(**uncertainty):
    game = collsec.ImmediateDeterrence(
        status_quo=0, concession=1, war_challenger=-1, war_defender=0.5, **uncertainty
    )
    found = collsec.solve(game)
    assert found.complete
    assert found.count == 1
    seen = game.observe(found)
    return [float(seen[name][0]) for name in ("deterrence", "capitulation", "war")]


def test_chances_with_private_information():
    expected = [0.5881551866, 0.1490206114, 0.2628242020]
    assert outcomes(private_spread=1, error_spread=0) == pytest.approx(expected, abs=5.1e-11)


def test_chances_with_agent_error_of_one_standard_deviation_in_each_action():
    expected = [0.5774570640, 0.1528915859, 0.2696513501]
    assert outcomes(private_spread=0, error_spread=1) == pytest.approx(expected, abs=5.1e-11)


def test_chances_with_extreme_value_errors():
    found = outcomes(private_spread=0, error_spread=1, shock=Shock.LOGISTIC)
    assert found == pytest.approx(LOGIT, abs=5.1e-11)


def test_extreme_value_errors_are_agent_logit_play_of_the_tree():
    reply = decision("2", "2", {"give in": end(1.0, 0.0), "resist": end(-1.0, 0.5)})
    root = decision("1", "1", {"keep": end(0.0, 0.0), "challenge": reply})
    tree = TreeForm.grow(root, ("1", "2"))
    rationality = np.array([0.5, 1.0, 2.0])
    played = tree.outcomes(logit_play(tree, rationality))
    assert played[1] == pytest.approx(LOGIT, abs=5.1e-11)
    for chances, steep in zip(played, rationality, strict=True):
        found = outcomes(private_spread=0, error_spread=1 / steep, shock=Shock.LOGISTIC)
        assert found == pytest.approx(chances, abs=1e-12)
