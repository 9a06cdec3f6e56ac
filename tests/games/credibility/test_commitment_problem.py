import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.games.credibility.commitment_problem import CommitmentProblem
from collsec.parameters import ParameterError
from collsec.solvers.power_shift import power_shift


@settings(max_examples=60)
@given(
    st.floats(0.2, 0.8), st.floats(-0.1, 0.1), st.integers(1, 4), st.floats(0.01, 0.6),
    st.floats(0, 0.1), st.floats(0, 0.95), st.floats(0, 1), st.floats(0, 2),
)  # fmt: skip
def test_an_equilibrium_is_found_and_certified_everywhere(p, shift, n, d, f, delta, rho, alpha):
    game = CommitmentProblem(
        power=p, shift=shift, n_steps=n, destruction=d, first_strike=f, discount_factor=delta
    )
    found = power_shift(game.form().under(Assumptions(relative_gains=rho, pledge_cost=alpha)))
    assert 1 <= found.count <= 3
    assert found.regret.max() < 1e-11


def test_a_slow_shift_is_lived_with_where_a_fast_one_is_fought_over():
    war = []
    for n in (1, 2, 3, 4):
        game = CommitmentProblem(n_steps=n)
        war.append(game.observe(power_shift(game.form()))["war"][0])
    assert war[0] == 1
    assert war[-1] == 0
    assert war == sorted(war, reverse=True)


def test_in_peace_the_rising_state_is_paid_what_it_could_win():
    game = CommitmentProblem(discount_factor=0.5)
    seen = game.observe(power_shift(game.form()))
    assert seen["last_offer"] == pytest.approx([0.9 * 0.6], abs=1e-15)
    assert seen["first_offer"] == pytest.approx([(0.27 - 0.5 * 0.54) / 0.5], abs=1e-15)
    assert seen["welfare_rising"] + seen["welfare_declining"] == pytest.approx([1.0], abs=1e-15)


def test_fear_of_a_strike_tomorrow_makes_war_an_equilibrium_beside_peace():
    game = CommitmentProblem(first_strike=0.03, shift=0.0, power=0.5, discount_factor=0.8)
    found = power_shift(game.form())
    seen = game.observe(found)
    assert seen["war"].tolist() == [0.0, 1.0]
    assert found.choose(0, game.merit(found)) == 1
    assert found.choose(2, game.merit(found)) == 0
    calm = CommitmentProblem(first_strike=0.03, shift=0.0, power=0.5, discount_factor=0.3)
    assert calm.observe(power_shift(calm.form()))["war"].tolist() == [0.0]


def test_mutual_fear_begins_where_the_docstring_says():
    d, f = 0.1, 0.03
    edge = 1 - 2 * f * (1 - d) / d
    for delta, count in ((edge - 1e-6, 1), (edge + 1e-6, 2)):
        game = CommitmentProblem(
            first_strike=f, destruction=d, shift=0.0, power=0.5, discount_factor=delta
        )
        assert power_shift(game.form()).count == count


def test_a_pledge_that_costs_keeps_the_peace():
    game = CommitmentProblem(discount_factor=0.75)
    alpha = np.array([0.0, 0.5, 2.0])
    found = power_shift(game.form().under(Assumptions(pledge_cost=alpha)))
    assert game.observe(found)["war"][:, 0].tolist() == [1.0, 0.0, 0.0]


def test_a_deviation_from_the_plan_is_regretted():
    form = CommitmentProblem(discount_factor=0.5).form()
    found = power_shift(form)
    for name, change in (("offer", -0.1), ("offer", 0.1), ("accept_from", 0.1), ("attack", 1.0)):
        moved = {key: np.array(value) for key, value in found.strategies.items()}
        moved[name][0, 1] += change
        assert form.regret(moved)[0] > 0.01, name


def test_a_chance_beyond_its_range_is_refused():
    with pytest.raises(ParameterError, match="must keep the chance"):
        CommitmentProblem(shift=0.8)
