"""Zagare and Kilgour (1993): unilateral deterrence with two types a side, built as a tree.

The thresholds are derived from the payoffs; the names of the equilibria are theirs.
"""

import numpy as np
import pytest

from collsec.forms.branches import chance, decision, end
from collsec.forms.tree import BELIEF, TreeForm
from collsec.games.credibility.unilateral_deterrence import UnilateralDeterrence
from collsec.solvers.signalling import signalling
from collsec.study.solving import solve

C_DC, C_SQ, C_CD, C_DD_HARD, C_DD_SOFT = 1.0, 0.6, 0.2, 0.4, 0.0
D_CD, D_DC, D_DD_HARD, D_DD_SOFT = 0.8, 0.3, 0.5, 0.0
FIRST = (C_DC - C_SQ) / (C_DC - C_CD)
SECOND = (C_DC - C_SQ) / (C_DC - C_DD_HARD)
RESOLVE = (D_CD - D_DC) / (D_CD - D_DD_SOFT)


def unilateral_deterrence(p_challenger, p_defender):
    def play(challenger, defender):
        war = end(
            {"hard": C_DD_HARD, "soft": C_DD_SOFT}[challenger],
            {"hard": D_DD_HARD, "soft": D_DD_SOFT}[defender],
            label="DD",
        )
        fight = decision(
            "challenger",
            f"{challenger} challenger, resisted",
            {"back down": end(C_CD, D_CD, label="CD"), "fight": war},
        )
        reply = decision(
            "defender",
            f"{defender} defender",
            {"concede": end(C_DC, D_DC, label="DC"), "resist": fight},
        )
        return decision(
            "challenger",
            f"{challenger} challenger",
            {"accept": end(C_SQ, 1.0, label="SQ"), "demand": reply},
        )

    def odds(p):
        return {"hard": p, "soft": 1 - p}

    deal = {
        f"{i}, {j}": (p * q, play(i, j))
        for i, p in odds(p_challenger).items()
        for j, q in odds(p_defender).items()
    }
    return TreeForm.grow(chance(deal), ("challenger", "defender"))


def listed(found, name, action=1):
    return found.strategies[name][: int(found.count), action]


def test_the_thresholds_of_the_example_are_a_half_two_thirds_and_five_eighths():
    assert pytest.approx([0.5, 2 / 3, 0.625]) == [FIRST, SECOND, RESOLVE]


def is_steadfast(found, place, p_defender):
    """Whether nobody demands, and what supports it is the interval derived."""
    least = (SECOND - p_defender) / (1 - p_defender)
    low, high = found.bounds["soft defender"][place, 1]
    doubt = found.bounds[BELIEF + "soft defender"][place]
    hard = doubt[:2].sum(axis=0) if len(doubt) == 4 else doubt[0]
    return (
        found.strategies["hard challenger"][place, 1] == 0.0
        and found.strategies["soft challenger"][place, 1] == 0.0
        and (low, high) == pytest.approx((least, 1.0))
        and tuple(hard) == pytest.approx((0.0, RESOLVE))
    )


def test_bluff_and_steadfast_deterrence_where_both_sides_doubt():
    found = signalling(unilateral_deterrence(0.4, 0.3))
    assert (int(found.count), bool(found.complete)) == (2, True)
    assert found.regret.max() < 1e-12
    assert is_steadfast(found, 0, 0.3)
    assert found.strategies["hard challenger"][1, 1] == 1.0
    assert found.strategies["soft challenger"][1, 1] == pytest.approx(0.4, abs=1e-12)
    assert found.strategies["soft defender"][1, 1] == pytest.approx(2 / 7, abs=1e-12)
    assert found.strategies["soft challenger, resisted"][:, 1].tolist() == [0.0, 0.0]
    assert found.strategies["hard challenger, resisted"][:, 1].tolist() == [1.0, 1.0]


def test_attack_where_the_challenger_is_probably_hard():
    found = signalling(unilateral_deterrence(0.8, 0.3))
    assert found.count == 2
    assert is_steadfast(found, 0, 0.3)
    assert listed(found, "hard challenger")[1] == 1.0
    assert listed(found, "soft challenger")[1] == 1.0
    assert listed(found, "soft defender")[1] == 0.0


def test_separation_where_only_the_hard_dare():
    found = signalling(unilateral_deterrence(0.4, 0.55))
    assert found.count == 2
    assert is_steadfast(found, 0, 0.55)
    assert listed(found, "hard challenger")[1] == 1.0
    assert listed(found, "soft challenger")[1] == 0.0
    assert listed(found, "soft defender")[1] == 0.0


def test_certain_deterrence_whatever_is_believed_of_a_demand():
    found = signalling(unilateral_deterrence(0.4, 0.7))
    assert found.count == 1
    assert listed(found, "hard challenger")[0] == 0.0
    assert listed(found, "soft challenger")[0] == 0.0
    assert found.bounds["soft defender"][0, 1].tolist() == [0.0, 1.0]
    assert found.n_not_sequential == 0


@pytest.mark.parametrize("p_challenger", [0.2, 0.6])
def test_the_bluff_follows_the_formula_elsewhere_in_its_region(p_challenger):
    p_defender = 0.1
    found = signalling(unilateral_deterrence(p_challenger, p_defender))
    bluff = p_challenger * (1 - RESOLVE) / ((1 - p_challenger) * RESOLVE)
    resisting = (FIRST - p_defender) / (1 - p_defender)
    assert found.count == 2
    assert listed(found, "soft challenger")[1] == pytest.approx(bluff, abs=1e-12)
    assert listed(found, "soft defender")[1] == pytest.approx(resisting, abs=1e-12)


def test_the_regions_of_a_sweep_have_the_numbers_of_equilibria_that_the_thresholds_say():
    p_defender = np.array([0.49, 0.65, 0.68])
    found = signalling(unilateral_deterrence(0.5, p_defender))
    assert found.count.tolist() == [2, 2, 1]
    assert found.complete.all()


def test_the_game_makes_this_tree_and_its_closed_forms_are_the_same_equilibria():
    game = UnilateralDeterrence(p_challenger_hard=0.4, p_defender_hard=0.3)
    built, tree = unilateral_deterrence(0.4, 0.3), game.form().tree()
    assert tree.table.tolist() == built.table.tolist()
    assert tree.probabilities == pytest.approx(built.probabilities, abs=1e-15)
    found, closed = signalling(tree), solve(game)
    assert closed.count == found.count
    for move, name in (("demand", "challenger"), ("resist", "defender")):
        for t, kind in enumerate(("hard", "soft")):
            mixes = found.strategies[f"{kind} {name}"][:, 1]
            if move == "demand":
                assert closed.strategies[move][:, t] == pytest.approx(mixes, abs=1e-12)
            assert closed.strategies[move][1, t] == pytest.approx(mixes[1], abs=1e-12)
