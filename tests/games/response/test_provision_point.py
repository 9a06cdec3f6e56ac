"""The provision point: what a user sees of it."""

import numpy as np
import pytest

from collsec.assumptions.levers import Assumptions
from collsec.games import find
from collsec.games.response.provision_point import ProvisionPoint
from collsec.parameters import ParameterError
from collsec.solvers.threshold import threshold


def observed(game, **levers):
    found = threshold(game.form().under(Assumptions(**levers)))
    return game.observe(found)


def test_the_game_is_found_by_its_name():
    assert find("provision_point") is ProvisionPoint


def test_the_number_of_members_is_declared_and_sets_the_shape():
    game = ProvisionPoint(n_members=7)
    assert game.n_members == 7
    assert game.value.shape == (7,)
    assert game.replace(n_members=4).form().n_members == 4
    assert len(game.member_names) == 7


def test_a_quorum_beyond_the_membership_is_refused():
    with pytest.raises(ParameterError, match="exceeds the number of members, 5"):
        ProvisionPoint(quorum=6)
    with pytest.raises(ParameterError, match="2 values for 5 members"):
        ProvisionPoint(cost=[1.0, 2.0])


def test_every_declared_observable_is_observed_and_no_other():
    seen = observed(ProvisionPoint())
    assert list(seen) == [item.name for item in ProvisionPoint.observables]


def test_observables_have_the_shape_of_the_sweep():
    game = ProvisionPoint(quorum=[[1], [3]], refund=[0.0, 0.5, 1.0])
    seen = observed(game)
    assert seen["provision"].shape[:2] == (2, 3)
    assert seen["action"].shape[-1] == 5
    padded = np.isnan(seen["provision"])
    for name in ("expected_actors", "free_rider_gap", "n_profiles", "deterrence_bound"):
        np.testing.assert_array_equal(np.isnan(seen[name]), padded)


def test_the_free_rider_gap_is_what_provision_lacks_where_providing_pays():
    assert observed(ProvisionPoint())["free_rider_gap"] == pytest.approx([1, 0, 64 / 81, 17 / 81])


def test_there_is_no_gap_where_the_cheapest_actors_cost_more_than_provision_is_worth():
    seen = observed(ProvisionPoint(value=[1, 1, 1, 1, 1], cost=[2, 2, 2, 9, 9]))
    assert seen["free_rider_gap"].tolist() == [0]
    seen = observed(ProvisionPoint(value=[1, 1, 1, 1, 1], cost=[2, 1.5, 1.4, 9, 9]))
    assert seen["free_rider_gap"].tolist() == [1]


def test_a_pure_equilibrium_of_unequal_members_stands_for_itself():
    seen = observed(ProvisionPoint(cost=[8, 8, 8, 8, 9]))
    assert set(seen["n_profiles"].tolist()) == {1}
    assert seen["n_profiles"].size == 11


def test_certain_provision_deters_any_challenger_and_none_deters_nobody():
    bound = observed(ProvisionPoint())["deterrence_bound"]
    assert bound[0] == 0
    assert bound[1] == np.inf


def test_relative_gains_sweep_as_a_lever():
    seen = observed(ProvisionPoint(), relative_gains=[0.0, 0.5])
    assert seen["provision"].shape == (2, 4)
    assert np.isnan(seen["provision"][1, 2:]).all()
