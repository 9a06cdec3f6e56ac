import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.forms.contribution import ContributionForm


def _plan(given):
    return {"contribution": np.asarray(given, dtype=float)[None]}


def _by_hand(given, income, taste, share, rho, phi):
    """Utilities from the definition, one member after the other."""
    total, n = sum(given), len(given)
    left = [
        y - (1 - phi) * q - phi * a * total for y, q, a in zip(income, given, share, strict=True)
    ]
    value = [(1 - t) * np.log(x) + t * np.log(total) for x, t in zip(left, taste, strict=True)]
    return [v - rho * (sum(value) - v) / (n - 1) for v in value]


MEMBERS = st.lists(
    st.tuples(st.floats(10, 100), st.floats(0.05, 0.95), st.floats(0.05, 0.9), st.floats(0.1, 1)),
    min_size=2,
    max_size=5,
)


@given(MEMBERS, st.floats(0, 1), st.floats(0, 1))
def test_utilities_are_those_of_the_definition(members, rho, phi):
    income, taste, part, share = (np.array(column) for column in zip(*members, strict=True))
    share = share / share.sum()
    given_ = part * income
    form = ContributionForm(income, taste, share, rho, phi)
    assume(np.all(income - form.costs(_plan(given_))[0] > 1e-6))
    expected = _by_hand(given_, income, taste, share, rho, phi)
    assert form.payoffs(_plan(given_))[0] == pytest.approx(expected, abs=1e-10)


@given(MEMBERS, st.floats(0, 0.9), st.floats(0, 0.9))
def test_regret_is_at_least_what_a_plain_grid_finds(members, rho, phi):
    income, taste, part, _ = (np.array(column) for column in zip(*members, strict=True))
    share = income / income.sum()
    given_ = 0.5 * part * income
    form = ContributionForm(income, taste, share, rho, phi)
    assume(np.all(income - form.costs(_plan(given_))[0] > 1e-6))
    here = form.payoffs(_plan(given_))[0]
    best = 0.0
    for member, level in itertools.product(range(len(income)), np.linspace(0.001, 1, 40)):
        other = given_.copy()
        other[member] = level * income[member]
        if np.all(income - form.costs(_plan(other))[0] > 0):
            there = _by_hand(other, income, taste, share, rho, phi)[member]
            best = max(best, there - here[member])
    assert form.regret(_plan(given_))[0] >= best - 1e-10


def test_regret_of_a_known_deviation_is_exact():
    form = ContributionForm(np.array([100.0, 100.0]), np.array([0.5, 0.5]))
    gain = 0.5 * np.log(75 / 90) + 0.5 * np.log(35 / 20)
    best_reply = 0.5 * np.log(55 / 90) + 0.5 * np.log(55 / 20)
    assert form.regret(_plan([10, 10]))[0] == pytest.approx(best_reply, abs=1e-14)
    assert best_reply > gain


@given(MEMBERS)
def test_the_lindahl_level_maximises_income_weighted_welfare(members):
    income, taste, _, _ = (np.array(column) for column in zip(*members, strict=True))
    form = ContributionForm(income, taste)

    def loss(shares):
        pie = income.sum() * np.exp(shares) / np.exp(shares).sum()
        welfare = (1 - taste) * np.log(pie[:-1]) + taste * np.log(pie[-1])
        return -(income * welfare).sum()

    best = minimize(loss, np.zeros(len(income) + 1), method="BFGS", options={"gtol": 1e-9})
    provision = income.sum() * np.exp(best.x)[-1] / np.exp(best.x).sum()
    assert provision == pytest.approx(form.efficient_provision, rel=1e-4)


def test_no_other_split_is_better_for_all_than_lindahls():
    income, taste = np.array([120.0, 60, 20]), np.array([0.2, 0.5, 0.7])
    total = ContributionForm(income, taste).efficient_provision
    best = (1 - taste) * np.log((1 - taste) * income) + taste * np.log(total)
    rng = np.random.default_rng(3)
    for pie in 200 * rng.dirichlet(np.ones(4), size=20000):
        assert np.any((1 - taste) * np.log(pie[:-1]) + taste * np.log(pie[-1]) <= best)


def test_neutral_levers_change_nothing():
    form = ContributionForm(np.array([3.0, 2, 1]), np.array([0.2, 0.5, 0.7]), None, 0.3, 0.2)
    same = form.under(NEUTRAL)
    plan = _plan([0.3, 0.2, 0.1])
    assert np.array_equal(same.payoffs(plan), form.payoffs(plan))
    assert np.array_equal(same.regret(plan), form.regret(plan))


