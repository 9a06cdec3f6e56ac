import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collsec.assumptions import Assumptions
from collsec.games.regime.enforcement import Enforcement
from collsec.parameters import ParameterError
from collsec.solvers.grim import critical_discount_factor, grim

BRIDGE = [
    ((10, 0.5, 1, 0, 1, 0, 0), 0.1111111111),
    ((10, 0.5, 1, 0.5, 1, 0, 0), 0.2727272727),
    ((10, 0.5, 1, 0.5, 0.5, 0, 0), 0.4285714286),
    ((10, 0.5, 1, 0, 0.5, 0.5, 0), 0.3333333333),
    ((5, 0.3, 1, 0.2, 0.8, 0.2, 0.1), 0.6823821340),
    ((15, 0.2, 1, 0.3, 0.9, 0, 0.2), 0.3225806452),
]


def _form(point, delta=0.0, phi=0.0):
    n, benefit, cost, rho, detection, veto, subsidy = point
    game = Enforcement(
        n_members=n, benefit=benefit, cost=cost, subsidy=subsidy, veto=veto, discount_factor=delta
    )
    levers = Assumptions(relative_gains=rho, monitoring=detection, side_payments=phi)
    return game.form().under(levers)


@pytest.mark.parametrize(("point", "threshold"), BRIDGE)
def test_the_bridging_formula_between_the_schools(point, threshold):
    assert critical_discount_factor(_form(point)) == pytest.approx(
        [threshold] * point[0], abs=1e-10
    )


@pytest.mark.parametrize(("point", "threshold"), BRIDGE)
def test_cooperation_is_an_equilibrium_just_above_and_not_just_below(point, threshold):
    for delta, expected in [(threshold + 1e-6, 1.0), (threshold - 1e-6, 0.0)]:
        game = Enforcement(n_members=point[0])
        seen = game.observe(grim(_form(point, delta=delta)))
        assert np.all(seen["is_sustained"] == expected)


_POINT = {
    "n": st.integers(3, 30),
    "benefit": st.floats(0.1, 0.9),
    "rho": st.floats(0, 0.9),
    "detection": st.floats(0.1, 1),
    "veto": st.floats(0, 0.9),
    "subsidy": st.floats(0, 0.3),
}


@given(st.fixed_dictionaries(_POINT), st.sampled_from(["rho", "veto", "detection", "subsidy", "n"]))
def test_each_primitive_moves_the_threshold_in_the_direction_theory_says(point, name):
    cost = 1.0
    assume(cost - point["subsidy"] < 0.9 * point["n"] * point["benefit"])
    step = {"rho": 0.05, "veto": 0.05, "detection": -0.05, "subsidy": -0.05, "n": -1}[name]
    low, high = dict(point), dict(point)
    high[name] = point[name] + step
    assume(high["n"] >= 2 and high["subsidy"] >= 0 and high["detection"] > 0)
    assume(cost - high["subsidy"] < 0.9 * high["n"] * point["benefit"])
    thresholds = [
        critical_discount_factor(
            _form((p["n"], p["benefit"], cost, p["rho"], p["detection"], p["veto"], p["subsidy"]))
        )[0]
        for p in (low, high)
    ]
    assert thresholds[1] >= thresholds[0] - 1e-12
    if 0 < thresholds[0] < 1:
        assert thresholds[1] > thresholds[0]


@given(st.floats(0, 0.9), st.floats(0.05, 1))
def test_side_payments_lower_the_threshold(rho, phi):
    point = (10, 0.3, 1.0, rho, 0.8, 0.1, 0.0)
    with_budget = critical_discount_factor(_form(point, phi=phi))[0]
    assert with_budget <= critical_discount_factor(_form(point))[0] + 1e-12


def test_a_sweep_solves_every_point_at_once_with_the_same_bits():
    delta, rho = np.linspace(0, 0.95, 20), np.linspace(0, 0.9, 7)[:, None]
    game = Enforcement(discount_factor=delta)
    found = grim(game.form().under(Assumptions(relative_gains=rho)))
    assert found.count.shape == (7, 20)
    for i, j in [(0, 0), (3, 11), (6, 19)]:
        one = grim(
            Enforcement(discount_factor=delta[j])
            .form()
            .under(Assumptions(relative_gains=rho[i, 0]))
        )
        count = int(one.count)
        assert found.count[i, j] == count
        assert np.array_equal(found.payoffs[i, j, :count], one.payoffs)
        assert np.array_equal(found.regret[i, j, :count], one.regret)


def test_where_defection_never_tempts_cooperation_is_unconditional():
    game = Enforcement(benefit=2.0, cost=1.0)
    found = grim(game.form())
    assert found.strategies["cooperation"][:, 0].tolist() == [[1.0, 1.0]]
    seen = game.observe(found)
    assert seen["critical_discount_factor"].tolist() == [0.0]
    assert seen["welfare"][0] == pytest.approx([19.0] * 10)


def test_an_unpunished_defection_is_deterred_by_no_patience():
    game = Enforcement(veto=1.0, discount_factor=0.99)
    seen = game.observe(grim(game.form()))
    assert seen["critical_discount_factor"].tolist() == [1.0]
    assert seen["is_sustained"].tolist() == [0.0]


def test_a_subsidy_above_the_cost_is_refused():
    with pytest.raises(ParameterError, match="must not exceed the cost"):
        Enforcement(subsidy=2.0)
