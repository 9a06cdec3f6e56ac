"""Signorino (1999): strategic choice with logit errors, which is agent logit play of a tree.

Player 1 keeps the status quo (0) or challenges; player 2 then gives in (1, 0) or resists (-1, 1/2).
The digits were derived from the formulas, and agree with the chances of the tree.
"""

import numpy as np
import pytest

from collsec.forms.branches import decision, end
from collsec.forms.tree import TreeForm
from collsec.solvers.logit_play import logit_play


def test_chances_of_the_three_outcomes_at_one_point():
    reply = decision("2", "2", {"give in": end(1.0, 0.0), "resist": end(-1.0, 0.5)})
    root = decision("1", "1", {"keep": end(0.0, 0.0), "challenge": reply})
    tree = TreeForm.grow(root, ("1", "2"))
    chances = tree.outcomes(logit_play(tree, np.array([1.0])))[0]
    assert chances == pytest.approx([0.5609254179, 0.1657685114, 0.2733060707], abs=5e-11)
