"""Backward induction through a crisis: combinations of equilibria, votes, and honest claims."""

import numpy as np

from collsec.assumptions import INSTITUTIONALIST
from collsec.assumptions.levers import Assumptions
from collsec.games.crisis import Crisis
from collsec.institutions import Institution, Trigger
from collsec.solvers.crisis import MAX_COMBINATIONS, crisis
from collsec.solvers.participation import participation

AUTOMATIC = Institution(trigger=int(Trigger.AUTOMATIC), obligation=0.5)
COUNCIL = Institution(permanent=1, elected=2, quota=2, obligation=0.5, bypass=0.6)


BESIDE_MANY = {
    "challenger_capability": [0.3, 0.1],
    "decisiveness": [5.0, 1.0],
    "war_cost": [[0.05], [0.05625]],
    "spread": [0.3, 0.1],
}
"""A game like `contested` alone, and one in which any two or three of five may answer."""


def contested(**values):
    """Five equal members that may all answer or all stay out."""
    given = {
        "capability": np.full(5, 0.1),
        "war_cost": 0.05,
        "interest": 0.45,
        "decisiveness": 5.0,
        "challenger_capability": 0.3,
        "spread": 0.3,
        "institution": AUTOMATIC,
        "target_capability": 0.0,
    }
    return Crisis(**{**given, **values})


def test_every_combination_of_response_equilibria_is_an_equilibrium():
    form = contested().form().under(Assumptions(legitimacy=0.02))
    response = participation(form.response)
    found = crisis(form)
    assert response.count.min() >= 2
    assert found.count == np.prod(response.count)
    answer = found.strategies["answer"][..., 0]
    for branch in range(2):
        each = np.unique(answer[:, branch].round(9), axis=0)
        assert len(each) == response.count[branch]
    assert np.all(found.regret < 1e-12)


def test_the_centroid_joins_what_the_centroid_leads_to_in_every_branch():
    form = contested().form().under(Assumptions(legitimacy=0.02))
    response, found = participation(form.response), crisis(form)
    for branch in range(2):
        expected = response.strategies["answer"][branch, response.centroid[branch]]
        np.testing.assert_array_equal(found.strategies["answer"][found.centroid, branch], expected)


def test_completeness_belongs_to_the_game_and_not_to_the_batch():
    """A game with few combinations stays complete beside one with more than are looked at."""
    form = contested(**BESIDE_MANY, institution=COUNCIL).form()
    form = form.under(Assumptions(legitimacy=0.02))
    found, response = crisis(form), participation(form.response)
    n_possible = np.prod(response.count, axis=0)
    assert n_possible[1] > MAX_COMBINATIONS
    assert not found.complete[1]
    assert n_possible[0] <= MAX_COMBINATIONS
    single = crisis(contested(institution=COUNCIL).form().under(Assumptions(legitimacy=0.02)))
    assert found.complete[0] == single.complete
    assert found.complete[0]
    assert found.count[0] == single.count


def test_combinations_of_low_ranks_come_first_whatever_else_is_in_the_batch():
    form = contested(**BESIDE_MANY).form()
    found = crisis(form)
    single = crisis(contested().form())
    count = int(single.count)
    assert found.count[0] == count
    for name, array in single.strategies.items():
        np.testing.assert_array_equal(found.strategies[name][0, :count], array)
    np.testing.assert_array_equal(found.payoffs[0, :count], single.payoffs)


def test_solver_and_certificate_find_the_same_chances_of_each_branch():
    form = contested(institution=COUNCIL, spread=1.0, challenger_seat=1).form()
    form = form.under(INSTITUTIONALIST)
    found = crisis(form)
    outcome = form.outcome(found.strategies)
    cutoff = form.attack_cutoff(outcome.expected(outcome.reversal), outcome.expected(outcome.power))
    np.testing.assert_allclose(found.strategies["challenge"][:, 0], np.exp(-cutoff), rtol=1e-12)
    assert np.all(outcome.branch > 0)
