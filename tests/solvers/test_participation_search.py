"""Equilibria by noise, by bounds, from one start; and how far lattice and mean field err."""

import itertools

import numpy as np
import pytest
from scipy import special

from collsec.forms.shock import Shock
from collsec.games.response.response import Response
from collsec.solvers.mean_field import mean_field
from collsec.solvers.noise_branch import noise_branch
from collsec.solvers.participation import participation
from collsec.solvers.reached_from import reached_from


def drawn(n, seed=0, **values):
    rng = np.random.default_rng([seed, n])
    capability = rng.dirichlet(np.full(n, 0.5)) * 0.8
    given = {
        "war_cost": 0.25 * capability * rng.uniform(0.7, 1.3, n) + 1e-9,
        "interest": rng.uniform(0, 0.8, n),
        "spread": 0.4,
        "challenger_capability": 0.2,
    }
    return Response(capability=capability, **{**given, **values})


def answers(found):
    return found.strategies["answer"][..., 0]


@pytest.mark.parametrize("n", [3, 9, 14])
@pytest.mark.parametrize("decisiveness", [0.7, 1.0, 2.0, 4.0])
def test_off_the_lattice_answers_are_worth_what_all_profiles_of_real_capabilities_say(
    n, decisiveness
):
    """Pivotal chances by brute force over 2^n sums of irrational capabilities."""
    game = drawn(n, decisiveness=decisiveness, target_capability=0.05)
    form = game.form()
    p = np.random.default_rng(n).uniform(0.05, 0.95, n)
    acts = np.array(list(itertools.product((0, 1), repeat=n)))
    power = 0.05 + acts @ game.capability
    odds = (power / 0.2) ** decisiveness
    reversal = odds / (1 + odds)
    expected = np.empty(n)
    for i in range(n):
        chance = np.where(acts == 1, p, 1 - p)
        chance[:, i] = np.where(acts[:, i] == 1, 1.0, -1.0)
        expected[i] = (chance.prod(axis=-1) * reversal).sum()
    assert not form.lattice.is_exact
    found = form.pivotal(p[None])[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-10)
    worst = np.max(np.abs(form.gain) * np.abs(found - expected))
    assert worst <= 2 * form.approximation_error(p[None])[0] + 1e-14


def test_the_error_of_a_lattice_is_seen_where_steps_or_steepness_cause_it():
    smooth = drawn(12).form()
    steep = drawn(12, decisiveness=8.0, challenger_capability=0.05).form()
    step = drawn(12, required=0.4).form()
    p = np.full((1, 12), 0.4)
    assert smooth.approximation_error(p)[0] < 1e-10
    assert 1e-10 < steep.approximation_error(p)[0] < 1e-3
    assert step.approximation_error(p)[0] > 1e-5
    exact = Response(capability=[0.3, 0.2, 0.1]).form()
    assert exact.approximation_error(np.full((1, 3), 0.4)).tolist() == [0.0]


def test_an_equilibrium_reached_from_a_start_is_one_of_those_found():
    game = drawn(20, decisiveness=3.5, spread=0.2, interest=0.5)
    form = game.form()
    found = participation(form)
    for start in (0.0, 1.0):
        one = reached_from(form, np.full(20, start))
        assert one.count == 1
        assert one.regret[0] < 1e-12
        gaps = np.abs(answers(found) - answers(one)).max(axis=-1)
        assert gaps.min() < 1e-7
    back = reached_from(form, answers(found)[-1])
    np.testing.assert_allclose(answers(back)[0], answers(found)[-1], atol=1e-9)


