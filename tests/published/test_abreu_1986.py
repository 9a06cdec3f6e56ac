"""Abreu (1986): optimal punishments in a repeated contribution game with N = 5 and v = 1."""

import numpy as np
import pytest

from collsec.forms.repeated import Outcome, RepeatedForm
from collsec.solvers.grim import critical_discount_factor, grim
from collsec.solvers.optimal_punishment import (
    Commons,
    optimal_sustains,
    optimal_threshold,
    reversion_sustains,
    reversion_threshold,
    stick_threshold,
)

FIVE = Commons(5)
DESTRUCTIVE = Commons(5, lowest=-np.inf)


def test_one_period_gives_one_and_five_would_be_best():
    given = np.linspace(0, 8, 801)
    own = 1.0 * (given + 4 * 1.0) - given**2 / 2
    assert given[np.argmax(own)] == 1.0
    assert given[np.argmax(FIVE.payoff(given))] == FIVE.efficient == 5.0


def test_reversion_sustains_the_best_from_one_half_on():
    assert reversion_threshold(FIVE, 5.0) == 0.5
    delta = np.array([0.1, 0.3, 0.5, 0.9])
    assert reversion_sustains(FIVE, delta) == pytest.approx([1.8, 3.4, 5.0, 5.0], abs=1e-14)


def test_the_repeated_form_agrees_where_it_knows_the_punishment():
    """Its two actions: the target, and the best reply, which is what reversion plays."""
    for target, threshold in ((5.0, 0.5), (1.8, 0.1), (3.4, 0.3)):
        column = np.ones(5)
        form = RepeatedForm(
            cooperation=Outcome(FIVE.payoff(target) * column, FIVE.payoff(target) * column),
            defection=Outcome(FIVE.payoff(1.0) * column, FIVE.payoff(1.0) * column),
            lone_defection=Outcome(FIVE.alone(target) * column, 0.0 * column),
            lone_cooperation=Outcome((target + 4 - target**2 / 2) * column, 0.0 * column),
            discount_factor=threshold + 1e-9,
        )
        assert critical_discount_factor(form) == pytest.approx([threshold] * 5, abs=1e-14)
        assert grim(form).strategies["cooperation"][0, 0].tolist() == [1.0, 0.0]


def test_a_stick_of_one_period_at_zero_is_a_weaker_threat_than_reversion():
    assert stick_threshold(FIVE, 5.0, 0.0) == pytest.approx(0.64, abs=1e-15)
    assert stick_threshold(FIVE, 5.0, 0.0) > reversion_threshold(FIVE, 5.0)


def test_destruction_lowers_the_threshold_to_one_quarter():
    sticks = np.linspace(-10, 0.999, 110_000)
    thresholds = stick_threshold(DESTRUCTIVE, 5.0, sticks)
    assert thresholds.min() == pytest.approx(0.25, abs=1e-5)
    assert sticks[np.argmin(thresholds)] == pytest.approx(-3.0, abs=1e-3)
    assert optimal_threshold(DESTRUCTIVE, 5.0) == pytest.approx(0.25, abs=1e-15)


def test_without_destruction_a_longer_stick_beats_reversion():
    """Not in the literature page: the harshest path without destruction has the threshold 0.4."""
    assert optimal_threshold(FIVE, 5.0) == pytest.approx(0.4, abs=1e-15)
    assert optimal_sustains(FIVE, 0.4) == pytest.approx(5.0, abs=1e-14)
    assert optimal_sustains(FIVE, 0.3) > reversion_sustains(FIVE, 0.3)
