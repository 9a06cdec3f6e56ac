"""Fearon (1994): audience costs, in the uniform case."""

import numpy as np
import pytest

from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.solvers import solve

# v, a_1, a_2, W_1, W_2: horizon, concession at once, war, war in a crisis, odds; derived from the
# formulas of the proposition for costs of war that are drawn uniformly.
ROWS = [
    ((1, 1, 1, 2, 2), (1, 0, 0.25, 0.25, 1)),
    ((1, 2, 1, 2, 2), (0.6180339887, 0.3090169944, 0.1909830056, 0.2763932023, 1.4472135955)),
    ((1, 1, 1, 2, 1.5), (0.8228756555, 0.25, 0.2257081148, 0.3009441531, 1)),
    ((1, 3, 1, 4, 4), (0.7583057392, 0.3791528696, 0.1078176739, 0.1736621925, 1.6107024597)),
]
KEYS = ("prize", "challenger_audience", "target_audience", "challenger_war", "target_war")
NAMES = ("horizon", "concession", "war", "war_in_crisis", "odds")


def solved(points):
    game = AudienceCosts(**dict(zip(KEYS, np.transpose(points), strict=True)))
    found = solve(game.form())
    seen = {name: np.asarray(value)[..., 0] for name, value in game.observe(found).items()}
    seen["concession"] = seen["challenger_concedes"] + seen["target_concedes"]
    return found, seen


def test_all_rows_in_one_call():
    found, seen = solved([point for point, _ in ROWS])
    assert found.count.tolist() == [1, 1, 1, 1]
    assert found.complete.all()
    assert found.regret.max() < 1e-12
    for k, (_, row) in enumerate(ROWS):
        assert [seen[name][k] for name in NAMES] == pytest.approx(row, abs=6e-11)


def test_the_side_with_the_lower_audience_cost_concedes_more_often():
    _, seen = solved([(1, 2, 1, 2, 2), (1, 1, 2, 2, 2)])
    assert seen["target_concedes"] == pytest.approx([0.3090169944, 0], abs=6e-11)
    assert seen["challenger_concedes"] == pytest.approx([0, 0.3090169944], abs=6e-11)
    assert seen["odds"] == pytest.approx([1.4472135955, 1 / 1.4472135955], abs=6e-11)
    assert seen["target_backs_down"][0] > seen["challenger_backs_down"][0]
    assert seen["challenger_payoff"][0] > seen["target_payoff"][0]


def test_proportional_audience_costs_change_the_length_of_a_crisis_and_nothing_else():
    factors = (1, 2, 5, 40)
    _, seen = solved([(1, 2 * x, 1 * x, 2, 3) for x in factors])
    assert seen["duration"] * factors == pytest.approx([seen["duration"][0]] * 4, rel=1e-12)
    for name in ("war", "crisis", "challenger_backs_down", "target_payoff"):
        assert seen[name] == pytest.approx([seen[name][0]] * 4, rel=1e-12)
