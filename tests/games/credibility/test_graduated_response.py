"""Words, sanctions, force: payoffs by hand, and what each rung does."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, REALIST, Assumptions
from collsec.forms.ladder import LadderForm
from collsec.games.credibility.graduated_response import GraduatedResponse
from collsec.solvers import solve
from collsec.solvers.signalling import signalling

WAR, UNNAMED = 14, 7


def by_years(
    game: GraduatedResponse, end: float, yields: bool, fights: bool
) -> tuple[float, float]:
    """Return the payoffs of a resolute challenger and the institution, year by tiny year."""
    v = {name: float(value) for name, value in game.values.items()}
    delta, steps = v["discount_factor"], 200_000
    t1 = v["censure_delay"]
    t2 = t1 + v["sanction_delay"]
    horizon = 120.0
    t = (np.arange(steps) + 0.5) * horizon / steps
    weight = delta**t * -np.log(delta) * horizon / steps
    bite = v["harm"] * v["coverage"] * (1 - v["leakage"])
    on = t < end
    keeps = on if yields else np.ones_like(on)
    keeps = np.where(~on & fights, 1 - v["reversal"], keeps)
    held = v["prize_high"] * keeps
    harmed = v["censure"] * (on & (t > t1)) + bite * (on & (t > t2))
    cost = v["sanction_cost"] * v["coverage"] * (on & (t > t2))
    challenger = (weight * (held - harmed)).sum() - v["attack_cost"]
    institution = (weight * (-v["interest"] * keeps - cost)).sum() - delta**t1 * v["censure_cost"]
    if fights:
        challenger -= delta**end * v["force_harm"]
        institution -= delta**end * v["war_cost"]
    return challenger, institution


@pytest.mark.parametrize(
    ("row", "years", "yields", "fights"),
    [(4, 0.3, True, False), (5, 1.3, False, False), (6, 1.3, True, False), (WAR, 1.3, False, True)],
)
def test_payoffs_are_those_of_streams_added_up_year_by_year(
    row: int, years: float, yields: bool, fights: bool
) -> None:
    game = GraduatedResponse()
    paid = game.form().utilities[row]
    challenger, institution = by_years(game, years, yields, fights)
    assert paid[3] == pytest.approx(challenger, abs=1e-4)
    assert paid[1] == pytest.approx(institution, abs=1e-4)


def test_the_tree_has_the_same_equilibria() -> None:
    for school in (Assumptions(), REALIST, INSTITUTIONALIST):
        form = GraduatedResponse(war_cost=1.0, force_delay=2.0).form().under(school)
        assert isinstance(form, LadderForm)
        found, other = solve(form), signalling(form.tree())
        assert found.count == other.count
        assert np.sort(found.payoffs[:, 0]) == pytest.approx(np.sort(other.payoffs[:, 0]), abs=1e-8)


def test_outcomes_of_an_attack_add_up() -> None:
    game = GraduatedResponse(coverage=np.linspace(0, 1, 21))
    seen = game.observe(solve(game.form().under(REALIST)))
    ends = ("yields_to_censure", "yields_to_sanctions", "yields_to_force", "war", "gives_up")
    unnamed = 0.3 * seen["challenge"]
    assert sum(seen[name] for name in ends) + unnamed == pytest.approx(seen["challenge"])


def test_only_the_bite_counts_where_sanctions_cost_nothing() -> None:
    same = {"sanction_cost": 0.0}
    one = GraduatedResponse(coverage=0.5, leakage=0.4, **same)
    other = GraduatedResponse(coverage=1.0, leakage=0.7, **same)
    assert solve(one.form()).payoffs == pytest.approx(solve(other.form()).payoffs, abs=1e-12)


def test_sanctions_that_are_sure_to_bite_make_the_irresolute_yield_before_they_do() -> None:
    """They are imposed on whoever they do not move: what is observed is a selected sample."""
    game = GraduatedResponse(coverage=[0.0, 1.0], leakage=0.0, war_cost=5.0, harm=6.0)
    seen = game.observe(solve(game.form().under(Assumptions(discount_factor=0.9))))
    assert seen["gives_up"][0, 0] == 1
    assert seen["gives_up"][1, 0] == 0
    assert seen["challenge"][1, 0] < 1


def test_a_pledge_that_costs_more_than_force_makes_force_sure_and_deters() -> None:
    game = GraduatedResponse(war_cost=1.5, prize=0.3, force_delay=0.1)
    loose = game.observe(solve(game.form()))
    bound = game.observe(solve(game.form().under(Assumptions(pledge_cost=2.0))))
    assert loose["gives_up"][0] > 0.5
    assert bound["gives_up"][0] == pytest.approx(0)
    assert bound["challenge"][0] < loose["challenge"][0]


def test_a_misnamed_aggressor_is_left_alone() -> None:
    found = solve(GraduatedResponse().form().under(Assumptions(identification=0.0)))
    form = found.form
    assert isinstance(form, LadderForm)
    assert form.chances(found.strategies)[0, UNNAMED] == pytest.approx(1)
