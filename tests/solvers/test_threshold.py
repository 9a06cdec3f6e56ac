"""The threshold solver: every root, every pure equilibrium, and honest claims about the rest."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.assumptions.levers import Assumptions
from collsec.forms.threshold import ThresholdForm
from collsec.solvers.threshold import IDENTICAL_SCOPE, threshold


def alike(n, k, value, cost, refund=0.0):
    return ThresholdForm(np.full(n, value), np.full(n, cost), np.int64(k), np.float64(refund))


def mixed_roots(found):
    act = found.strategies["act"][..., 0]
    return act[(act > 0) & (act < 1)]


def advantage(form, p):
    """What acting adds for the first member if all others act with p, by brute force."""
    n = form.n_members
    others, utility = np.full(n, p), []
    for move in (1.0, 0.0):
        act = others.copy()
        act[0] = move
        total = 0.0
        for profile in itertools.product((0, 1), repeat=n):
            chance = np.prod(np.where(profile, act, 1 - act))
            v = form._at_profile(np.array(profile))[0]
            total += chance * v[0]
        utility.append(total)
    return utility[0] - utility[1]


def roots_by_polynomial(form):
    """Interior roots of the indifference polynomial, from brute-force Bernstein coefficients."""
    n = form.n_members
    power = np.polynomial.Polynomial([0.0])
    p = np.polynomial.Polynomial([0.0, 1.0])
    for j in range(n):
        low, high = np.array([0] + [1] * j + [0] * (n - 1 - j)), None
        high = low.copy()
        high[0] = 1
        step = (form._at_profile(high) - form._at_profile(low))[0, 0]
        power = power + comb(n - 1, j) * step * p**j * (1 - p) ** (n - 1 - j)
    roots = power.roots()
    real = roots[np.abs(roots.imag) < 1e-9].real
    return np.sort(real[(real > 1e-6) & (real < 1 - 1e-6)])


games = st.tuples(
    st.integers(2, 7),
    st.integers(1, 7),
    st.floats(0.5, 5),
    st.floats(0.05, 2),
    st.sampled_from([0.0, 0.25, 0.6, 0.95, 1.0]),
    st.floats(0, 0.9),
    st.floats(0, 1),
).filter(lambda g: g[1] <= g[0])


def under_levers(game):
    n, k, value, cost, refund, rho, phi = game
    levers = Assumptions(relative_gains=rho, side_payments=phi)
    return alike(n, k, value, cost, refund).under(levers)


@given(games)
@settings(max_examples=50)
def test_at_a_root_acting_and_not_acting_pay_the_same_by_brute_force(game):
    form = under_levers(game)
    for root in mixed_roots(threshold(form)):
        assert advantage(form, root) == pytest.approx(0, abs=1e-12)


@given(games)
@settings(max_examples=100)
def test_between_grid_points_the_sign_changes_as_often_as_roots_are_reported(game):
    form = under_levers(game)
    roots = mixed_roots(threshold(form))
    grid = np.linspace(0, 1, 402)[1:-1]
    act = np.broadcast_to(grid[:, None], (grid.size, form.n_members))
    gain = form._gain_by_fourier(act)[:, 0]
    clear = np.abs(gain) > 1e-10
    changes = np.count_nonzero(np.diff(np.sign(gain[clear])))
    seen = roots[(roots > grid[clear].min()) & (roots < grid[clear].max())] if clear.any() else []
    assert len(roots) <= 2
    assert changes <= len(seen)
    assert (len(seen) - changes) % 2 == 0 or form._gain_by_fourier(act).max() < 1e-6


@pytest.mark.parametrize("refund", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize(("rho", "phi"), [(0, 0), (0.5, 0), (0, 0.7), (0.5, 0.7), (0.2, 1.0)])
def test_roots_are_those_of_the_polynomial_at_every_quorum(refund, rho, phi):
    levers = Assumptions(relative_gains=rho, side_payments=phi)
    for n, k in ((2, 1), (3, 2), (5, 3), (6, 2), (6, 5), (6, 6), (8, 4)):
        form = alike(n, k, 2.0, 0.3, refund).under(levers)
        np.testing.assert_allclose(
            mixed_roots(threshold(form)), roots_by_polynomial(form), rtol=0, atol=1e-7
        )


@pytest.mark.parametrize(
    ("n", "k", "value", "cost", "roots"),
    [
        (5, 3, 27.0, 8.0, [Fraction(1, 3), Fraction(2, 3)]),
        (5, 3, 8.0, 3.0, [Fraction(1, 2)]),
        (2, 1, 1.0, 0.5, [Fraction(1, 2)]),
        (4, 2, 1.0, 0.375, [None, Fraction(1, 2)]),
        (4, 3, 1.0, 0.375, [Fraction(1, 2), None]),
        (4, 2, 9.0, 4.0, [Fraction(1, 3)]),
        (3, 2, 1.0, 0.42, [Fraction(3, 10), Fraction(7, 10)]),
        (3, 3, 1.0, 0.49, [Fraction(7, 10)]),
        (10, 5, 1.0, 0.2, [None, None]),
    ],
)
def test_rational_roots_are_exact_also_on_grid_points_and_at_the_peak(n, k, value, cost, roots):
    found = threshold(alike(n, k, value, cost))
    act = found.strategies["act"][:, 0]
    is_root = (act > 0) & (act < 1)
    assert list(found.exact["act"][is_root, 0]) == roots
    known = [(float(r), a) for r, a in zip(roots, act[is_root], strict=True) if r is not None]
    assert all(a == pytest.approx(r, abs=1e-15) for r, a in known)


def test_exact_answers_hold_with_levers_too():
    levers = Assumptions(relative_gains=0.5, side_payments=0.25)
    form = alike(3, 1, 1.0, 0.5).under(levers)
    price, gain = Fraction(1, 2) * (Fraction(3, 4) + Fraction(1, 24)), Fraction(1, 2)
    found = threshold(form)
    assert found.strategies["act"][-1, 0] == pytest.approx(1 - float(price / gain) ** 0.5)
    form = alike(2, 1, 1.0, 0.5).under(levers)
    price = Fraction(1, 2) * (Fraction(3, 4) + Fraction(1, 16))
    assert threshold(form).exact["act"][-1, 0] == 1 - price / gain


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 3), (9, 3), (30, 11), (193, 97)])
def test_roots_appear_in_pairs_where_the_cost_falls_below_the_peak(n, k):
    peak = (k - 1) / (n - 1)
    most = comb(n - 1, k - 1) * peak ** (k - 1) * (1 - peak) ** (n - k)
    assert mixed_roots(threshold(alike(n, k, 1.0, most * (1 + 1e-9)))).size == 0
    assert mixed_roots(threshold(alike(n, k, 1.0, most))) == pytest.approx([peak], abs=1e-15)
    low, high = mixed_roots(threshold(alike(n, k, 1.0, most * (1 - 1e-9))))
    assert low < peak < high


def test_partial_refund_moves_the_peak_left_and_keeps_two_roots():
    lows = []
    for refund in (0.0, 0.5, 0.9, 0.99):
        low, high = mixed_roots(threshold(alike(6, 3, 1.0, 0.1, refund)))
        lows.append(low)
        assert high > 0.73
    assert lows == sorted(lows, reverse=True)
    assert mixed_roots(threshold(alike(6, 3, 1.0, 0.1, 1.0))).size == 1


def pure_profiles(form):
    """All pure equilibria by the certificate alone."""
    table = np.array(list(itertools.product((0.0, 1.0), repeat=form.n_members)))
    return {tuple(row) for row in table[form.regret({"act": table}) <= 1e-11]}


@given(games)
@settings(max_examples=40)
def test_pure_equilibria_by_number_of_actors_stand_for_all_pure_equilibria(game):
    form = under_levers(game)
    act = threshold(form).strategies["act"]
    pure = act[np.all((act == 0) | (act == 1), axis=-1)]
    assert len(pure_profiles(form)) == sum(comb(form.n_members, int(m)) for m in pure.sum(axis=-1))


@given(
    st.integers(0, 10_000),
    st.integers(2, 6),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from([0.0, 0.4, 1.0]),
)
@settings(max_examples=40)
def test_unequal_members_have_every_pure_equilibrium(number, n, rho, phi, refund):
    rng = np.random.default_rng(number)
    form = ThresholdForm(
        rng.uniform(0, 3, n), rng.uniform(0.1, 2, n), rng.integers(1, n + 1), np.float64(refund)
    ).under(Assumptions(relative_gains=rho, side_payments=phi))
    act = threshold(form).strategies["act"]
    pure = act[np.all((act == 0) | (act == 1), axis=-1)]
    assert {tuple(row) for row in pure} == pure_profiles(form)


@given(st.integers(0, 10_000), st.integers(2, 5), st.floats(0, 0.9), st.floats(0, 0.9))
@settings(max_examples=40)
def test_in_unequal_volunteers_dilemmas_every_set_of_mixers_is_found(number, n, rho, phi):
    rng = np.random.default_rng(number)
    form = ThresholdForm(rng.uniform(1, 2, n), rng.uniform(0.05, 1.2, n), np.int64(1)).under(
        Assumptions(relative_gains=rho, side_payments=phi)
    )
    found = threshold(form)
    act = found.strategies["act"]
    reported = {tuple(np.nonzero((row > 0) & (row < 1))[0]) for row in act} - {()}
    assert reported == set(_supports_by_logarithms(form))


def _supports_by_logarithms(form):
    """Which sets mix, by solving the linear equations of the logarithms of the idle chances."""
    n = form.n_members
    nobody, everyone = np.zeros(n, dtype=int), np.eye(n, dtype=int)
    alone = np.array(
        [(form._at_profile(e) - form._at_profile(nobody))[0, i] for i, e in enumerate(everyone)]
    )
    other = np.array([
        (form._at_profile(everyone[i] + everyone[i - 1]) - form._at_profile(everyone[i - 1]))[0, i]
        for i in range(n)
    ])  # fmt: skip
    ratio = -other / (alone - other)
    for size in range(2, n + 1):
        for members in itertools.combinations(range(n), size):
            r = ratio[list(members)]
            if np.any((r <= 0) | (r > 1)):
                continue
            system = np.ones((size, size)) - np.eye(size)
            idle = np.exp(np.linalg.solve(system, np.log(r)))
            outside = np.delete(ratio, members)
            if np.all(idle < 1) and np.all((outside < 0) | (idle.prod() <= outside)):
                yield members


def test_completeness_is_claimed_only_where_it_holds():
    rng = np.random.default_rng(5)

    def unequal(n, k):
        return ThresholdForm(np.ones(n), rng.uniform(0.1, 0.4, n), np.int64(k))

    assert threshold(unequal(10, 1)).complete
    assert not threshold(unequal(11, 1)).complete
    assert threshold(unequal(12, 4)).complete
    assert not threshold(unequal(13, 4)).complete
    assert not threshold(alike(5, 3, 1.0, 0.0)).complete
    assert not threshold(alike(3, 3, 1.0, 1.0, refund=1.0)).complete
    tied = ThresholdForm(np.ones(3), np.array([0.2, 0.3, 1.0]), np.int64(1))
    assert not threshold(tied).complete


def test_large_unequal_groups_report_the_most_willing():
    cost = np.linspace(0.9, 0.1, 20)
    found = threshold(ThresholdForm(np.ones(20), cost, np.int64(3)))
    expected = np.stack([np.zeros(20), (np.arange(20) >= 17).astype(float)])
    np.testing.assert_array_equal(found.strategies["act"], expected)


def test_an_indifferent_member_may_act_and_may_stay_out():
    found = threshold(alike(4, 2, 1.0, 1.0))
    assert found.strategies["act"].sum(axis=-1).tolist() == [0, 2]
    found = threshold(alike(4, 1, 1.0, 1.0))
    assert found.strategies["act"].sum(axis=-1).tolist() == [0, 1]


def test_ties_count_from_both_sides():
    assert threshold(alike(4, 2, 1.0, 1 + 1e-13)).count == 2
    assert threshold(alike(4, 2, 1.0, 1 + 1e-10)).count == 1


def test_full_relative_gains_undo_provision():
    levers = Assumptions(relative_gains=[0, 0.5, 0.9, 1.0])
    found = threshold(alike(5, 3, 27.0, 8.0).under(levers))
    assert found.count.tolist() == [4, 2, 1, 1]


def test_side_payments_bring_provision_back():
    levers = Assumptions(relative_gains=0.5, side_payments=[0, 0.5, 1.0])
    found = threshold(alike(5, 3, 27.0, 8.0).under(levers))
    assert found.count.tolist() == [2, 4, 4]


@pytest.mark.parametrize(
    ("form", "reached"),
    [
        (alike(5, 3, 27.0, 8.0), 2 / 3),
        (alike(5, 3, 27.0, 11.0), 0.0),
        (alike(5, 3, 8.0, 3.0), 0.5),
        (alike(10, 2, 1.0, 0.2), 0.2672),
        (alike(5, 5, 1.0, 0.01), 1.0),
        (alike(5, 5, 1.0, 0.3), 0.0),
        (alike(5, 1, 1.0, 0.25), 0.2929),
        (alike(2, 1, 1.0, 0.25), 0.75),
    ],
)
def test_best_replies_lead_from_the_centroid_to_a_reported_equilibrium(form, reached):
    found = threshold(form)
    assert found.strategies["act"][found.centroid, -1] == pytest.approx(reached, abs=1e-4)


def sweep(n):
    rng = np.random.default_rng(n)
    value = rng.uniform(0.5, 3, (6, n))
    cost = rng.uniform(0.01, 0.5, (6, n))
    value[:4], cost[:4] = value[:4, :1], cost[:4, :1]
    form = ThresholdForm(value, cost, rng.integers(1, n + 1, 6), np.array([0, 0.5, 1, 0.2, 0, 0.7]))
    return form.under(Assumptions(relative_gains=rng.uniform(0, 0.5, 6), side_payments=0.3))


@pytest.mark.parametrize("n", [2, 5, 9, 13, 40])
def test_a_game_has_the_same_bits_alone_and_in_any_batch(n):
    form = sweep(n)
    whole = threshold(form)
    for chosen in ([0], [3], [4], [5], [0, 2, 5], [5, 4, 3, 2, 1, 0]):
        points = np.zeros(6, dtype=bool)
        points[chosen] = True
        part = threshold(form.at(points))
        for new, old in enumerate(np.nonzero(points)[0]):
            count = int(whole.count[old])
            assert part.count[new] == count
            assert part.complete[new] == whole.complete[old]
            assert part.centroid[new] == whole.centroid[old]
            for name in ("payoffs", "regret"):
                one, other = getattr(part, name)[new, :count], getattr(whole, name)[old, :count]
                np.testing.assert_array_equal(one, other)
            act = part.strategies["act"][new, :count]
            np.testing.assert_array_equal(act, whole.strategies["act"][old, :count])


def test_a_batch_with_two_axes_has_the_bits_of_its_single_games():
    form = ThresholdForm(
        np.full((3, 1, 5), 2.0), np.linspace(0.1, 1, 4)[:, None], np.array([[1], [3], [5]])
    )
    whole = threshold(form)
    assert whole.count.shape == (3, 4)
    for place in np.ndindex(3, 4):
        single = threshold(alike(5, form.quorum[place], 2.0, form.cost[place][0]))
        count = int(single.count)
        assert whole.count[place] == count
        for name in ("payoffs", "regret"):
            np.testing.assert_array_equal(
                getattr(whole, name)[place][:count], getattr(single, name)
            )
        np.testing.assert_array_equal(
            whole.strategies["act"][place][:count], single.strategies["act"]
        )


def test_every_answer_is_certified_and_says_what_complete_means():
    found = threshold(sweep(9))
    assert np.all(found.count > 0)
    assert np.nanmax(found.regret) < 1e-12
    assert found.scope.startswith(f"identical members: {IDENTICAL_SCOPE}")
    assert threshold(alike(193, 20, 5.0, 0.3, 0.4)).regret.max() < 1e-12
