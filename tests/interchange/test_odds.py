"""Probabilities in files of Gambit's, which wants their exact sum to be one."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.interchange.odds import with_sum_one


def exact(text):
    return Fraction(text) if "/" in text else Fraction(Decimal(text))


@pytest.mark.parametrize(
    ("odds", "written"),
    [
        ([0.1, 0.2, 0.7], ["0.1", "0.2", "0.7"]),
        ([1 / 3] * 3, ["1/3"] * 3),
        ([1.0, 0.0], ["1.0", "0.0"]),
    ],
)
def test_plain_numbers_are_written_plainly(odds, written):
    assert with_sum_one(odds) == written


@given(st.lists(st.floats(1e-6, 1.0), min_size=2, max_size=6))
def test_any_odds_sum_to_exactly_one_and_read_back_but_for_last_digits(weights):
    odds = [weight / sum(weights) for weight in weights]
    ratios = [exact(text) for text in with_sum_one(odds)]
    assert sum(ratios) == 1
    assert [float(ratio) for ratio in ratios] == pytest.approx(odds, rel=2e-15, abs=0)
