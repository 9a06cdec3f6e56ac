"""Indices of power: brute force over orders and coalitions for every kind of rule."""

from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collsec.forms.voting import VotingRule
from collsec.parameters import ParameterError
from collsec.solvers.power_indices import (
    banzhaf,
    coleman,
    council_rule,
    deegan_packel,
    holler,
    penrose,
    shapley_shubik,
    swings,
    winning_coalitions,
)


@st.composite
def rules(draw):
    n = draw(st.integers(1, 6))
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    weight = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    recused = tuple(a and b for a, b in zip(draw(flags), draw(flags), strict=True))
    assume(not all(recused))
    return VotingRule(tuple(weight), draw(st.integers(0, 9)), tuple(draw(flags)), recused)


class Listed:
    """A rule with all its coalitions written out."""

    def __init__(self, rule):
        self.rule = rule
        self.live = [j for j in range(rule.n_voters) if not rule.recused[j]]
        sizes = range(len(self.live) + 1)
        coalitions = [set(c) for k in sizes for c in combinations(self.live, k)]
        self.winning = [c for c in coalitions if self.wins(c)]
        self.minimal = [c for c in self.winning if not any(self.wins(c - {j}) for j in c)]

    def wins(self, coalition):
        vetoes = {j for j in self.live if self.rule.veto[j] or self.rule.quota == 0}
        ayes = sum(self.rule.weight[j] for j in coalition)
        return ayes >= max(self.rule.quota, 1) and vetoes <= set(coalition)

    def swings(self, j):
        return sum(j in c and not self.wins(c - {j}) for c in self.winning)

    def pivots(self, j):
        orders = list(permutations(self.live))
        heads = [set(order[: order.index(j)]) for order in orders if j in order]
        return Fraction(sum(not self.wins(h) and self.wins(h | {j}) for h in heads), len(orders))


def shares(values):
    total = sum(values)
    return tuple(Fraction(v) / total if total else Fraction(0) for v in values)


@settings(max_examples=60)
@given(rules())
def test_all_indices_agree_with_brute_force(rule):
    listed, everyone = Listed(rule), range(rule.n_voters)
    turned = [listed.swings(j) for j in everyone]
    n_live = len(listed.live)
    assert winning_coalitions(rule) == len(listed.winning)
    assert coleman(rule) == Fraction(len(listed.winning), 2**n_live)
    assert swings(rule) == tuple(turned)
    assert penrose(rule) == tuple(Fraction(s, 2 ** (n_live - 1)) for s in turned)
    assert banzhaf(rule) == shares(turned)
    assert shapley_shubik(rule) == tuple(listed.pivots(j) for j in everyone)
    assert holler(rule) == shares([sum(j in c for c in listed.minimal) for j in everyone])
    assert deegan_packel(rule) == shares(
        [
            sum((Fraction(1, len(c)) for c in listed.minimal if j in c), Fraction(0))
            for j in everyone
        ]
    )


def test_all_indices_of_193_members_sum_to_one():
    un = council_rule(5, 188, 129)
    for index in (shapley_shubik, banzhaf, holler, deegan_packel):
        assert sum(index(un)) == 1


def test_a_recused_seat_has_no_power_and_leaves_the_rest_a_smaller_council():
    recused = VotingRule((1,) * 8, 0, recused=(True,) + (False,) * 7)
    assert shapley_shubik(recused) == (0, *[Fraction(1, 7)] * 7)
    assert coleman(recused) == Fraction(1, 2**7)


def test_seats_that_rotate_have_no_index():
    rule = VotingRule((1, 1), 1, eligible=(True, True), elected=1)
    with pytest.raises(ParameterError, match="no index of power"):
        shapley_shubik(rule)
