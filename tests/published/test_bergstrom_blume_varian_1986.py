"""Bergstrom, Blume and Varian (1986), On the private provision of public goods.

The theorems are theirs; the numbers of these examples follow from them by hand.
"""

import numpy as np
import pytest

from collsec.games.burden.private_provision import PrivateProvision
from collsec.solvers.replacement import replacement


def _solved(income, taste=0.5):
    game = PrivateProvision(income=income, taste=taste)
    found = replacement(game.form())
    return found, game.observe(found)


@pytest.mark.parametrize(
    ("income", "total", "given"),
    [
        ((120, 100, 80, 40, 10), 75.0, (45, 25, 5, 0, 0)),
        ((110, 100, 90, 40, 10), 75.0, (35, 25, 15, 0, 0)),
        ((130, 100, 70, 40, 10), 230 / 3, (160 / 3, 70 / 3, 0, 0, 0)),
        ((200, 60, 50, 30, 10), 100.0, (100, 0, 0, 0, 0)),
    ],
)
def test_the_examples_have_the_totals_and_gifts_of_the_theorem(income, total, given):
    found, seen = _solved(income)
    assert found.strategies["contribution"][0] == pytest.approx(given, abs=1e-13)
    assert seen["total_provision"][0] == pytest.approx(total, abs=1e-13)
    assert seen["efficient_provision"][0] == 175.0
    assert seen["free_rider_gap"][0] == pytest.approx(1 - total / 175, abs=1e-15)
    assert seen["n_contributors"][0] == np.count_nonzero(given)
    assert found.count == 1
    assert found.complete
    assert found.regret[0] < 1e-12


def test_the_baseline_is_exact_to_the_last_digit():
    found, _ = _solved((120, 100, 80, 40, 10))
    assert found.strategies["contribution"].tolist() == [[45.0, 25.0, 5.0, 0.0, 0.0]]


@pytest.mark.parametrize(("n", "ratio"), [(28, 0.0689655172), (193, 0.0103092784)])
def test_equal_members_provide_one_over_n_plus_one_of_twice_the_efficient_amount(n, ratio):
    _, seen = _solved(np.full(n, 7.0))
    assert 1 - seen["free_rider_gap"][0] == pytest.approx(ratio, abs=1e-10)
    assert 1 - seen["free_rider_gap"][0] == pytest.approx(2 / (n + 1), abs=1e-13)


def test_a_member_whose_income_is_the_cut_off_gives_nothing():
    found, seen = _solved((100, 60, 40, 20, 10), taste=0.4)
    assert seen["total_provision"][0] == pytest.approx(40, abs=1e-12)
    assert found.strategies["contribution"][0, 1] == pytest.approx(0, abs=1e-12)
    assert seen["n_contributors"][0] == 1


@pytest.mark.parametrize("taste", [0.1, 0.3, 0.5, 0.8])
def test_contributors_give_what_the_first_order_condition_says(taste):
    income = np.array([120.0, 100, 80, 40, 10])
    found, _ = _solved(income, taste)
    given = found.strategies["contribution"][0]
    cut_off = given.sum() * (1 - taste) / taste
    assert given == pytest.approx(np.maximum(income - cut_off, 0), abs=1e-11)
