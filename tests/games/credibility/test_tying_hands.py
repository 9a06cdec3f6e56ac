import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, Assumptions
from collsec.games.credibility.tying_hands import TyingHands
from collsec.parameters import ParameterError
from collsec.solvers import solve


def seen(game, levers=None):
    found = solve(game.form().under(levers or Assumptions()))
    return {name: np.asarray(value)[..., 0] for name, value in game.observe(found).items()}


def test_an_irresolute_sender_that_would_fight_is_refused():
    with pytest.raises(ParameterError, match=r"irresolute_value = 0\.8: must be below the cost"):
        TyingHands(irresolute_value=0.8)


def test_a_resolved_sender_that_would_not_fight_is_refused():
    with pytest.raises(ParameterError, match=r"resolved_value = 0\.5: must not be below the cost"):
        TyingHands(resolved_value=0.5)


def test_a_pledge_turns_sunk_costs_into_tied_hands():
    """μ α c = 0.9 · 0.6 · 0.7 exceeds what the irresolute lack, c - v_I = 0.35."""
    game = TyingHands(sunk=0.1, tied=0.0)
    free, bound = seen(game), seen(game, INSTITUTIONALIST)
    assert free["bluff"] > 0.3
    assert bound["bluff"] == 0
    assert bound["irresolute_signal"] == 1
    assert bound["war"] == pytest.approx(0.1)


def test_a_mandate_commits_where_it_makes_war_cheap_enough():
    game = TyingHands(tied=0.2, mandate=[0, 1])
    shown = seen(game, Assumptions(legitimacy=0.25))
    assert shown["bluff"][0] > 0.3
    assert shown["bluff"][1] == 0


def test_material_payoffs_add_up_to_what_the_sender_expects():
    shown = seen(TyingHands(sunk=[0.05, 0.2, 0.4], tied=0.1))
    mean = 0.35 * shown["resolved_payoff"] + 0.65 * shown["irresolute_payoff"]
    assert shown["sender_payoff"] == pytest.approx(mean, abs=1e-12)


def test_play_with_drawn_types_has_the_expected_frequencies():
    game, rng, n = TyingHands(sunk=0.05, tied=0.1), np.random.default_rng(9), 400_000
    found = solve(game.form())
    plan = {name: value[0] for name, value in found.strategies.items()}
    kind = (rng.uniform(size=n) < 0.35).astype(int)
    message = (rng.uniform(size=n) < plan["signal"][kind, 1]).astype(int)
    cost = rng.uniform(-2 / 9, 2, n)
    pushed = cost < plan["push"][message] * (2 + 2 / 9) - 2 / 9
    fights = rng.uniform(size=n) < plan["fight"][kind, message]
    value = np.array([0.35, 1.0])[kind]
    mine = np.where(pushed, np.where(fights, value - 0.7, -0.1 * message), value) - 0.05 * message
    theirs = np.where(pushed, np.where(fights, -cost, 1.0), 0.0)
    shown = {name: float(np.asarray(v)[0]) for name, v in game.observe(found).items()}
    assert np.mean(pushed & fights) == pytest.approx(shown["war"], abs=3e-3)
    assert np.mean(~pushed) == pytest.approx(shown["deterrence"], abs=3e-3)
    assert mine.mean() == pytest.approx(shown["sender_payoff"], abs=3e-3)
    assert theirs.mean() == pytest.approx(shown["receiver_payoff"], abs=5e-3)
