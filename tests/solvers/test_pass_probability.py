"""The chance that a vote passes: brute force, exact rationals, and what can only lower it."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.voting import VotingForm, VotingRule
from collsec.solvers.mandate import mandate_probability
from collsec.solvers.pass_probability import exact_pass_probability, pass_probability
from collsec.solvers.sincere import sincere


@st.composite
def votes(draw):
    """Draw a rule for 2 to 5 voters of weights 0 to 4 and chances in twelfths."""
    n = draw(st.integers(2, 5))
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    weight = tuple(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    rule = VotingRule(weight, draw(st.integers(0, 6)), tuple(draw(flags)), tuple(draw(flags)))
    cuts = [sorted((draw(st.integers(0, 12)), draw(st.integers(0, 12)))) for _ in range(n)]
    yes = [Fraction(low, 12) for low, _ in cuts]
    return rule, yes, [Fraction(12 - high, 12) for _, high in cuts]


def chance(rule, yes, no):
    names = tuple(str(j) for j in range(rule.n_voters))
    return pass_probability(
        VotingForm(names, rule, np.array(yes, dtype=float), np.array(no, dtype=float))
    )


def by_profile(rule, yes, no):
    total = Fraction(0)
    for profile in product((1, 0, -1), repeat=rule.n_voters):
        cast = [(v, j) for j, v in enumerate(profile) if not rule.recused[j]]
        ayes = sum(rule.weight[j] for v, j in cast if v == 1)
        blocked = any(v == -1 and (rule.veto[j] or not rule.quota) for v, j in cast)
        if ayes >= max(rule.quota, 1) and not blocked:
            term = Fraction(1)
            for y, n, v in zip(yes, no, profile, strict=True):
                term *= {1: y, 0: 1 - y - n, -1: n}[v]
            total += term
    return total


@given(votes())
def test_the_exact_chance_is_the_sum_over_all_profiles(drawn):
    rule, yes, no = drawn
    expected = by_profile(rule, yes, no)
    assert exact_pass_probability(rule, yes, no) == expected
    assert chance(rule, yes, no) == pytest.approx(float(expected), abs=1e-14)


@given(votes(), st.integers(0, 4))
def test_one_veto_more_never_raises_the_chance(drawn, place):
    rule, yes, no = drawn
    j = place % rule.n_voters
    veto = tuple(held or i == j for i, held in enumerate(rule.veto))
    more = VotingRule(rule.weight, rule.quota, veto, rule.recused)
    assert exact_pass_probability(more, yes, no) <= exact_pass_probability(rule, yes, no)


@given(votes(), st.integers(0, 4))
def test_an_abstention_for_a_no_never_lowers_the_chance(drawn, place):
    rule, yes, no = drawn
    softer = [Fraction(0) if i == place % rule.n_voters else n for i, n in enumerate(no)]
    assert exact_pass_probability(rule, yes, softer) >= exact_pass_probability(rule, yes, no)


@given(votes())
def test_recusal_only_eases_unanimity_and_only_hinders_a_quota_without_vetoes(drawn):
    rule, yes, no = drawn
    free = VotingRule((1,) * rule.n_voters, rule.quota)
    without = VotingRule(
        (1,) * rule.n_voters, rule.quota, recused=(True,) + (False,) * (len(yes) - 1)
    )
    if rule.quota:
        assert exact_pass_probability(without, yes, no) <= exact_pass_probability(free, yes, no)
    else:
        blocked = [Fraction(0), *yes[1:]], [Fraction(1), *no[1:]]
        assert exact_pass_probability(without, yes, no) >= exact_pass_probability(free, *blocked)


def test_the_exact_security_council_at_one_half():
    rule = VotingRule((1,) * 15, 9, (True,) * 5 + (False,) * 10)
    half = [Fraction(1, 2)] * 15
    assert exact_pass_probability(rule, half, half) == Fraction(53, 2048)


def test_rotating_seats_agree_with_the_compiled_kernel():
    rng = np.random.default_rng(4)
    share = rng.dirichlet([1, 1, 1], size=(50, 20))
    rotating = (False,) * 5 + (True,) * 15
    rule = VotingRule((1,) * 20, 9, (True,) * 5 + (False,) * 15, (), rotating, 10)
    form = VotingForm(tuple(map(str, range(20))), rule, share[..., 0], share[..., 2])
    kernel = mandate_probability(form.yes, form.no, permanent=5, elected=10, quota=9)
    np.testing.assert_allclose(pass_probability(form), kernel, rtol=1e-12, atol=1e-16)


def test_a_game_gets_the_same_bits_alone_and_in_a_sweep():
    rng = np.random.default_rng(5)
    share = rng.dirichlet([1, 1, 1], size=(7, 15))
    rule = VotingRule((1,) * 15, 9, (True,) * 5 + (False,) * 10)
    names = tuple(map(str, range(15)))
    sweep = sincere(VotingForm(names, rule, share[..., 0], share[..., 2]))
    passes = pass_probability(sweep.form, sweep.strategies["vote"])
    for k in range(7):
        alone = sincere(VotingForm(names, rule, share[k, :, 0], share[k, :, 2]))
        assert np.array_equal(pass_probability(alone.form, alone.strategies["vote"]), passes[k])
        assert np.array_equal(alone.payoffs, sweep.payoffs[k])
        assert np.array_equal(alone.regret, sweep.regret[k])
