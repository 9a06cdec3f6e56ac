"""The threshold form: payoffs and certificate against brute force, and levers that compose."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.assumptions.levers import LEVERS, NEUTRAL, Assumptions
from collsec.forms.threshold import ThresholdForm
from collsec.parameters import ParameterError


def drawn(n, n_points=4, number=0):
    rng = np.random.default_rng(number)
    return ThresholdForm(
        value=rng.uniform(0, 3, (n_points, n)),
        cost=rng.uniform(0, 2, (n_points, n)),
        quorum=rng.integers(1, n + 1, n_points),
        refund=rng.uniform(0, 1, n_points),
        shares=rng.dirichlet(np.ones(n), n_points),
    )


def strategies(n, n_points=4, number=0):
    rng = np.random.default_rng(number + 1000)
    mixed = rng.uniform(0, 1, (n_points, 2, n))
    pure = (mixed[:, :1] > 0.5).astype(float)
    return {"act": np.concatenate([mixed, pure], axis=1)}


def material(form, point, profile):
    """Payoffs of one profile in one game, member by member, from the definition."""
    met = sum(profile) >= form.quorum[point]
    kept = 0.0 if met else form.refund[point]
    spent = [x * c * (1 - kept) for x, c in zip(profile, form.cost[point], strict=True)]
    phi = form.side_payments[point]
    return [
        form.value[point, i] * met - (1 - phi) * spent[i] - phi * form.shares[point, i] * sum(spent)
        for i in range(form.n_members)
    ]


def brute_force(form, rho, act):
    """Expected utilities over all profiles, shape of `act`."""
    total = np.zeros(act.shape)
    for point, row in np.ndindex(act.shape[:2]):
        for profile in itertools.product((0, 1), repeat=form.n_members):
            p = act[point, row]
            chance = np.prod(np.where(profile, p, 1 - p))
            v = np.array(material(form, point, profile))
            others = (v.sum() - v) / (form.n_members - 1)
            total[point, row] += chance * (v - rho[point] * others)
    return total


@pytest.mark.parametrize("n", [2, 3, 5])
def test_payoffs_equal_brute_force_over_profiles_with_relative_gains_and_side_payments(n):
    rho, phi = np.array([0, 0.3, 0.7, 1.0]), np.array([0.6, 0, 0.2, 1.0])
    form = drawn(n).under(Assumptions(relative_gains=rho, side_payments=phi))
    act = strategies(n)["act"]
    np.testing.assert_allclose(form.payoffs({"act": act}), brute_force(form, rho, act), atol=1e-13)


@pytest.mark.parametrize("n", [2, 3, 7, 11, 12])
def test_enumeration_and_fourier_inversion_give_the_same_gains(n):
    levers = Assumptions(relative_gains=0.4, side_payments=0.7)
    for form in (drawn(n), drawn(n).under(levers)):
        act = strategies(n)["act"]
        np.testing.assert_allclose(
            form._gain_by_enumeration(act), form._gain_by_fourier(act), rtol=0, atol=1e-13
        )


@pytest.mark.parametrize("n", [4, 12, 13, 40])
def test_regret_is_what_payoffs_say_a_deviation_gains(n):
    form = drawn(n).under(Assumptions(relative_gains=0.4, side_payments=0.7))
    act = strategies(n)["act"]
    base, best = form.payoffs({"act": act}), np.full(act.shape, -np.inf)
    for i, move in itertools.product(range(n), (0.0, 1.0)):
        changed = act.copy()
        changed[..., i] = move
        best[..., i] = np.maximum(best[..., i], form.payoffs({"act": changed})[..., i])
    expected = (best - base).max(axis=-1)
    np.testing.assert_allclose(form.regret({"act": act}), expected, rtol=0, atol=1e-12)


def test_provision_is_the_binomial_tail_where_all_act_alike():
    form = ThresholdForm(np.ones(5), np.ones(5), np.int64(3))
    found = form.provision({"act": np.full((2, 5), [[1 / 3], [2 / 3]])})
    np.testing.assert_allclose(found, [17 / 81, 64 / 81], rtol=1e-15)


def test_padding_stays_padding():
    form = drawn(3)
    act = strategies(3)["act"]
    act[1, 2] = np.nan
    assert np.isnan(form.regret({"act": act})[1, 2])
    assert np.isnan(form.payoffs({"act": act})[1, 2]).all()
    assert np.isfinite(form.regret({"act": act})[0]).all()


def same(one, other, exactly=False):
    atol = 0 if exactly else 1e-13
    act = strategies(one.n_members)
    for name in ("value", "cost", "quorum", "refund", "shares"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_allclose(one.payoffs(act), other.payoffs(act), rtol=0, atol=atol)


def test_neutral_levers_change_nothing_bit_for_bit():
    levers = Assumptions(relative_gains=0.3, side_payments=0.1)
    for form in (drawn(4), drawn(4).under(levers)):
        same(form.under(NEUTRAL), form, exactly=True)


def test_levers_on_what_the_form_does_not_have_leave_it_as_it_is():
    acting = {"relative_gains", "side_payments", "selection"}
    others = dict.fromkeys((name for name in LEVERS if name not in acting), 0.5)
    same(drawn(4).under(Assumptions(**others)), drawn(4), exactly=True)


@given(rho=st.floats(0, 1), phi=st.floats(0, 1))
def test_levers_one_after_the_other_in_any_order_equal_all_together(rho, phi):
    form = drawn(4)
    gains, payments = Assumptions(relative_gains=rho), Assumptions(side_payments=phi)
    both = form.under(Assumptions(relative_gains=rho, side_payments=phi))
    same(form.under(gains).under(payments), both)
    same(form.under(payments).under(gains), both)


@given(first=st.floats(0, 1), second=st.floats(0, 1))
def test_relative_gains_twice_are_the_product_of_two_linear_maps(first, second):
    form, act = drawn(4), strategies(4)

    def mapped(rho, utility):
        others = (utility.sum(axis=-1, keepdims=True) - utility) / 3
        return utility - rho * others

    twice = form.under(Assumptions(relative_gains=first)).under(Assumptions(relative_gains=second))
    expected = mapped(second, mapped(first, form.payoffs(act)))
    np.testing.assert_allclose(twice.payoffs(act), expected, rtol=0, atol=1e-13)


def test_side_payments_only_move_money_between_members():
    form, act = drawn(5), strategies(5)
    paid = form.under(Assumptions(side_payments=0.8))
    np.testing.assert_allclose(
        paid.payoffs(act).sum(axis=-1), form.payoffs(act).sum(axis=-1), atol=1e-13
    )


def test_full_side_payments_split_the_bill_by_assessed_shares():
    form = ThresholdForm(
        np.zeros(2), np.array([6.0, 2.0]), np.int64(1), shares=np.array([0.75, 0.25])
    ).under(Assumptions(side_payments=1.0))
    assert form.payoffs({"act": np.array([[0.0, 1.0]])}).tolist() == [[-1.5, -0.5]]


def test_a_lever_may_carry_the_batch():
    form = ThresholdForm(np.ones(3), np.full(3, 0.2), np.int64(2))
    swept = form.under(Assumptions(relative_gains=[0, 0.5, 1]))
    assert swept.batch_shape == (3,)
    assert swept.payoffs({"act": np.ones((3, 1, 3))})[:, 0, 0] == pytest.approx([0.8, 0.4, 0])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quorum": np.int64(4)}, "between 1 and the number of members, 3"),
        ({"quorum": np.int64(0)}, "between 1 and the number of members, 3"),
        ({"quorum": np.float64(2)}, "whole numbers"),
        ({"cost": np.array([1.0, -0.1, 1.0])}, "at least 0"),
        ({"shares": np.array([0.5, 0.5, 0.5])}, "sum to 1"),
    ],
)
def test_broken_rules_are_named(changes, words):
    given = {"value": np.ones(3), "cost": np.ones(3), "quorum": np.int64(2)}
    with pytest.raises(ParameterError, match=words):
        ThresholdForm(**{**given, **changes})


@pytest.mark.parametrize("n", [4, 13])
def test_one_profile_is_judged_in_every_game_of_a_sweep(n):
    form, act = drawn(n), np.full((2, n), 0.3)
    repeated = {"act": np.broadcast_to(act, (4, 2, n))}
    np.testing.assert_array_equal(form.payoffs({"act": act}), form.payoffs(repeated))
    np.testing.assert_array_equal(form.regret({"act": act}), form.regret(repeated))
    np.testing.assert_array_equal(form.provision({"act": act}), form.provision(repeated))
