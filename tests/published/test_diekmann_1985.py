"""Diekmann (1985): the volunteer's dilemma."""

import numpy as np
import pytest

from collsec.forms.threshold import ThresholdForm
from collsec.solvers.threshold import threshold

CASES = [
    (2, 0.75, 0.0625),
    (3, 0.5, 0.125),
    (5, 0.2928932188, 0.1767766953),
    (10, 0.1427560171, 0.2143109957),
]


@pytest.mark.parametrize(("n", "volunteers", "nobody"), CASES)
def test_larger_groups_volunteer_less_and_fail_more(n, volunteers, nobody):
    form = ThresholdForm(np.ones(n), np.full(n, 0.25), np.int64(1))
    found = threshold(form)
    assert found.count == 2
    assert found.strategies["act"][1] == pytest.approx([volunteers] * n, abs=5e-11)
    assert 1 - form.provision(found.strategies)[1] == pytest.approx(nobody, abs=5e-11)


def test_mixed_equilibrium_is_the_closed_form_for_many_costs_and_sizes():
    cost = np.linspace(0.01, 0.99, 50)
    for n in (2, 7, 50, 193):
        found = threshold(ThresholdForm(np.ones(n), cost[:, None], np.int64(1)))
        closed = 1 - cost ** (1 / (n - 1))
        np.testing.assert_allclose(found.strategies["act"][:, 1, 0], closed, rtol=0, atol=1e-13)


def test_nobody_volunteers_where_the_cost_exceeds_the_value():
    found = threshold(ThresholdForm(np.ones(4), np.full(4, 1.01), np.int64(1)))
    assert found.strategies["act"].tolist() == [[0, 0, 0, 0]]
    assert found.complete


def test_a_refund_changes_nothing_where_one_volunteer_is_enough():
    plain = ThresholdForm(np.ones(6), np.full(6, 0.3), np.int64(1))
    refunded = ThresholdForm(np.ones(6), np.full(6, 0.3), np.int64(1), np.float64(0.8))
    np.testing.assert_allclose(
        threshold(plain).strategies["act"], threshold(refunded).strategies["act"], rtol=1e-14
    )
