"""Participation among real capabilities by waves: the kernels, and the same games on a lattice."""

import itertools

import numba
import numpy as np
import pytest
from scipy import stats

from collsec.assumptions.levers import Assumptions
from collsec.forms import lattice as lattices
from collsec.games.crisis import Crisis
from collsec.games.response.response import Response
from collsec.solvers import solve
from collsec.solvers._participation_newton import fill_joint
from collsec.solvers._participation_order import in_order
from collsec.solvers._participation_play import CUTOFF, load, room, sweep
from collsec.solvers.mean_field import mean_field
from collsec.solvers.noise_branch import noise_branch
from collsec.solvers.participation import participation
from collsec.solvers.reached_from import reached_from


def drawn(n, number=0, **values):
    rng = np.random.default_rng([number, n])
    capability = 0.8 * rng.dirichlet(np.full(n, 0.7))
    given = {
        "war_cost": 0.25 * capability * rng.uniform(0.7, 1.3, n) + 1e-6,
        "interest": rng.uniform(0.2, 0.7, n),
        "spread": 0.3,
        "challenger_capability": 0.2,
        "decisiveness": 3.5,
    }
    return Response(capability=capability, **{**given, **values})


def answers(found):
    return found.strategies["answer"][..., 0]


@numba.njit
def kernels(game, p):
    """Return by sweep and by Jacobian what the kernels hold of a game at p."""
    play = load(*game)
    work = room(play, 1)
    fill_joint(p, play, work)
    sweep(p.copy(), 0.0, play, work)
    return work.own[CUTOFF], work.slopes, play.n_waves


@pytest.mark.parametrize("n", [2, 5, 8])
@pytest.mark.parametrize("decisiveness", [1.0, 3.5, 8.0])
def test_cutoffs_and_slopes_are_those_over_all_sets_that_may_answer(n, decisiveness):
    """Chances 0, 1 and 1/2 among them: factors of waves may vanish."""
    form = drawn(n, decisiveness=decisiveness).form()
    p = np.random.default_rng(n).uniform(0.02, 0.98, n)
    p[:2] = 0.0, 1.0
    p[-1] = 0.5
    game = in_order(form)
    capability = game.sorted(form.smooth.capability)
    cutoff, joint, n_waves = kernels(tuple(np.asarray(item)[()] for item in game.game), p)
    acts = np.array(list(itertools.product((0, 1), repeat=n)))
    value = form.smooth.reversal(acts @ capability)
    chance, sign = np.where(acts == 1, p, 1 - p), 2.0 * acts - 1
    net = cutoff * game.game[6] - game.game[5]
    for i in range(n):
        own = np.delete(chance, i, axis=1).prod(axis=1) * sign[:, i]
        expected = game.game[4][i] * (own * value).sum()
        assert net[i] == pytest.approx(expected, abs=5e-12)
        for j in range(n):
            if j != i:
                pair = np.delete(chance, [i, j], axis=1).prod(axis=1) * sign[:, i] * sign[:, j]
                assert joint[i, j] == pytest.approx((pair * value).sum(), abs=3e-11)
    assert n_waves == form.waves.rate.shape[-1]


def both_ways(game, monkeypatch, n_units=0):
    """Return the form of a game with as many common units as these, and as it is without any."""
    monkeypatch.setattr(lattices, "EXACT_UNITS", max(n_units, 240))
    whole = game.form()
    monkeypatch.setattr(lattices, "EXACT_UNITS", 0)
    return whole, game.form()


@pytest.mark.parametrize("decisiveness", [1.0, 2.0, 3.5])
def test_a_game_in_common_units_has_the_same_equilibria_by_waves(decisiveness, monkeypatch):
    rng = np.random.default_rng(4)
    units = 1 + rng.multinomial(200, rng.dirichlet(np.full(12, 0.5)))
    capability = 0.8 * units / units.sum()
    game = drawn(12, decisiveness=decisiveness, interest=0.5, spread=0.35).replace(
        capability=capability, war_cost=0.22 * capability * np.linspace(0.9, 1.1, 12)
    )
    exact, real = both_ways(game, monkeypatch)
    assert exact.lattice.is_exact
    assert real.smooth.is_used
    first, second = participation(exact), participation(real)
    assert first.count == second.count
    np.testing.assert_array_equal(first.index, second.index)
    np.testing.assert_allclose(answers(second), answers(first), rtol=0, atol=1e-10)
    np.testing.assert_allclose(second.payoffs, first.payoffs, rtol=0, atol=1e-11)
    assert second.regret.max() < 1e-11


def test_thousands_of_units_and_none_at_all_are_the_same_game(monkeypatch):
    """Capabilities of 1/2003 are real numbers to the search for units, unless it goes that far."""
    rng = np.random.default_rng(9)
    units = 1 + rng.multinomial(2003 - 30, rng.dirichlet(np.full(30, 0.6)))
    capability = 0.8 * units / 2003
    game = drawn(30, interest=0.5, spread=0.2).replace(
        capability=capability, war_cost=0.25 * capability
    )
    exact, real = both_ways(game, monkeypatch, 2003)
    assert exact.lattice.is_exact
    assert real.smooth.is_used
    for start in (0.0, 1.0):
        first = reached_from(exact, np.full(30, start))
        second = reached_from(real, np.full(30, start))
        np.testing.assert_allclose(answers(second), answers(first), rtol=0, atol=1e-10)
    first, second = noise_branch(exact, 4.0), noise_branch(real, 4.0)
    np.testing.assert_allclose(second.precision, first.precision, rtol=1e-7)
    np.testing.assert_allclose(second.answer, first.answer, rtol=0, atol=1e-7)


