import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.games.credibility.bargaining import Bargaining
from collsec.parameters import ParameterError
from collsec.solvers.ultimatum import ultimatum

unit = st.floats(0, 1)


def drawn_worth(game, rho, phi, offer):
    """The proposer's mean utility of an offer, type by type, from the definition."""
    costs = np.linspace(float(game.lowest_cost), float(game.highest_cost), 4001)
    costs = (costs[1:] + costs[:-1]) / 2 if costs[0] < costs[-1] else costs[:1]
    p, own = float(game.power + game.support), (1 - phi) * float(game.cost - game.subsidy)
    war = np.array([p - own + 0 * costs, 1 - p - costs])
    peace = np.array([offer + 0 * costs, 1 - offer + 0 * costs])
    utility = [(v[0] - rho * v[1], v[1] - rho * v[0]) for v in (war, peace)]
    accepts = utility[1][1] >= utility[0][1] - 1e-12
    return np.where(accepts, utility[1][0], utility[0][0]).mean()


@settings(max_examples=30)
@given(unit, unit, unit, unit, unit, st.floats(0, 0.95), unit)
@example(power=0.0, cost=0.0, low=0.0, width=2e-309, paid=0.0, rho=0.0, phi=0.0)
def test_no_offer_beats_the_one_found_when_types_are_drawn(power, cost, low, width, paid, rho, phi):
    game = Bargaining(
        power=power, cost=cost, lowest_cost=low, highest_cost=low + width, subsidy=paid * cost
    )
    levers = Assumptions(relative_gains=rho, side_payments=phi)
    found = ultimatum(game.form().under(levers))
    assert found.regret[0] < 1e-12
    offer, worth = float(found.strategies["offer"][0]), float(found.payoffs[0, 0])
    assert drawn_worth(game, rho, phi, offer) == pytest.approx(worth, abs=2e-3 * (1 + width))
    for other in np.linspace(0, 1, 21):
        assert drawn_worth(game, rho, phi, other) <= worth + 2e-3 * (1 + width)


def test_at_the_ends_the_demand_is_what_all_take_or_the_whole_prize():
    safe = Bargaining(lowest_cost=0.3, highest_cost=0.35)
    seen = safe.observe(ultimatum(safe.form()))
    assert seen["war"].tolist() == [0.0]
    assert seen["demand"] == pytest.approx(0.9, abs=1e-15)
    strong = Bargaining(power=0.95)
    seen = strong.observe(ultimatum(strong.form()))
    assert seen["demand"].tolist() == [1.0]
    assert seen["war"] == pytest.approx(0.05 / 0.4, abs=1e-15)


def test_relative_gains_narrow_the_range_until_nothing_is_left():
    rho = np.array([0, 0.25, 0.5, 0.9])
    game = Bargaining(lowest_cost=0.15, highest_cost=0.15)
    seen = game.observe(ultimatum(game.form().under(Assumptions(relative_gains=rho))))
    width = (seen["range_high"] - seen["range_low"])[:, 0]
    assert width == pytest.approx(0.25 * (1 - rho) / (1 + rho), abs=1e-15)
    last = ultimatum(game.form().under(Assumptions(relative_gains=1.0)))
    assert not last.complete
    assert last.regret[0] < 1e-12


def test_states_that_care_only_for_rank_fight_over_private_costs():
    game = Bargaining()
    found = ultimatum(game.form().under(Assumptions(relative_gains=1.0)))
    assert game.observe(found)["war"].tolist() == [1.0]
    assert not found.complete


def test_a_budget_that_bears_the_cost_emboldens_as_a_subsidy_does():
    game = Bargaining()
    paid = game.observe(ultimatum(game.form().under(Assumptions(side_payments=0.5))))
    assert paid["war"] == pytest.approx(0.4375, abs=1e-15)
    assert paid["ally_burden"] == pytest.approx(0.4375 * 0.05, abs=1e-15)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"support": 0.5}, "must leave"),
        ({"lowest_cost": 0.5}, "at least the lowest"),
        ({"subsidy": 0.2}, "must not exceed"),
    ],
)
def test_what_makes_no_sense_is_refused(values, rule):
    with pytest.raises(ParameterError, match=rule):
        Bargaining(**values)


def test_a_wrong_offer_and_a_wrong_answer_are_regretted():
    form = Bargaining().form()
    offer, cutoff = np.array([0.75, 0.7, 0.75]), np.array([0.15, 0.1, 0.2])
    regret = form.regret({"offer": offer, "accept_from": cutoff})
    assert regret[0] == 0.0
    assert regret[1] == pytest.approx(0.25 * 0.25 / 0.4 - 0.2 * 0.3 / 0.4, abs=1e-9)
    assert regret[2] == pytest.approx(0.05, abs=1e-15)
