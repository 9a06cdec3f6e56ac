"""Deegan and Packel (1978) and Holler (1982): power in minimal winning coalitions."""

from fractions import Fraction

import pytest

from collsec.solvers.power_indices import council_rule, deegan_packel, holler


@pytest.mark.parametrize("index", [deegan_packel, holler])
def test_a_veto_is_worth_1_in_9_and_an_elected_seat_2_in_45(index):
    assert index(council_rule(5, 10, 9)) == (Fraction(1, 9),) * 5 + (Fraction(2, 45),) * 10
