"""Snidal (1991): relative gains matter less the more states there are.

In a bilateral prisoner's dilemma each of the N - 1 others has the weight 1/(N-1).
"""

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.forms.normal import NormalForm
from collsec.forms.repeated import RepeatedForm
from collsec.solvers.grim import critical_discount_factor


def _thresholds(payoffs, numbers):
    temptation, reward, punishment, sucker = payoffs
    row = np.array([[reward, sucker], [temptation, punishment]], dtype=float)
    form = RepeatedForm.from_stage(NormalForm.from_bimatrix(row, row.T))
    levers = Assumptions(relative_gains=1 / (np.array(numbers) - 1))
    return critical_discount_factor(form.under(levers))[:, 0]


def test_the_threshold_falls_with_the_number_of_states():
    expected = [1, 0.7777777778, 0.6923076923, 0.6470588235, 0.5675675676, 0.5032509753]
    numbers = [2, 3, 4, 5, 10, 193]
    assert _thresholds((5, 3, 1, 0), numbers) == pytest.approx(expected, abs=1e-10)


def test_the_threshold_falls_in_a_milder_dilemma_too():
    expected = [1, 0.8, 0.7142857143, 0.6666666667, 0.5789473684]
    numbers = [2, 3, 4, 5, 10]
    assert _thresholds((4, 3, 2, 1), numbers) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("n_states", [2, 3, 4, 5, 10])
def test_a_defection_in_one_of_many_pairs_weighs_on_one_of_many_rivals(n_states):
    """All pairs play the dilemma 5, 3, 1, 0; U_i = V_i - mean V_j, so each rival weighs 1/(N-1)."""

    def utility(mine, theirs):
        """Utility of state 0 where its pair with state 1 pays this and all other pairs pay 3."""
        material = np.full(n_states, 3.0 * (n_states - 1))
        material[:2] += np.array([mine, theirs]) - 3.0
        return material[0] - material[1:].mean()

    gain = utility(5, 0) - utility(3, 3)
    loss = utility(3, 3) - utility(1, 1)
    expected = _thresholds((5, 3, 1, 0), [n_states])[0]
    assert gain / (gain + loss) == pytest.approx(expected, abs=1e-12)
