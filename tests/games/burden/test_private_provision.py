import numpy as np
import pytest

from collsec.assumptions import Assumptions
from collsec.games.burden.private_provision import PrivateProvision
from collsec.parameters import ParameterError
from collsec.solvers.replacement import replacement


def test_the_baseline_is_solved_and_shows_every_observable_in_its_shape():
    game = PrivateProvision()
    found = replacement(game.form())
    seen = game.observe(found)
    assert set(seen) == {item.name for item in game.observables}
    for item in game.observables:
        assert seen[item.name].shape == ((1, 5) if item.per == "member" else (1,))
    assert seen["total_provision"][0] == pytest.approx(12, abs=1e-12)
    assert seen["efficient_provision"][0] == pytest.approx(35, abs=1e-12)
    assert seen["free_rider_gap"][0] == pytest.approx(23 / 35, abs=1e-12)
    assert seen["burden"][0].tolist() == pytest.approx([0.1, 0, 0, 0, 0])
    assert seen["burden_of_largest"][0] == pytest.approx(350 / 120)
    assert seen["exploitation"][0] == pytest.approx(np.sqrt(0.5))


def test_a_budget_that_bears_all_costs_makes_provision_efficient_and_burdens_equal():
    game = PrivateProvision(taste=0.5)
    found = replacement(game.form().under(Assumptions(side_payments=1.0)))
    seen = game.observe(found)
    assert seen["free_rider_gap"][0] == pytest.approx(0, abs=1e-14)
    assert seen["burden"][0] == pytest.approx([0.5] * 5)
    assert np.isnan(seen["exploitation"][0])
    assert not found.complete


def test_where_nobody_gives_nothing_is_exploited_and_all_of_the_good_is_missing():
    game = PrivateProvision()
    seen = game.observe(replacement(game.form().under(Assumptions(relative_gains=1.0))))
    assert seen["total_provision"][0] == 0
    assert seen["free_rider_gap"][0] == 1
    assert np.isnan(seen["exploitation"][0])
    assert np.isnan(seen["burden_of_largest"][0])
    assert seen["n_contributors"][0] == 0


def test_a_sweep_over_incomes_and_levers_is_one_solve():
    game = PrivateProvision(income=np.array([[120.0, 100, 80], [90, 90, 90]]), taste=0.5)
    levers = Assumptions(relative_gains=np.array([[0.0], [0.5], [0.9]]), side_payments=0.2)
    seen = game.observe(replacement(game.form().under(levers)))
    assert seen["total_provision"].shape == (3, 2, 1)
    assert np.all(np.diff(seen["total_provision"][..., 0], axis=0) < 0)


def test_names_must_be_as_many_as_members():
    with pytest.raises(ParameterError, match="2 names for 5 members"):
        PrivateProvision(members=("A", "B"))
