"""Credibility that rests on reputation: the value of the regime is what a breach costs."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, NEUTRAL, REALIST, Assumptions
from collsec.games.crisis import Crisis
from collsec.institutions import PRESETS
from collsec.solvers import solve
from collsec.solvers.crisis import settled

NATO = PRESETS.load("nato")


def crisis(**changes: object) -> Crisis:
    small = {"capability": [0.3, 0.2, 0.1], "institution": NATO, "credibility": "reputation"}
    return Crisis(**(small | changes))


@pytest.mark.parametrize("school", [REALIST, INSTITUTIONALIST])
def test_the_standing_is_the_later_value_of_the_institution(school: Assumptions) -> None:
    found = solve(crisis().form().under(school))
    alone = solve(crisis().form().under(school).alone())
    assert float(found.regret.max()) < 1e-9
    without = alone.payoffs[int(alone.centroid), :3]
    delta = float(school.discount_factor)
    worth = delta / (1 - delta) * (found.payoffs[0, :3] - without)
    assert found.form.response.standing == pytest.approx(np.maximum(0, worth), abs=1e-9)


def test_the_standing_settles_where_it_is_what_the_regime_is_worth() -> None:
    form = settled(crisis().form().under(INSTITUTIONALIST))
    found = solve(form)
    worth = form.regime_value(found.payoffs[0, :3], form.outside)
    assert form.response.standing == pytest.approx(worth, abs=1e-9)


def test_a_regime_of_trust_holds_itself_up() -> None:
    found = solve(crisis().form().under(INSTITUTIONALIST))
    assert np.min(found.form.response.standing) > 1e-3


def test_without_a_future_a_pledge_is_worth_nothing() -> None:
    blind = solve(crisis().form().under(REALIST.replace(discount_factor=0.0)))
    unpledged = solve(crisis(credibility="pledge-cost").form().under(REALIST))
    assert blind.strategies["challenge"] == pytest.approx(unpledged.strategies["challenge"])


def test_patience_deters_and_a_sweep_equals_single_games_bit_for_bit() -> None:
    patience = np.array([0.0, 0.3, 0.6, 0.9])
    game = crisis()
    swept = solve(game.form().under(NEUTRAL.replace(discount_factor=patience)))
    challenge = swept.strategies["challenge"][:, 0, 0]
    assert np.all(np.diff(challenge) < 0)
    for i, delta in enumerate(patience):
        single = solve(game.form().under(NEUTRAL.replace(discount_factor=float(delta))))
        assert single.strategies["challenge"][0, 0] == challenge[i]


def test_a_wrong_standing_fails_the_certificate() -> None:
    found = solve(crisis().form().under(INSTITUTIONALIST))
    form = found.form
    wrong = form.trusting(form.response.standing + 0.01, form.outside)
    assert float(wrong.regret(found.strategies).max()) > 5e-3


def test_the_pledge_cost_lever_plays_no_part_where_credibility_rests_on_reputation() -> None:
    costly = INSTITUTIONALIST.replace(pledge_cost=2.0)
    one, other = (solve(crisis().form().under(s)) for s in (INSTITUTIONALIST, costly))
    assert one.strategies["challenge"] == pytest.approx(other.strategies["challenge"], abs=1e-12)
