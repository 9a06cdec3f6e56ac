"""Shapley and Shubik (1954): a method for evaluating the distribution of power in a committee."""

from fractions import Fraction

import pytest

from collsec.forms.voting import VotingRule
from collsec.games.decision.council import Council
from collsec.solvers.power_indices import coleman, council_rule, shapley_shubik
from collsec.solvers.sincere import sincere

EEC_1958 = VotingRule(weight=(4, 4, 4, 2, 2, 1), quota=12)


@pytest.mark.parametrize(
    ("permanent", "elected", "quota", "veto", "other"),
    [
        (5, 10, 9, Fraction(421, 2145), Fraction(4, 2145)),
        (5, 20, 16, Fraction(217, 1150), Fraction(13, 4600)),
        (6, 18, 14, Fraction(1510, 9177), Fraction(13, 18354)),
    ],
)
def test_a_seat_of_the_security_council_and_of_its_proposed_reforms(
    permanent, elected, quota, veto, other
):
    index = shapley_shubik(council_rule(permanent, elected, quota))
    assert index == (veto,) * permanent + (other,) * elected
    assert sum(index) == 1


def test_the_game_shows_the_indices_of_the_security_council():
    game = Council()
    seen = game.observe(sincere(game.form()))
    assert seen["shapley_shubik_permanent"] == Fraction(421, 2145)
    assert seen["shapley_shubik_elected"] == Fraction(4, 2145)


def test_five_permanent_members_hold_98_per_cent():
    assert float(5 * shapley_shubik(council_rule(5, 10, 9))[0]) == pytest.approx(0.981, abs=5e-4)


def test_the_council_is_the_weighted_game_39_7_1():
    weighted = VotingRule(weight=(7,) * 5 + (1,) * 10, quota=39)
    assert shapley_shubik(weighted) == shapley_shubik(council_rule(5, 10, 9))


def test_luxembourg_was_powerless_in_the_six():
    big, middle = Fraction(7, 30), Fraction(3, 20)
    assert shapley_shubik(EEC_1958) == (big, big, big, middle, middle, 0)


def test_unanimity_of_eight_shares_power_equally():
    league = VotingRule(weight=(1,) * 8, quota=0)
    assert shapley_shubik(league) == (Fraction(1, 8),) * 8
    assert coleman(league) == Fraction(1, 2**8)


def test_two_thirds_of_the_general_assembly():
    assembly = VotingRule(weight=(1,) * 193, quota=129)
    assert shapley_shubik(assembly) == (Fraction(1, 193),) * 193
    assert float(coleman(assembly)) == pytest.approx(1.669841095e-6, rel=1e-9)
