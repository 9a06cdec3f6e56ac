"""Aumann's game of chicken: agreements that nobody enforces and that beat every Nash equilibrium.

Payoffs 6,6 if both give way; 2,7 if one does; 0,0 if neither. By symmetry the welfare optimum puts
q on (6,6), r on each of (2,7) and (7,2), and nothing on (0,0), whose removal loosens every
constraint. Told to give way, a player obeys iff 6q + 2r >= 7q, q <= 2r; with q + 2r = 1 the
sum 12q + 18r is largest where q is, at q = 1/2, r = 1/4: 10.5, so 5.25 each.
"""

import numpy as np
import pytest

from collsec.forms.normal import NormalForm
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.correlated import Egalitarian, Favour, Utilitarian, correlated, obedience

ROW = np.array([[6.0, 2.0], [7.0, 0.0]])
CHICKEN = NormalForm.from_bimatrix(ROW, ROW.T)


def test_the_best_correlated_equilibrium_yields_five_and_a_quarter():
    found = correlated(CHICKEN, Utilitarian())
    np.testing.assert_allclose(found.distribution, [[0.5, 0.25], [0.25, 0.0]], atol=1e-9)
    np.testing.assert_allclose(found.payoffs, 5.25, atol=1e-9)
    assert found.value == pytest.approx(10.5)
    assert found.bound == pytest.approx(10.5)
    assert correlated(CHICKEN, Egalitarian()).value == pytest.approx(5.25)


def test_a_third_each_on_all_but_conflict_is_a_correlated_equilibrium_that_yields_five():
    thirds = np.array([[1.0, 1.0], [1.0, 0.0]]) / 3
    assert obedience(CHICKEN, thirds) == 0
    assert (thirds * ROW).sum() == pytest.approx(5)


def test_no_nash_equilibrium_yields_as_much():
    nash = bimatrix(CHICKEN)
    assert nash.count == 3
    assert nash.payoffs.sum(axis=-1).max() == pytest.approx(28 / 3)
    assert correlated(CHICKEN, Favour("row")).value == pytest.approx(7)
    assert -correlated(CHICKEN, Favour("row", -1)).value == pytest.approx(2)