@pytest.mark.parametrize("shock", [Shock.LOGISTIC, Shock.NORMAL])
def test_the_branch_of_noise_consists_of_equilibria_and_ends_where_it_was_asked_to(shock):
    form = drawn(20, decisiveness=6.0, spread=0.05, interest=0.5, shock=int(shock)).form()
    branch = noise_branch(form, 20.0)
    assert branch.reached
    kept = ~np.isnan(branch.precision)
    assert branch.precision[0] == pytest.approx(np.exp(-12))
    np.testing.assert_allclose(branch.answer[0, :, 0], 0.5, atol=1e-4)
    assert branch.precision[kept][-1] == pytest.approx(20.0)
    assert np.nanmax(branch.residual) < 1e-9
    last = form.regret({"answer": branch.answer[kept][-1:]})
    assert last[0] < 1e-9
    moved = np.abs(np.diff(branch.answer[kept][..., 0], axis=0)).max()
    assert moved < 0.75


def test_turning_points_of_the_branch_are_where_precision_turns():
    """Alike, a quorum game coordinates: the branch to mobilisation first loses precision."""
    game = Response(
        capability=np.full(8, 0.1), war_cost=0.24, interest=1.0, common_stake=0.0,
        target_capability=0.0, challenger_capability=0.45, decisiveness=6.0, spread=0.1,
        shock=int(Shock.LOGISTIC),
    )  # fmt: skip
    branch = noise_branch(game.form(), 30.0)
    rising = np.diff(branch.precision[~np.isnan(branch.precision)]) > 0
    assert branch.turns.sum() == np.count_nonzero(rising[1:] != rising[:-1])
    p, t = branch.answer[:, 0, 0], branch.precision
    kept = ~np.isnan(t)
    gap = special.expit(t[kept] * (np.log(p[kept] / (1 - p[kept])) / t[kept])) - p[kept]
    assert np.abs(gap).max() < 1e-12


def test_complements_have_a_least_and_a_greatest_equilibrium_and_all_others_between():
    """Together weaker than the challenger over root three: the contest is convex (exponent 2)."""
    capability = np.array([5, 4, 3, 2, 2, 1]) * 0.02
    strong = np.sqrt(3) * (capability.sum() + 0.01) * 1.0001
    game = Response(
        capability=capability, interest=1.0, common_stake=0.0, spread=0.02,
        war_cost=np.linspace(0.3, 0.24, 6) * 0.1, challenger_capability=[strong, 0.8 * strong],
    )  # fmt: skip
    form = game.form()
    assert form.is_supermodular.tolist() == [True, False]
    assert not form.is_submodular.any()
    found = participation(form)
    everyone = answers(found)[0, : found.count[0]]
    assert np.all(everyone >= everyone[0] - 1e-9)
    assert np.all(everyone <= everyone[-1] + 1e-9)
    low, high = np.zeros((1, 6)), np.ones((1, 6))
    single = game.replace(challenger_capability=strong).form()
    for _ in range(2000):
        low, high = single.replies(low), single.replies(high)
    np.testing.assert_allclose(low[0], everyone[0], atol=1e-6)
    np.testing.assert_allclose(high[0], everyone[-1], atol=1e-6)
    assert found.complete[0] == (found.count[0] == 1)


def test_a_contest_of_exponent_one_makes_answers_substitutes():
    form = Response(capability=[0.3, 0.2, 0.1], decisiveness=1.0).form()
    assert form.is_submodular
    assert not form.is_supermodular


def test_the_mean_field_nears_the_exact_game_as_members_grow_many():
    errors, crude = [], []
    for n in (20, 50, 193):
        form = Response(
            capability=np.full(n, 0.8 / n), war_cost=0.2 / n * np.linspace(0.7, 1.3, n),
            interest=0.4, spread=0.4, challenger_capability=0.2, decisiveness=2.0,
        ).form()  # fmt: skip
        exact = answers(participation(form))[0]
        near, mean = mean_field(form), mean_field(form, n_nodes=1)
        assert near.settled
        assert mean.settled
        errors.append(np.abs(near.answer[:, 0] - exact).max())
        crude.append(np.abs(mean.answer[:, 0] - exact).max())
    assert errors[0] > errors[1] > errors[2]
    assert 1e-9 < errors[2] < 1e-3
    assert errors[2] < 0.2 * crude[2]
