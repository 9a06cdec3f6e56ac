"""Diekmann (1993): the volunteer's dilemma among unequal members."""

import numpy as np
import pytest

from collsec.forms.threshold import ThresholdForm
from collsec.solvers.threshold import threshold

COST = np.array([0.2, 0.25, 0.3])
FORM = ThresholdForm(np.ones(3), COST, np.int64(1))


def completely_mixed(form):
    act = threshold(form).strategies["act"]
    return act[np.all((act > 0) & (act < 1), axis=-1)]


def test_the_cheapest_volunteer_volunteers_least():
    (act,) = completely_mixed(FORM)
    assert act == pytest.approx([0.3876275643, 0.5101020514, 0.5917517095], abs=5e-11)


def test_only_the_ratio_of_cost_to_value_matters():
    worth = np.array([10.0, 0.5, 3.0])
    scaled = ThresholdForm(worth, COST * worth, np.int64(1))
    np.testing.assert_allclose(completely_mixed(scaled), completely_mixed(FORM), rtol=1e-13)


def test_every_single_volunteer_and_every_group_of_mixers_is_an_equilibrium():
    found = threshold(FORM)
    expected = [
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 0],
        [0.75, 0.8, 0],
        [0.7, 0, 0.8],
        [0, 0.7, 0.75],
        [0.3876275643, 0.5101020514, 0.5917517095],
    ]
    assert found.strategies["act"] == pytest.approx(np.array(expected), abs=5e-11)
    assert found.complete


def test_a_member_with_too_low_a_cost_leaves_no_completely_mixed_equilibrium():
    form = ThresholdForm(np.ones(3), np.array([0.05, 0.6, 0.6]), np.int64(1))
    assert completely_mixed(form).size == 0
    assert threshold(form).complete


def test_a_volunteer_whose_cost_exceeds_its_value_never_acts():
    form = ThresholdForm(np.ones(3), np.array([0.2, 0.3, 1.2]), np.int64(1))
    act = threshold(form).strategies["act"]
    assert act == pytest.approx(np.array([[0, 1, 0], [1, 0, 0], [0.7, 0.8, 0]]), abs=1e-12)
