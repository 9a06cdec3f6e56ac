"""Zagare and Kilgour (2000): the rudimentary asymmetric deterrence game.

A challenger accepts the status quo or attacks; a defender who is hard with probability p_B resists,
one who is soft concedes. The challenger attacks iff p_B < (a_DC - a_SQ)/(a_DC - a_DD), derived by
comparing a_SQ with p_B a_DD + (1 - p_B) a_DC.
"""

import numpy as np
import pytest

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import TreeForm
from collsec.solvers.signalling import signalling


def rudimentary(p_hard, a_dc=1.0, a_sq=0.6, a_dd=0.4):
    def play(kind, war):
        resist = end(a_dd, war, label="DD")
        reply = decision(
            "B", f"{kind} B", {"concede": end(a_dc, 0.3, label="DC"), "resist": resist}
        )
        return decision("A", "A", {"accept": end(a_sq, 1.0, label="SQ"), "attack": reply})

    deal = {"hard": (p_hard, play("hard", 0.5)), "soft": (1 - p_hard, play("soft", 0.0))}
    return TreeForm.grow(chance(deal), ("A", "B"))


@pytest.mark.parametrize(
    ("payoffs", "threshold"),
    [((1.0, 0.6, 0.4), 2 / 3), ((1.0, 0.5, 0.0), 0.5), ((2.0, 1.9, 0.9), 1 / 11)],
)
def test_the_challenger_attacks_below_the_threshold_and_not_above(payoffs, threshold):
    beside = np.array([threshold - 0.01, threshold + 0.01])
    found = signalling(rudimentary(beside, *payoffs))
    assert found.count.tolist() == [1, 1]
    assert found.complete.tolist() == [True, True]
    assert found.strategies["A"][:, 0, 1].tolist() == [1.0, 0.0]
    assert found.strategies["hard B"][:, 0, 1].tolist() == [1.0, 1.0]
    assert found.strategies["soft B"][:, 0, 1].tolist() == [0.0, 0.0]
