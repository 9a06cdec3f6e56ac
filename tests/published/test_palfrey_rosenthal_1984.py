"""Palfrey and Rosenthal (1984): participation and the provision of discrete public goods."""

from fractions import Fraction

import numpy as np
import pytest

from collsec.games.response.provision_point import ProvisionPoint
from collsec.solvers.threshold import threshold

WITHOUT_REFUND = [
    (5, 3, 27, 8, [1 / 3, 2 / 3], [17 / 81, 64 / 81]),
    (10, 5, 1, 0.2, [0.3281539814, 0.5649898941], [0.2026432416, 0.7693856161]),
    (6, 3, 1, 0.1, [0.1214333336, 0.7356180923], [0.0269466983, 0.9543000661]),
]
WITH_REFUND = [
    (5, 3, 27, 8, 0.6943767030, 0.8294011603),
    (10, 5, 1, 0.2, 0.5892251618, 0.8151813116),
    (6, 3, 1, 0.1, 0.7377904038, 0.9555912666),
]


def solved(n, k, value, cost, refund=0.0):
    game = ProvisionPoint(n_members=n, quorum=k, value=value, cost=cost, refund=refund)
    found = threshold(game.form())
    return found, game.observe(found)


def is_mixed(found):
    act = found.strategies["act"][:, 0]
    return (act > 0) & (act < 1)


@pytest.mark.parametrize(("n", "k", "value", "cost", "roots", "chances"), WITHOUT_REFUND)
def test_without_refund_there_are_two_symmetric_mixed_equilibria(n, k, value, cost, roots, chances):
    found, seen = solved(n, k, value, cost)
    mixed = is_mixed(found)
    assert found.strategies["act"][mixed, 0] == pytest.approx(roots, abs=5e-11)
    assert seen["provision"][mixed] == pytest.approx(chances, abs=5e-11)
    assert found.complete


@pytest.mark.parametrize(("n", "k", "value", "cost", "root", "chance"), WITH_REFUND)
def test_with_full_refund_there_is_one_symmetric_mixed_equilibrium(n, k, value, cost, root, chance):
    found, seen = solved(n, k, value, cost, refund=1.0)
    mixed = is_mixed(found)
    assert found.strategies["act"][mixed, 0] == pytest.approx([root], abs=5e-11)
    assert seen["provision"][mixed] == pytest.approx([chance], abs=5e-11)


def test_five_members_with_quorum_three_mix_with_exactly_one_third_and_two_thirds():
    found, _ = solved(5, 3, 27, 8)
    roots = found.exact["act"][is_mixed(found), 0]
    assert list(roots) == [Fraction(1, 3), Fraction(2, 3)]

    def provision(p):
        return 10 * p**3 * (1 - p) ** 2 + 5 * p**4 * (1 - p) + p**5

    assert [provision(p) for p in roots] == [Fraction(17, 81), Fraction(64, 81)]


def test_the_two_mixed_equilibria_are_worth_3_and_16():
    found, _ = solved(5, 3, 27, 8)
    assert found.payoffs[is_mixed(found)] == pytest.approx(np.array([[3.0] * 5, [16.0] * 5]))


def test_without_refund_pure_equilibria_have_exactly_the_quorum_or_nobody():
    found, seen = solved(5, 3, 27, 8)
    pure = ~is_mixed(found)
    assert seen["expected_actors"][pure].tolist() == [0, 3]
    assert seen["n_profiles"][pure].tolist() == [1, 10]


def test_mixed_equilibria_vanish_as_groups_grow_at_a_fixed_share():
    counts = [int(is_mixed(solved(n, n // 2, 1, 0.2)[0]).sum()) for n in (4, 10, 16, 18, 100)]
    assert counts == [2, 2, 2, 0, 0]


def test_high_mixed_equilibrium_deters_up_to_64_to_17():
    found, seen = solved(5, 3, 27, 8)
    bound = seen["deterrence_bound"][is_mixed(found)]
    assert bound[1] == pytest.approx(64 / 17, abs=1e-12)
    assert bound[0] == pytest.approx(17 / 64, abs=1e-12)