@given(st.floats(0, 1), st.floats(0, 1))
def test_levers_compose_in_any_order(rho, phi):
    form = ContributionForm(np.array([3.0, 2, 1]), np.array([0.2, 0.5, 0.7]))
    plan = _plan([0.3, 0.2, 0.1])
    one, two = Assumptions(relative_gains=rho), Assumptions(side_payments=phi)
    together = form.under(Assumptions(relative_gains=rho, side_payments=phi)).payoffs(plan)
    assert np.array_equal(form.under(one).under(two).payoffs(plan), together)
    assert np.array_equal(form.under(two).under(one).payoffs(plan), together)


def test_relative_gains_twice_are_a_multiple_of_the_map_applied_twice():
    form = ContributionForm(np.array([3.0, 2, 1]), np.array([0.2, 0.5, 0.7]))
    plan = _plan([0.3, 0.2, 0.1])
    value = form.payoffs(plan)[0]
    for rho in (0.3, 0.6):
        value = value - rho * (value.sum() - value) / 2
    twice = form.under(Assumptions(relative_gains=0.3)).under(Assumptions(relative_gains=0.6))
    assert twice.payoffs(plan)[0] * (1 + 0.3 * 0.6 / 2) == pytest.approx(value, abs=1e-13)


def test_levers_without_a_primitive_leave_the_form_alone():
    form = ContributionForm(np.array([3.0, 2, 1]), np.array([0.2, 0.5, 0.7]))
    levers = Assumptions(monitoring=0.3, discount_factor=0.9, indivisibility=0.5, legitimacy=0.2)
    plan = _plan([0.3, 0.2, 0.1])
    assert np.array_equal(form.under(levers).payoffs(plan), form.payoffs(plan))


def test_equal_tastes_and_full_relative_gains_leave_no_stake_at_all():
    form = ContributionForm(np.full(7, 3.0), np.full(7, 0.1), None, 1.0)
    assert form.stakes.tolist() == [0.0] * 7
    assert form.regret(_plan(np.zeros(7)))[0] == 0
    assert np.all(np.isfinite(form.payoffs(_plan(np.zeros(7)))))


def test_giving_nothing_where_someone_cares_is_infinitely_regretted():
    form = ContributionForm(np.array([3.0, 2]), np.array([0.2, 0.5]))
    assert form.regret(_plan([0, 0]))[0] == np.inf


@pytest.mark.parametrize("given_", [[4.0, 0.0], [-0.1, 0.3]])
def test_a_profile_that_is_not_feasible_has_infinite_regret(given_):
    form = ContributionForm(np.array([3.0, 2]), np.array([0.2, 0.5]))
    assert form.regret(_plan(given_))[0] == np.inf


def test_who_can_ruin_another_and_likes_to_regrets_not_doing_it():
    income = np.array([120.0, 10.0])
    rival = ContributionForm(income, np.full(2, 0.5), None, 0.5, 0.5)
    assert rival.regret(_plan([15, 0]))[0] == np.inf
    friend = ContributionForm(income, np.full(2, 0.5), None, 0.0, 0.5)
    assert np.isfinite(friend.regret(_plan([15, 0]))[0])


def test_regret_of_a_batch_has_the_bits_of_single_games():
    rng = np.random.default_rng(5)
    income, taste = rng.uniform(1, 9, (4, 3, 6)), rng.uniform(0.1, 0.9, (4, 3, 6))
    rho, phi = rng.uniform(0, 1, (4, 1)), rng.uniform(0, 1, 3)
    rho[0], phi[0] = 0.0, 0.0
    share = income / income.sum(axis=-1, keepdims=True)
    plan = {"contribution": 0.3 * income[..., None, :]}
    batch = ContributionForm(income, taste, share, rho, phi)
    assert batch.batch_shape == (4, 3)
    regret, payoffs = batch.regret(plan), batch.payoffs(plan)
    for i, j in np.ndindex(4, 3):
        one = ContributionForm(income[i, j], taste[i, j], share[i, j], rho[i, 0], phi[j])
        alone = {"contribution": plan["contribution"][i, j]}
        assert np.array_equal(one.regret(alone), regret[i, j])
        assert np.array_equal(one.payoffs(alone), payoffs[i, j])
