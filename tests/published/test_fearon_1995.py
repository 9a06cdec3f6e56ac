"""Fearon (1995): the bargaining range, the risk-return trade-off, and an ally's moral hazard."""

import numpy as np
import pytest

from collsec.games.credibility.bargaining import Bargaining
from collsec.solvers.ultimatum import ultimatum


def seen(**values):
    game = Bargaining(**values)
    found = ultimatum(game.form())
    assert found.complete
    assert found.regret[0] < 1e-12
    return {name: float(value[0]) for name, value in game.observe(found).items()}


def test_with_known_costs_any_division_in_the_range_beats_war_and_the_proposer_gets_its_end():
    got = seen(lowest_cost=0.15, highest_cost=0.15)
    assert got["range_low"] == pytest.approx(0.5, abs=1e-15)
    assert got["range_high"] == got["demand"] == pytest.approx(0.75, abs=1e-15)
    assert got["war"] == 0.0


def test_with_private_costs_the_best_demand_risks_war():
    got = seen()
    assert got["demand"] == pytest.approx(0.75, abs=1e-15)
    assert got["war"] == pytest.approx(0.375, abs=1e-15)
    assert got["payoff_proposer"] == pytest.approx(0.65625, abs=1e-15)


def test_an_ally_that_pays_makes_war_likelier():
    got = seen(subsidy=0.05)
    assert got["war"] == pytest.approx(0.4375, abs=1e-15)
    assert got["emboldening"] == pytest.approx(0.05 / (2 * 0.4), abs=1e-15)


def test_an_ally_that_shifts_power_moves_the_demand_and_not_the_risk():
    got = seen(support=0.1)
    assert got["demand"] == pytest.approx(0.85, abs=1e-15)
    assert got["war"] == pytest.approx(0.375, abs=1e-15)


def test_the_risk_is_one_half_less_the_ratio_of_costs():
    cost, highest = np.linspace(0, 0.3, 7)[:, None], np.linspace(0.3, 0.6, 5)
    game = Bargaining(power=0.3, cost=cost, highest_cost=highest)
    war = game.observe(ultimatum(game.form()))["war"][..., 0]
    assert war == pytest.approx(0.5 - cost / (2 * highest), abs=1e-14)