def test_a_crisis_among_real_capabilities_is_the_crisis_in_their_units(monkeypatch):
    game = Crisis(challenger_capability=[0.15, 0.3])
    exact, real = both_ways(game, monkeypatch)
    assert exact.response.lattice.is_exact.all()
    assert real.response.smooth.is_used.all()
    levers = Assumptions(indivisibility=0.5, legitimacy=0.2, side_payments=0.3)
    first, second = solve(exact.under(levers)), solve(real.under(levers))
    np.testing.assert_array_equal(first.count, second.count)
    np.testing.assert_allclose(second.payoffs, first.payoffs, rtol=0, atol=1e-10)
    for name in first.strategies:
        np.testing.assert_allclose(
            second.strategies[name], first.strategies[name], rtol=0, atol=1e-9
        )


def test_the_regret_of_a_perturbed_profile_is_that_of_all_sets_that_may_answer():
    """Best cutoffs by enumeration; each member loses its distance from its own, times its scale."""
    levers = Assumptions(relative_gains=0.3, pledge_cost=0.2)
    form = drawn(7, spread=1.5, war_cost=0.03).form().under(levers)
    cutoff = stats.norm.ppf(answers(reached_from(form, np.full(7, 0.5)))[0])
    assert np.abs(cutoff).max() < 6
    for size in (1e-7, 1e-4, 0.3):
        played = cutoff + size * np.array([1, -1, 0.5, 0, 0.2, -0.4, 1])
        p = stats.norm.cdf(played)
        acts = np.array(list(itertools.product((0, 1), repeat=7)))
        value = form.smooth.reversal(acts @ form.smooth.capability)
        chance, lost = np.where(acts == 1, p, 1 - p), []
        for i in range(7):
            own = np.delete(chance, i, axis=1).prod(axis=1) * np.where(acts[:, i] == 1, 1, -1)
            net = form.gain[i] * (own * value).sum() + form.breach_cost[i] - form.burden[i]
            lost.append(abs(net - played[i] * form.spread * form.burden[i]))
        strategies = {"answer": np.stack([p, stats.norm.sf(played)], axis=-1)[None]}
        assert form.regret(strategies)[0] == pytest.approx(max(lost), rel=1e-6, abs=1e-12)
        assert max(lost) > 1e-3 * size


def test_lattice_waves_and_thresholds_in_one_batch_have_the_bits_they_have_alone():
    real = np.array([0.21, 0.1317, 0.0871, 0.0513])
    capability = np.stack([real, [0.2, 0.1, 0.1, 0.05], real, 1.1 * real, real])
    values = {
        "required": np.array([0.0, 0.0, 0.3, 0.0, 0.0]),
        "decisiveness": np.array([3.5, 2.0, 2.0, 8.0, 1.5]),
        "target_capability": np.array([0.01, 0.01, 0.01, 0.01, 0.0]),
    }
    rest = {"interest": 0.5, "war_cost": 0.04, "spread": 0.3, "challenger_capability": 0.2}
    form = Response(capability=capability, **values, **rest).form()
    assert form.smooth.is_used.tolist() == [True, False, False, True, False]
    whole, branch = participation(form), noise_branch(form, 2.0)
    for point in range(5):
        own = {name: value[point] for name, value in values.items()}
        single = Response(capability=capability[point], **own, **rest).form()
        found, count = participation(single), int(whole.count[point])
        assert found.count == count
        for name in ("payoffs", "regret", "index"):
            part = getattr(whole, name)[point][:count]
            np.testing.assert_array_equal(part, getattr(found, name))
        np.testing.assert_array_equal(answers(whole)[point, :count], answers(found))
        alone = noise_branch(single, 2.0).precision
        np.testing.assert_array_equal(branch.precision[point, : alone.size], alone)
        p = np.full((1, 4), 0.3)
        error = form.approximation_error(np.broadcast_to(p, (5, 1, 4)))[point]
        np.testing.assert_array_equal(error, single.approximation_error(p))


def test_any_number_of_members_is_solved_and_certified():
    form = drawn(400, spread=0.4, decisiveness=2.0).form()
    found = participation(form)
    assert found.count >= 1
    assert np.nansum(found.index) == 1
    assert found.regret.max() < 1e-11
    near = mean_field(form)
    assert near.settled
    assert np.abs(near.answer[:, 0] - answers(found)[0]).max() < 1e-3


@pytest.mark.parametrize(("n", "is_equal", "low", "high"), [
    (20, True, 1e-4, 4e-4), (193, True, 5e-7, 2e-6), (20, False, 2e-3, 8e-3),
    (193, False, 1e-4, 5e-4),
])  # fmt: skip
def test_the_mean_field_errs_by_what_its_page_says(n, is_equal, low, high):
    rng = np.random.default_rng([20250101, n])
    capability = 0.8 * (np.full(n, 1 / n) if is_equal else rng.dirichlet(np.full(n, 0.5)))
    form = Response(
        capability=capability, war_cost=0.25 * capability * np.linspace(0.7, 1.3, n) + 1e-9,
        interest=0.4, decisiveness=2.0, spread=0.4, challenger_capability=0.2,
    ).form()  # fmt: skip
    near = mean_field(form)
    assert near.settled
    exact = answers(reached_from(form, np.full(n, 0.5)))[0]
    assert low < np.abs(near.answer[:, 0] - exact).max() < high


def test_equal_members_are_counted_one_by_one_however_many_they_are():
    form = Response(capability=np.full(300, 0.002), war_cost=2e-4, interest=0.4).form()
    assert form.lattice.is_exact
    assert form.lattice.size == 301
