import numpy as np
import pytest

from collsec.games.credibility.immediate_deterrence import ImmediateDeterrence
from collsec.parameters import ParameterError
from collsec.solvers.strategic_choice import strategic_choice

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


def seen(**given):
    game = ImmediateDeterrence(**given)
    return {
        name: values[..., 0] for name, values in game.observe(strategic_choice(game.form())).items()
    }


def test_resolve_makes_attacks_rarer_and_resistance_likelier_but_war_both():
    found = seen(war_defender=np.linspace(-4, 4, 17))
    assert np.all(np.diff(found["attack"]) < 0)
    assert np.all(np.diff(found["resistance"]) > 0)
    rise = np.diff(found["war"]) > 0
    assert rise[:9].all()
    assert not rise[9:].any()


def test_defenders_in_crises_are_of_less_resolve_than_others():
    found, weight = seen(war_defender=0.5 + NODES), WEIGHTS / WEIGHTS.sum()
    attacked = weight * found["attack"] / (weight * found["attack"]).sum()
    assert (weight * found["resistance"]).sum() == pytest.approx(0.6135850037, abs=1e-9)
    assert (attacked * found["resistance"]).sum() == pytest.approx(0.5465686116, abs=1e-9)


def test_those_who_attack_and_those_who_resist_like_war_more_than_all_do():
    found = seen(war_defender=np.linspace(-2, 2, 9))
    assert np.all(found["attackers_taste"] > 0)
    assert np.all(np.diff(found["resisters_taste"]) < 0)
    assert seen(private_spread=0, error_spread=1)["attackers_taste"] == 0


def test_the_chances_of_all_outcomes_add_up():
    found = seen(war_challenger=np.linspace(-3, 2, 11), error_spread=0.3)
    ends = found["deterrence"] + found["capitulation"] + found["war"]
    assert ends == pytest.approx(np.ones(11), abs=1e-15)


def test_without_doubts_the_game_is_refused():
    with pytest.raises(ParameterError, match="must not be 0"):
        ImmediateDeterrence(private_spread=0)
