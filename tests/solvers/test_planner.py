"""The benchmark without free riding, against the best of all cutoffs by brute force."""

import itertools

import numpy as np
import pytest
from scipy import optimize

from collsec.assumptions.levers import Assumptions
from collsec.forms.shock import Shock, partial_mean, quantile
from collsec.games.response.response import Response
from collsec.solvers.participation import participation
from collsec.solvers.planner import efficient_answers

CASES = {
    "two, smooth": ([0.2, 0.1], [0.05, 0.04], [0.3, 0.2], 2.0, 0.4, 0),
    "two, either could do it": ([0.3, 0.3], [0.25, 0.2], [0.4, 0.2], 6.0, 0.05, 0),
    "three, unequal": ([0.25, 0.1, 0.05], [0.06, 0.03, 0.02], [0.5, 0.1, 0.1], 3.0, 0.3, 0),
    "three, logistic": ([0.1, 0.1, 0.1], [0.05, 0.03, 0.04], [0.2, 0.3, 0.1], 5.0, 0.2, 1),
    "three, two needed": ([0.1, 0.1, 0.1], [0.2, 0.2, 0.2], [0.4, 0.4, 0.4], 8.0, 0.3, 2),
}


def game(capability, war_cost, interest, decisiveness, spread, shock, **more):
    return Response(
        capability=capability,
        war_cost=war_cost,
        interest=interest,
        common_stake=0.0,
        decisiveness=decisiveness,
        spread=spread,
        shock=shock,
        target_capability=0.0,
        **{"challenger_capability": 0.15, **more},
    )


def surplus(setting, answer):
    """Return stakes won less costs drawn, over all profiles, at cutoffs with these chances."""
    stakes, total = sum(setting.interest), 0.0
    for profile in itertools.product((0, 1), repeat=setting.n_members):
        power = np.dot(profile, setting.capability)
        odds = (power / setting.challenger_capability) ** setting.decisiveness
        chance = np.prod(np.where(profile, answer, 1 - answer))
        total += chance * stakes * odds / (1 + odds)
    cutoff = quantile(Shock(int(setting.shock)), answer, 1 - answer)
    tail = partial_mean(Shock(int(setting.shock)), cutoff)
    return total - np.sum(setting.war_cost * (answer + setting.spread * tail))


def best_by_search(setting):
    """Return the most surplus over a grid of all chances, polished from its best points."""
    n, side = setting.n_members, {2: 61, 3: 17}[setting.n_members]
    levels = np.linspace(0, 1, side)
    grid = np.array(list(itertools.product(levels, repeat=n)))
    values = np.array([surplus(setting, row) for row in grid])
    best = values.max()
    for start in grid[np.argsort(-values)[:4]]:
        found = optimize.minimize(
            lambda x: -surplus(setting, np.clip(x, 0, 1)), start, method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000},
        )  # fmt: skip
        best = max(best, -found.fun)
    return best


@pytest.mark.parametrize("name", CASES)
def test_no_cutoffs_do_better_than_the_benchmark(name):
    setting = game(*CASES[name])
    found = surplus(setting, efficient_answers(setting.form()))
    best = best_by_search(setting)
    assert best - 1e-9 <= found <= best + 1e-6


def test_who_bears_the_cost_and_what_pledges_cost_leave_the_benchmark_as_it_is():
    setting = game(*CASES["three, unequal"], pledged=0.8)
    bare = efficient_answers(setting.form())
    levers = Assumptions(relative_gains=0.5, side_payments=0.6, pledge_cost=1.0)
    np.testing.assert_allclose(efficient_answers(setting.form().under(levers)), bare, atol=1e-12)


def test_levers_that_change_stakes_change_the_benchmark():
    setting = game(*CASES["three, unequal"])
    levers = Assumptions(indivisibility=[0.0, 0.9])
    bare, indifferent = efficient_answers(setting.form().under(levers))
    assert indifferent.sum() < bare.sum()


def test_members_on_their_own_provide_too_little():
    setting = game(*CASES["three, unequal"])
    form = setting.form()
    alone = participation(form).strategies["answer"][:, :, 0]
    together = efficient_answers(form)
    assert np.all(form.reversal_chance(alone) < form.reversal_chance(together[None])[0])


def test_each_game_of_a_batch_has_the_benchmark_it_has_alone():
    setting = game(*CASES["three, unequal"], challenger_capability=[0.1, 0.3])
    whole = efficient_answers(setting.form())
    for point, opposed in enumerate([0.1, 0.3]):
        single = game(*CASES["three, unequal"], challenger_capability=opposed)
        np.testing.assert_array_equal(whole[point], efficient_answers(single.form()))
