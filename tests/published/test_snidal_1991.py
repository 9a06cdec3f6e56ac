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
