"""Penrose (1946), Banzhaf (1965) and Coleman (1971): power as the number of swings."""

from fractions import Fraction

import pytest

from collsec.solvers.power_indices import (
    banzhaf,
    coleman,
    council_rule,
    penrose,
    swings,
    winning_coalitions,
)


def test_the_security_council_has_848_winning_coalitions():
    council = council_rule(5, 10, 9)
    assert winning_coalitions(council) == 848
    assert swings(council) == (848,) * 5 + (84,) * 10


@pytest.mark.parametrize(
    ("seats", "veto", "other", "act"),
    [
        ((5, 10, 9), Fraction(106, 635), Fraction(21, 1270), Fraction(53, 2048)),
        (
            (5, 20, 16),
            Fraction(43191, 400711),
            Fraction(46189, 2003555),
            Fraction(215955, 16777216),
        ),
        ((6, 18, 14), Fraction(16595, 128742), Fraction(2431, 193113), Fraction(49785, 4194304)),
    ],
)
def test_banzhaf_and_coleman_of_the_council_and_its_reforms(seats, veto, other, act):
    rule = council_rule(*seats)
    assert banzhaf(rule) == (veto,) * seats[0] + (other,) * seats[1]
    assert coleman(rule) == act


def test_penrose_of_the_security_council():
    index = penrose(council_rule(5, 10, 9))
    assert (index[0], index[-1]) == (Fraction(53, 1024), Fraction(21, 4096))
