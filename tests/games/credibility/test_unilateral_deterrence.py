"""The regions of unilateral deterrence, by their formulas, on a map and on its borders."""

import numpy as np
import pytest

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.games.credibility.unilateral_deterrence import (
    ATTACK,
    BLUFF,
    CERTAIN,
    SEPARATING,
    STEADFAST,
    UnilateralDeterrence,
)
from collsec.solvers import solve
from collsec.solvers.signalling import signalling

FIRST, SECOND, RESOLVE = 0.5, 2 / 3, 0.625


def solved(p_challenger, p_defender, levers=NEUTRAL, **changes):
    game = UnilateralDeterrence(
        p_challenger_hard=p_challenger, p_defender_hard=p_defender, **changes
    )
    found = solve(game.form().under(levers))
    return found, game.observe(found)


def test_bluff_stands_beside_steadfast_deterrence_at_four_and_three_tenths():
    found, seen = solved(0.4, 0.3)
    assert seen["region"].tolist() == [STEADFAST, BLUFF]
    assert found.strategies["demand"][1] == pytest.approx([1.0, 0.4])
    assert found.strategies["resist"][1] == pytest.approx([1.0, 2 / 7])
    assert seen["demander_hard"][1] == pytest.approx(RESOLVE)
    assert seen["war"][1] == pytest.approx(0.4 * (0.3 + 0.7 * 2 / 7))
    assert found.complete


def test_the_map_has_the_regions_that_the_thresholds_say_in_one_call():
    axis = (np.arange(64) + 0.5) / 64
    p_challenger, p_defender = np.meshgrid(axis, axis, indexing="ij")
    found, seen = solved(p_challenger, p_defender)
    expected = np.where(
        p_defender >= SECOND,
        CERTAIN,
        np.where(p_defender >= FIRST, SEPARATING, np.where(p_challenger >= RESOLVE, ATTACK, BLUFF)),
    )
    has_two = p_defender < SECOND
    np.testing.assert_array_equal(found.count, 1 + has_two)
    np.testing.assert_array_equal(seen["region"][..., 0], np.where(has_two, STEADFAST, CERTAIN))
    np.testing.assert_array_equal(seen["region"][has_two, 1], expected[has_two])
    assert found.complete.all()
    assert np.nanmax(found.regret) < 1e-12


def test_bluffs_follow_the_formulas_all_over_their_region():
    draw = np.random.default_rng(3)
    p_challenger, p_defender = draw.uniform(0.01, 0.62, 200), draw.uniform(0.01, 0.49, 200)
    _, seen = solved(p_challenger, p_defender)
    demands = p_challenger * (1 - RESOLVE) / ((1 - p_challenger) * RESOLVE)
    resists = (FIRST - p_defender) / (1 - p_defender)
    np.testing.assert_allclose(seen["challenger_bluff"][:, 1], demands, atol=1e-13)
    np.testing.assert_allclose(seen["defender_bluff"][:, 1], resists, atol=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_other_payoffs_in_the_same_order_have_their_own_thresholds(seed):
    draw = np.random.default_rng(seed)
    soft, retreat, hard, quiet, won = np.sort(draw.random(5)) + 0.02 * np.arange(5)
    lost, conceded, fought, kept = np.sort(draw.random(4)) + 0.02 * np.arange(4)
    first, second = (won - quiet) / (won - retreat), (won - quiet) / (won - hard)
    resolve = (kept - conceded) / (kept - lost)
    p_defender = np.array([first / 2, first / 2, (first + min(second, 1)) / 2])
    p_challenger = np.array([resolve / 2, (1 + resolve) / 2, 0.5])
    _, seen = solved(
        p_challenger, p_defender, c_dd_soft=soft, c_cd=retreat, c_dd_hard=hard, c_sq=quiet,
        c_dc=won, d_dd_soft=lost, d_dc=conceded, d_dd_hard=fought, d_cd=kept,
    )  # fmt: skip
    assert seen["region"].tolist() == [
        [STEADFAST, BLUFF], [STEADFAST, ATTACK], [STEADFAST, SEPARATING],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("p_challenger", "p_defender"), [(0.3, FIRST), (0.3, SECOND), (RESOLVE, 0.3)]
)
def test_on_a_border_both_neighbours_are_found_and_the_set_is_not_called_complete(
    p_challenger, p_defender
):
    found, seen = solved(p_challenger, p_defender)
    near = [
        solved(p_challenger + step, p_defender + step)[1]["region"].tolist()
        for step in (-1e-6, 1e-6)
    ]
    assert not found.complete
    assert {*near[0], *near[1]} - {STEADFAST, CERTAIN} <= {*seen["region"].tolist()}
    tree = signalling(UnilateralDeterrence(
        p_challenger_hard=p_challenger, p_defender_hard=p_defender).form().tree())  # fmt: skip
    assert not tree.complete


def test_a_costly_pledge_turns_the_soft_defender_hard_and_the_threat_certain():
    found, seen = solved(0.4, 0.3, Assumptions(pledge_cost=0.5), challenger_bound=0.0)
    assert found.count == 1
    assert seen["region"].tolist() == [STEADFAST]
    assert found.strategies["resist"].tolist() == [[1.0, 1.0]]
    _, bound = solved(0.4, 0.3, Assumptions(pledge_cost=0.5), defender_bound=0.0)
    assert np.max(bound["war"]) > 0.0


def test_relative_gains_make_soft_challengers_fight_those_who_would_lose_more():
    form = UnilateralDeterrence().form()
    for rho, gains in ((0.2, -0.04), (0.25, 0.0), (0.3, 0.04)):
        table = form.under(Assumptions(relative_gains=rho)).utility[:, 0]
        assert table[3, 1, 1] - table[2, 1, 1] == pytest.approx(gains)
