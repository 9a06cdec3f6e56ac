"""What allies do about pledges of a given strength, from utilities and not from the solver."""

import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.forms.pledge import PledgeForm
from collsec.solvers.pledge import reliability, reliability_at


def pledge(interest=0.2, **given):
    return PledgeForm(
        interest=interest, common_stake=0.0, affinity=0.0, protege_stake=1.0, highest_cost=1.0,
        highest_gain=1.0, loss=0.5, **given,
    )  # fmt: skip


@pytest.mark.parametrize(("strength", "chance"), [(0.0, 0.2), (0.5, 0.7), (0.8, 1.0), (1.0, 1.0)])
def test_a_pledge_is_honoured_at_costs_up_to_what_is_saved_and_what_breaking_it_costs(
    strength, chance
):
    assert reliability_at(pledge(), strength) == pytest.approx(chance, abs=1e-15)
    unnamed = pledge().under(Assumptions(identification=0.25))
    assert reliability_at(unnamed, strength) == pytest.approx(chance / 4, abs=1e-15)


def test_a_whole_batch_is_answered_at_once():
    found = reliability_at(
        pledge(interest=np.array([0.1, 0.3]), detection=np.array([[1.0], [0.5]])), 0.4
    )
    assert found == pytest.approx(np.array([[0.5, 0.7], [0.3, 0.5]]), abs=1e-15)


def test_where_others_pay_the_allies_of_high_cost_honour():
    """They gain 0.2 κ by war, and lose 0.15 less a tenth of the strength by it anyway."""
    form = PledgeForm(
        interest=0.1, common_stake=0.0, affinity=0.0, protege_stake=0.5, highest_cost=1.0,
        highest_gain=1.0, loss=0.5,
    ).under(Assumptions(relative_gains=0.5, side_payments=0.8, monitoring=0.1))  # fmt: skip
    assert reliability_at(form, 0.0) == pytest.approx(0.25, abs=1e-14)
    assert reliability_at(form, 1.0) == pytest.approx(0.75, abs=1e-14)


def test_averages_over_all_strengths_are_those_of_single_strengths():
    places, weights = np.polynomial.legendre.leggauss(40)
    form = pledge(interest=0.05, detection=0.9)
    chances = [reliability_at(form, (1 + place) / 2) for place in places]
    assert reliability(form).honoured == pytest.approx(np.dot(weights, chances) / 2, abs=1e-12)


def test_pledges_whose_breach_is_almost_never_seen_are_as_good_as_none():
    found = reliability(pledge(interest=0.0, detection=1e-309))
    assert found.honoured == pytest.approx(0.0, abs=1e-300)
    assert found.attack == pytest.approx(1.0, abs=1e-15)
