import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, REALIST, Assumptions
from collsec.games.credibility.audience_costs import AudienceCosts
from collsec.solvers import solve

UNEQUAL = {"challenger_audience": 1.4, "target_audience": 0.6, "challenger_war": 3.0}


def seen(game, levers=None):
    found = solve(game.form().under(levers or Assumptions()))
    return {name: np.asarray(value)[..., 0] for name, value in game.observe(found).items()}


def drawn(game, levers, n=400_000):
    """Play the equilibrium with drawn types; return who backs down at once, later, and war."""
    form = game.form().under(levers)
    found = solve(form)
    plan = {name: value[0] for name, value in found.strategies.items()}
    rng = np.random.default_rng(5)
    cost = rng.uniform(0, 1, (n, 2)) * form.worst_war
    last = (1 - plan["concession"]) * (1 + plan["deadline"] / plan["scale"]) ** -plan["shape"]
    fights = cost <= last * form.worst_war
    stands = last + (1 - last) * rng.uniform(0, 1, (n, 2))
    time = plan["scale"] * ((stands / (1 - plan["concession"])) ** (-1 / plan["shape"]) - 1)
    time = np.where(stands > 1 - plan["concession"], 0.0, time)
    time = np.where(fights, np.inf, time)
    first, rho = time.min(axis=1), form.relative_gains
    loses = (time == first[:, None]) & np.isfinite(first)[:, None]
    material = np.where(loses, -form.rate * time.clip(max=1e9), form.value)
    material = np.where(np.isinf(first)[:, None], -cost, material)
    utility = material - rho * material[:, ::-1]
    return {
        "target_concedes": np.mean(loses[:, 1] & (first == 0)),
        "challenger_concedes": np.mean(loses[:, 0] & (first == 0)),
        "challenger_backs_down": np.mean(loses[:, 0]),
        "target_backs_down": np.mean(loses[:, 1]),
        "war": np.mean(np.isinf(first)),
        "duration": np.mean(np.minimum(first, plan["deadline"])),
        "challenger_payoff": utility[:, 0].mean(),
        "target_payoff": utility[:, 1].mean(),
    }


@pytest.mark.parametrize("levers", [Assumptions(), Assumptions(relative_gains=0.25, pledge_cost=1)])
def test_play_with_drawn_types_has_the_expected_frequencies(levers):
    game = AudienceCosts(**UNEQUAL, mandate=1.0)
    expected = seen(game, levers)
    for name, frequency in drawn(game, levers).items():
        assert frequency == pytest.approx(expected[name], abs=4e-3), name


def test_a_pledge_adds_the_same_as_a_larger_audience_cost():
    pledged = seen(AudienceCosts(**UNEQUAL), Assumptions(pledge_cost=0.5, monitoring=0.8))
    rates = {"challenger_audience": 1.4 + 0.4 * 1.5, "target_audience": 0.6 + 0.4 * 1.0}
    louder = seen(AudienceCosts(**UNEQUAL | rates))
    for name, value in pledged.items():
        assert value == pytest.approx(louder[name], rel=1e-12), name


def test_a_pledge_that_binds_both_alike_brings_more_war_where_audiences_differ():
    game = AudienceCosts(challenger_audience=1.0, target_audience=[0.25, 1.0, 4.0])
    bound = seen(game, Assumptions(pledge_cost=0.6))
    free = seen(game)
    assert np.all((bound["war"] - free["war"])[[0, 2]] > 0.02)
    assert bound["war"][1] == pytest.approx(free["war"][1], abs=1e-12)


def test_a_pledge_that_binds_the_target_alone_wins_it_the_prize_more_often():
    game = AudienceCosts(challenger_pledged=0.0)
    bound = seen(game, Assumptions(pledge_cost=np.linspace(0, 2, 9)))
    assert np.all(np.diff(bound["challenger_backs_down"]) > 0)
    assert np.all(np.diff(bound["target_payoff"]) > 0)
    assert np.all(np.diff(bound["war"]) < 0)


def test_a_mandate_that_makes_war_cheaper_helps_the_target():
    game = AudienceCosts(mandate=[-1, 0, 1])
    helped = seen(game, Assumptions(legitimacy=0.25))
    assert np.all(np.diff(helped["challenger_concedes"] - helped["target_concedes"]) > 0)


def test_relative_gains_bring_war():
    game = AudienceCosts()
    war = seen(game, Assumptions(relative_gains=np.linspace(0, 0.6, 7)))["war"]
    assert np.all(np.diff(war) > 0.02)


def test_both_schools_have_an_equilibrium_at_the_baseline():
    game = AudienceCosts()
    assert seen(game, REALIST)["war"] == pytest.approx(0.5354367, abs=1e-7)
    assert seen(game, INSTITUTIONALIST)["war"] == pytest.approx(0.25, abs=1e-12)
