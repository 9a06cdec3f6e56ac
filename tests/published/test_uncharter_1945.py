"""The Charter's rules (1945): how likely a measure passes when all vote yes with one chance."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom

from collsec.forms.voting import VotingForm, VotingRule
from collsec.games.decision.council import Council
from collsec.solvers.mandate import assembly_probability, mandate_probability
from collsec.solvers.pass_probability import pass_probability
from collsec.solvers.sincere import sincere

CHANCES = np.array([0.5, 0.7, 0.9])


def passes(rule):
    yes = np.repeat(CHANCES[:, None], rule.n_voters, axis=1)
    names = tuple(str(j) for j in range(rule.n_voters))
    return pass_probability(VotingForm(names, rule, yes, 1 - yes))


def security_council(chance):
    yes = np.full(15, chance)
    return mandate_probability(yes, 1 - yes, permanent=5, elected=10, quota=9)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            VotingRule((1,) * 15, 9, (True,) * 5 + (False,) * 10),
            [0.0258789063, 0.1662897893, 0.5904846138],
        ),
        (VotingRule((1,) * 15, 9), [0.3036193848, 0.8688574266, 0.9996893695]),
        (VotingRule((1,) * 15, 0), [0.0000305176, 0.0047475616, 0.2058911321]),
        (VotingRule((1,) * 193, 129), [1.669841e-6, 0.8499336840, 1.0]),
    ],
    ids=["council", "nine of fifteen", "unanimity", "assembly"],
)
def test_chance_to_pass_with_independent_votes(rule, expected):
    assert passes(rule) == pytest.approx(expected, abs=1e-10)


def test_the_game_shows_the_chance_to_pass():
    game = Council(yes=np.repeat(CHANCES[:, None], 15, axis=1))
    seen = game.observe(sincere(game.form()))["pass_probability"]
    assert seen[:, 0] == pytest.approx([0.0258789063, 0.1662897893, 0.5904846138], abs=1e-10)


def test_the_council_is_the_closed_form():
    expected = [p**5 * binom.sf(3, 10, p) for p in CHANCES]
    assert [float(security_council(p)) for p in CHANCES] == pytest.approx(expected, rel=1e-13)


def test_the_assembly_is_the_likelier_route_only_above_0_6184():
    def lead(chance):
        assembly = assembly_probability(np.full(193, chance), 2 / 3)
        return float(assembly - security_council(chance))

    assert lead(0.617) < 0 < lead(0.620)
    assert brentq(lead, 0.55, 0.7) == pytest.approx(0.6184, abs=5e-5)
