"""Extended deterrence: one crisis by hand, all by brute force, and what pledges do."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, NEUTRAL, REALIST, Assumptions
from collsec.forms.alliance import ALTERNATIVES
from collsec.games.credibility.extended_deterrence import ExtendedDeterrence
from collsec.solvers import solve

PLEDGES = np.linspace(0.0, 2.0, 41)
ALL = {
    "relative_gains": 0.3, "indivisibility": 0.4, "impartiality": 0.5, "monitoring": 0.7,
    "pledge_cost": 0.8, "legitimacy": 0.2, "side_payments": 0.35, "identification": 0.9,
}  # fmt: skip


def observed(levers=NEUTRAL, **parameters):
    game = ExtendedDeterrence(**parameters)
    found = solve(game.form().under(levers))
    seen = game.observe(found)
    return found, {name: np.asarray(value)[..., 0] for name, value in seen.items()}


def test_a_crisis_with_two_degrees_of_demands_has_the_numbers_worked_out_by_hand():
    """Costs are uniform on [0, 1]. A lone protege yields: 1 against 0.75 + 0.4.

    Support: 0.75 * 0.3 + 0.5 * 0.5 = 0.475. An attack on a modest protege is worth 0.475 * (0.25 -
    0.35) + 0.525 = 0.4775; pressing to the full would raise that to 0.475 * (0.25 - 0.375 - 0.35) +
    0.525 + 0.5 = 0.799375. The modest protege expects 0.4775 * (0.475 * -0.65 - 0.525) =
    -0.398115625, the other -0.4966.
    """
    found, seen = observed(steps=1, pledge=0.5)
    assert found.complete
    assert seen["demands"] == 0.0
    assert seen["support"] == pytest.approx(0.475, abs=1e-15)
    assert found.strategies["attack"][0] == pytest.approx([0.4775, 0.799375], abs=1e-15)
    assert seen["protege_utility"] == pytest.approx(-0.398115625, abs=1e-15)
    assert seen["entrapment"] == pytest.approx(0.4775 * 0.25, abs=1e-15)
    assert seen["abandonment"] == pytest.approx(0.4775 * 0.525, abs=1e-15)
    assert seen["defender_utility"] == pytest.approx(
        -0.4775 * (0.475 * (0.25 * 0.3 + 0.475 / 2) + 0.525 * (0.3 + 0.25)), abs=1e-15
    )


def midpoints(mean, spread, n=50_000):
    return mean * (1 + spread * ((2 * np.arange(n) + 1) / n - 1))


def played_out(game, levers, found):
    """Return expected utilities by playing the crisis out for 50,000 costs a side."""
    p, a = game.values, levers
    level = round(float(found.strategies["demand"][0]) * p["steps"])
    z = level / p["steps"]
    plan = {k: found.strategies[k][0, level] for k in ("attack", "support", "alone")}
    cost = midpoints(p["war_cost"] * (1 - a.legitimacy * p["mandate"]), p["war_spread"])
    attack = midpoints(p["attack_cost"], p["attack_spread"])
    n = len(cost)
    stake = (1 - a.indivisibility) * p["interest"] + a.indivisibility * p["common_stake"]
    stake = stake * (1 - (1 - a.impartiality) * max(0, p["affinity"]))
    kept = np.array([p["benefit"] * z, -p["grievance"] * z, 0.0])
    lost = np.array([-p["loss"], p["prize"], -stake])
    fought = np.array([p["protege_cost"], p["challenger_cost"], 0.0])

    def war(success):
        return success * kept + (1 - success) * lost - fought

    realigned = np.array(
        [-p["realign_loss"], p["prize"] + p["realign_gain"], -stake - p["realign_harm"]]
    )
    alone = [lost, war(p["success_alone"]), realigned][int(plan["alone"])]
    breach = a.monitoring * (p["pledge"] + a.pledge_cost) * p["bound"] * p["war_cost"]
    breach = breach * (1 - p["condition"] * z)
    phi = a.side_payments
    supported = war(p["success_supported"]) + np.outer(cost, [-phi, 0, phi - 1])
    supports = (np.arange(n) + 0.5) / n < plan["support"]
    after = np.where(supports[:, None], supported, alone - [0, 0, breach]).mean(axis=0)
    after = a.identification * after + (1 - a.identification) * alone
    attacks = (np.arange(n) + 0.5) / n < plan["attack"]
    paid = np.outer(attack, [0, 1, 0])
    material = np.where(attacks[:, None], after - paid, kept).mean(axis=0)
    return material - a.relative_gains * (material.sum() - material) / 2


@pytest.mark.parametrize("levers", [NEUTRAL, REALIST, INSTITUTIONALIST, Assumptions(**ALL)])
def test_payoffs_are_those_of_the_crisis_played_out_for_thousands_of_costs(levers):
    game = ExtendedDeterrence(pledge=0.2, condition=0.4, mandate=1, affinity=0.3)
    found = solve(game.form().under(levers))
    assert found.payoffs[0] == pytest.approx(played_out(game, levers, found), abs=3e-5)
    assert found.regret[0] < 1e-12


def test_every_departure_from_the_plan_is_a_regret():
    game = ExtendedDeterrence(steps=4, pledge=0.6)
    form = game.form()
    found = solve(form)
    plan = {name: value[:1] for name, value in found.strategies.items()}

    def regret(**changes):
        return float(form.regret(plan | changes)[0])

    assert regret() < 1e-15
    for step in (0.1, -0.2):
        assert regret(support=plan["support"] + step) >= abs(step) - 1e-12
    assert regret(attack=plan["attack"] - 0.05) >= 0.05 - 1e-12
    realigning = regret(alone=np.full((1, 5), float(ALTERNATIVES.index("realign"))))
    assert realigning >= 0.2
    assert regret(demand=np.array([1.0])) > 0.01


def test_at_given_demands_a_costlier_pledge_supports_more_and_deters_more():
    form = ExtendedDeterrence(pledge=PLEDGES).form()
    plans = solve(form).strategies
    assert np.all(np.diff(plans["support"][:, 0], axis=0) >= 0)
    assert np.all(np.diff(plans["attack"][:, 0], axis=0) <= 1e-15)


def test_but_the_protege_presses_further_and_attacks_can_become_likelier():
    _, seen = observed(pledge=PLEDGES)
    rises = np.diff(seen["challenge"]) > 1e-9
    assert rises.any()
    assert np.all(np.diff(seen["demands"])[rises] > 0)
    assert seen["moral_hazard"][0] == 0.0
    assert seen["moral_hazard"].max() == 1.0
    assert np.all(seen["entrapment"] >= 0)


def test_a_pledge_that_binds_less_to_the_provocative_is_answered_by_restraint():
    _, bare = observed(pledge=1.0)
    _, conditional = observed(pledge=1.0, condition=0.8)
    assert conditional["demands"] < bare["demands"]
    assert conditional["provoked"] < bare["provoked"]


def test_the_threat_to_realign_bolsters_deterrence_or_undermines_it():
    loyal = {"realign_loss": 1.1, "realign_gain": 0.0, "realign_harm": 0.0}
    ready = {"realign_loss": 0.9}
    _, never = observed(**loyal)
    _, feared = observed(**ready, realign_gain=0.0, realign_harm=0.8)
    _, wanted = observed(**ready, realign_gain=0.8, realign_harm=0.0)
    assert never["alone"] == ALTERNATIVES.index("yield")
    assert feared["alone"] == wanted["alone"] == ALTERNATIVES.index("realign")
    assert feared["challenge"] < never["challenge"] < wanted["challenge"]
    assert feared["support"] > never["support"] == wanted["support"]
    assert feared["realignment"] == pytest.approx(feared["abandonment"])


def test_a_defender_who_gains_by_costs_that_others_bear_is_certified_too():
    levers = Assumptions(side_payments=1.0, relative_gains=0.6)
    found, seen = observed(levers, interest=0.01, success_supported=0.2)
    assert found.regret[0] < 1e-12
    assert 0.0 < seen["support"] < 1.0


def test_ties_between_demands_show_the_least_and_the_greatest():
    game = ExtendedDeterrence(steps=4, benefit=0.0, grievance=0.0)
    found = solve(game.form())
    assert found.count == 2
    assert found.strategies["demand"].tolist() == [0.0, 1.0]
    assert not found.complete


def test_who_is_not_named_is_never_answered_and_no_pledge_is_broken():
    _, unnamed = observed(Assumptions(identification=0.0), pledge=1.5)
    _, friendless = observed(interest=0.0, realign_harm=0.0, pledge=0.0)
    assert unnamed["war"] == unnamed["entrapment"] == 0.0
    assert unnamed["challenge"] == friendless["challenge"]
