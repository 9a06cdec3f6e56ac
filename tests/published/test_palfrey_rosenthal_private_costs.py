"""Palfrey and Rosenthal's participation game with private costs, uniform on [0, 1].

With n members, a good worth 1 and k contributions needed, the cutoff solves
c = C(n-1, k-1) c^(k-1) (1 - c)^(n-k).
"""

from math import comb

import numpy as np
import pytest

from collsec.games.response.response import Response
from collsec.solvers.participation import participation

CUTOFFS = [
    (5, 1, [0.2755080410]),
    (5, 2, [0, 0.3700394751]),
    (5, 3, [0]),
    (10, 1, [0.1756994368]),
    (10, 3, [0, 0.0358718926, 0.2817856204]),
]


def solved(n, k):
    game = Response(
        capability=np.ones(n),
        interest=1.0,
        common_stake=0.0,
        war_cost=0.5,
        spread=1.0,
        shock="uniform",
        required=k,
    )
    found = participation(game.form())
    return game, found


def symmetric(found):
    answer = found.strategies["answer"][..., 0]
    return answer[np.all(np.abs(answer - answer[:, :1]) < 1e-9, axis=-1), 0]


@pytest.mark.parametrize(("n", "k", "cutoffs"), CUTOFFS)
def test_cutoffs_are_the_published_ones_and_there_are_no_others(n, k, cutoffs):
    _, found = solved(n, k)
    assert symmetric(found) == pytest.approx(cutoffs, abs=5e-11)
    assert found.complete


@pytest.mark.parametrize(("n", "k", "cutoffs"), CUTOFFS)
def test_cutoffs_solve_the_published_condition(n, k, cutoffs):
    _, found = solved(n, k)
    c = symmetric(found)
    stated = comb(n - 1, k - 1) * c ** (k - 1) * (1 - c) ** (n - k)
    np.testing.assert_allclose(c, stated, rtol=0, atol=1e-12)


def test_where_nobody_needs_to_answer_nobody_pays_and_nothing_is_provided():
    game, found = solved(5, 3)
    seen = game.observe(found)
    nobody = found.strategies["answer"][..., 0].max(axis=-1) == 0
    assert nobody.sum() == 1
    assert seen["reversal"][nobody] == 0
    np.testing.assert_array_equal(seen["burden"][nobody], 0)


def test_provision_follows_from_the_binomial_distribution():
    game, found = solved(10, 3)
    c = symmetric(found)
    expected = [1 - sum(comb(10, j) * p**j * (1 - p) ** (10 - j) for j in range(3)) for p in c]
    level = np.ptp(found.strategies["answer"][..., 0], axis=-1) < 1e-9
    np.testing.assert_allclose(game.observe(found)["reversal"][level], expected, atol=1e-9)


def test_those_who_answer_pay_half_their_cutoff_on_average():
    game, found = solved(5, 1)
    c = symmetric(found)
    level = np.ptp(found.strategies["answer"][..., 0], axis=-1) < 1e-9
    burden = game.observe(found)["burden"][level, 0]
    np.testing.assert_allclose(burden, c * c / 2, rtol=1e-9)
