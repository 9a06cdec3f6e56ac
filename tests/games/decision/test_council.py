"""The council: seats, recusal, abstention and veto restraint."""

import math
from fractions import Fraction

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, NEUTRAL
from collsec.games import find
from collsec.games.decision.council import Council
from collsec.parameters import ParameterError
from collsec.solvers.sincere import sincere


def passes(**values):
    game = Council(**values)
    return game.observe(sincere(game.form()))["pass_probability"]


def test_the_game_is_found_by_its_name():
    assert find("council") is Council


def test_every_observable_is_shown():
    game = Council()
    seen = game.observe(sincere(game.form()))
    assert set(seen) == {item.name for item in game.observables}
    for item in game.observables:
        assert isinstance(seen[item.name], Fraction) == item.is_exact


def test_seats_are_named_and_permanent_ones_come_first():
    names = Council(permanent=1, elected=2, quota=2).form().players
    assert names == ("permanent 1", "elected 1", "elected 2")


def test_full_restraint_leaves_a_plain_quota():
    assert passes(restraint=1.0) == pytest.approx(0.3036193848, abs=1e-10)


def test_full_abstention_does_the_same():
    assert passes(abstention=1.0) == passes(restraint=1.0)


def test_restraint_and_abstention_raise_the_chance():
    swept = passes(restraint=np.linspace(0, 1, 5))[:, 0]
    assert (np.diff(swept) > 0).all()
    assert (np.diff(passes(abstention=np.linspace(0, 1, 5))[:, 0]) > 0).all()


def test_a_recused_permanent_seat_loses_its_veto_and_its_vote():
    found = passes(permanent=2, elected=1, quota=2, recused_permanent=1, yes=[0.1, 0.6, 0.7])
    assert found == pytest.approx(0.6 * 0.7)


def test_a_recused_elected_seat_loses_its_vote():
    found = passes(permanent=1, elected=2, quota=2, recused_elected=1, yes=[0.5, 0.6, 0.7])
    assert found == pytest.approx(0.5 * 0.7)


def test_recusal_lifts_a_blocked_unanimity():
    yes = [0.0] + [0.9] * 13
    league = {"permanent": 4, "elected": 10, "quota": 0, "yes": yes}
    assert passes(**league) == 0
    assert passes(**league, recused_permanent=1) == pytest.approx(0.9**13)


def test_a_council_of_one_kind_of_seat_shows_no_power_for_the_other():
    game = Council(permanent=0, elected=8, quota=5)
    seen = game.observe(sincere(game.form()))
    assert seen["shapley_shubik_permanent"] == 0
    assert seen["shapley_shubik_elected"] == Fraction(1, 8)
    assert seen["winning_coalitions"] == sum(math.comb(8, k) for k in range(5, 9))


def test_no_lever_acts_on_votes_without_preferences():
    form = Council().form()
    assert np.array_equal(form.under(INSTITUTIONALIST).yes, form.under(NEUTRAL).yes)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"quota": 16}, "quota"),
        ({"recused_permanent": 6}, "recused_permanent"),
        ({"recused_elected": 11}, "recused_elected"),
        ({"permanent": 0, "elected": 0, "quota": 0}, "elected"),
        ({"yes": [0.5, 0.5]}, "yes"),
    ],
)
def test_an_impossible_council_says_which_value_is_wrong(values, key):
    with pytest.raises(ParameterError) as caught:
        Council(**values)
    assert caught.value.key == key
