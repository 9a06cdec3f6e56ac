"""Fearon (1997): tying hands and sinking costs, in the version with two types."""

import numpy as np
import pytest

from collsec.games.credibility.tying_hands import TyingHands
from collsec.solvers import solve

# k, a: chance of a push after a signal, credibility, bluffing by the irresolute, chance of war.
ROWS = [
    ((0.2, 0.0), (0.4285714286, 0.5779816514, 0.3931623932, 0.15)),
    ((0.3, 0.0), (0.1428571429, 0.9130434783, 0.0512820513, 0.05)),
    ((0.0, 0.2), (0.6363636364, 0.4562211982, 0.6418026418, 0.2227272727)),
]
NAMES = ("push", "credibility", "irresolute_signal", "war")


def seen(**changes):
    game = TyingHands(**changes)
    found = solve(game.form())
    assert np.all(found.count == 1)
    assert np.all(found.complete)
    return {name: np.asarray(value)[..., 0] for name, value in game.observe(found).items()}


def test_all_rows_in_one_call():
    points = np.array([point for point, _ in ROWS])
    shown = seen(sunk=points[:, 0], tied=points[:, 1])
    for k, (_, row) in enumerate(ROWS):
        assert [shown[name][k] for name in NAMES] == pytest.approx(row, abs=6e-11)


def test_sunk_costs_separate_from_the_value_that_bluffers_can_hope_for():
    shown = seen(sunk=[0.3149, 0.3151], tied=0.0)
    assert shown["irresolute_signal"][0] > 0
    assert shown["irresolute_signal"][1] == 0
    assert shown["credibility"][1] == 1
    assert shown["push"][1] == pytest.approx(0.1)


def test_hands_tied_by_the_shortfall_of_value_commit_both_types():
    shown = seen(sunk=0.0, tied=[0.3499, 0.35, 0.3501])
    assert shown["bluff"] == pytest.approx([0.65 * shown["irresolute_signal"][0], 0, 0])
    assert shown["war"][1:] == pytest.approx([0.1, 0.1])
    assert shown["war"][0] > 0.17
    assert shown["irresolute_signal"][1:].tolist() == [1, 1]


@pytest.mark.parametrize("push", [0.55, 0.7, 0.9])
def test_at_equal_informativeness_tying_hands_pays_better_and_wars_are_as_many(push):
    """Both leave the receiver the same belief; the bluffers give in either way."""
    value = 0.35
    sinking = seen(sunk=(1 - push) * value, tied=0.0)
    tying = seen(sunk=0.0, tied=value * (1 - push) / push)
    for name in ("push", "credibility", "irresolute_signal", "war", "deterrence"):
        assert tying[name] == pytest.approx(sinking[name], abs=1e-12)
    assert sinking["push"] == pytest.approx(push, abs=1e-12)
    gain = tying["resolved_payoff"] - sinking["resolved_payoff"]
    assert gain == pytest.approx((1 - push) * value, abs=1e-12)
    assert tying["irresolute_payoff"] == pytest.approx(0, abs=1e-12)


def test_where_both_are_believed_fully_tying_hands_pays_better_and_brings_more_war():
    sinking, tying = seen(sunk=0.3151, tied=0.0), seen(sunk=0.0, tied=0.35)
    assert tying["push"] == pytest.approx(sinking["push"])
    assert tying["credibility"] == pytest.approx(1)
    assert sinking["credibility"] == pytest.approx(1)
    assert tying["war"] == pytest.approx(0.1)
    assert sinking["war"] == pytest.approx(0.035)
    assert tying["resolved_payoff"] > sinking["resolved_payoff"] + 0.3
    assert tying["irresolute_payoff"] > sinking["irresolute_payoff"] + 0.2
