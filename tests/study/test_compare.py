"""Comparison: what a dataset holds, and that it says the same as one game solved alone."""

import numpy as np
import pytest

from collsec.assumptions import INSTITUTIONALIST, NEUTRAL, REALIST
from collsec.games.burden.private_provision import PrivateProvision
from collsec.games.decision.council import Council
from collsec.institutions import SELF_HELP, UN_CHARTER
from collsec.parameters import ParameterError
from collsec.study.block import Store
from collsec.study.compare import compare
from collsec.study.solving import solve
from collsec.study.sweep import Axis, Sweep, sweep_over
from tests.study.skirmish import Skirmish

BOTH = (REALIST, INSTITUTIONALIST)


def test_every_point_equals_the_game_solved_alone(known):
    dataset = compare(
        Skirmish(), BOTH, (SELF_HELP, UN_CHARTER),
        {"strength": [1.0, 2.0], "rounds": [1, 3], "levers.monitoring": [0.0, 0.5, 1.0],
         "institution.leakage": [0.0, 0.25]},
    )  # fmt: skip
    assert dict(dataset.sizes) == {
        "assumptions": 2, "institution": 2, "strength": 2, "rounds": 2, "monitoring": 3,
        "leakage": 2, "member": 3,
    }  # fmt: skip
    point = {"strength": 2.0, "rounds": 3, "monitoring": 0.5, "leakage": 0.25}
    for levers in BOTH:
        for institution in (SELF_HELP, UN_CHARTER):
            game = Skirmish(strength=2.0, rounds=3)
            alone = solve(game, levers.replace(monitoring=0.5), institution.replace(leakage=0.25))
            played = int(alone.choose(levers.selection, game.merit(alone)))
            found = dataset.sel(assumptions=levers.name[0], institution=institution.label, **point)
            assert float(found.hold) == alone.strategies["hold"][played]
            assert found.burden.values.tolist() == game.observe(alone)["burden"][played].tolist()
            assert int(found.played) == played


def test_dimensions_and_variables_are_labelled_and_have_units(known):
    dataset = compare(Skirmish(), BOTH, sweep={"strength": [1.0], "levers.pledge_cost": [0.1]})
    for name, item in dataset.variables.items():
        assert {"units", "long_name"} <= item.attrs.keys(), name
    assert dataset.strength.attrs == {
        "long_name": "strength of the attacker", "units": "share", "symbol": "m",
    }  # fmt: skip
    assert dataset.pledge_cost.attrs["units"] == "own war cost"
    assert dataset.hold.attrs == {
        "long_name": "chance that everyone holds out",
        "units": "probability",
    }
    assert dataset.assumptions.values.tolist() == ["realist", "institutionalist"]
    assert dataset.member.values.tolist() == ["A", "B", "C"]
    assert "institution" not in dataset.dims


def test_all_equilibria_stand_along_their_own_dimension(known):
    dataset = compare(Skirmish(), BOTH, sweep={"strength": [1.0, 9.5]}, equilibria=Store.ALL)
    assert dataset.hold.dims == ("assumptions", "strength", "equilibrium")
    assert dataset["count"].values.tolist() == [[2, 0], [2, 0]]
    sound = dataset.sel(strength=1.0, assumptions="realist")
    assert sound.hold.values == pytest.approx([np.exp(-1), np.exp(-1 / 3)], rel=1e-15)
    assert np.isnan(dataset.sel(strength=9.5).hold).all()


def test_what_is_played_follows_the_selection_lever(known):
    sweep = {"levers.selection": ["worst", "best"]}
    dataset = compare(Skirmish(), (NEUTRAL,), sweep=sweep)
    assert dataset.selection.values.tolist() == ["worst", "best"]
    assert dataset.hold.values[0] == pytest.approx([np.exp(-1), np.exp(-1 / 3)], rel=1e-15)
    assert dataset.played.values.tolist() == [[0, 1]]


def test_games_without_a_certified_equilibrium_are_nan_with_count_zero(known):
    dataset = compare(Skirmish(), BOTH, sweep={"strength": [1.0, 9.5, 10.0]})
    assert dataset.attrs["uncertified"] == 4
    assert dataset.attrs["points"] == 6
    failed = dataset.sel(strength=[9.5, 10.0])
    assert (failed["count"] == 0).all()
    assert (failed.played == -1).all()
    assert not failed.complete.any()
    for name in ("hold", "burden", "ceiling", "regret"):
        assert np.isnan(failed[name]).all(), name
        assert not np.isnan(dataset.sel(strength=1.0)[name]).any(), name


def test_a_single_game_that_fails_is_nan_too(known):
    dataset = compare(Skirmish(strength=9.5), BOTH)
    assert dataset.attrs["uncertified"] == 2
    assert np.isnan(dataset.hold).all()
    assert dataset.burden.shape == (2, 3)


def test_a_lever_that_the_form_lacks_gives_the_same_answer_everywhere(known):
    dataset = compare(Skirmish(), (NEUTRAL,), sweep={"levers.legitimacy": [0.0, 0.5, 1.0]})
    assert dataset.hold.shape == (1, 3)
    assert np.unique(dataset.hold).size == 1


def test_columns_that_move_together_share_a_dimension(known):
    axis = Axis("wave", {"strength": np.array([1.0, 2.0]), "waves": np.array([2, 1])})
    dataset = compare(Skirmish(), (NEUTRAL,), sweep=Sweep((axis,)))
    assert dataset.hold.dims == ("assumptions", "wave")
    assert dataset.strength.dims == ("wave",)
    assert dataset.hold.values[0, 0] == dataset.hold.values[0, 1]


def test_the_number_of_members_is_swept_by_lists(known):
    axis = Axis("n_members", {"cost": [[1.0, 2.0], [1.0, 2.0, 3.0, 4.0]]})
    game = Skirmish(members=[])
    dataset = compare(game, (NEUTRAL,), sweep=Sweep((axis, *sweep_over({"strength": [1, 2]}).axes)))
    assert dataset.burden.dims == ("assumptions", "n_members", "strength", "member")
    assert dataset.member.values.tolist() == ["member 1", "member 2", "member 3", "member 4"]
    assert np.isnan(dataset.burden.isel(n_members=0)).values.tolist() == [[[0, 0, 1, 1]] * 2]
    assert not np.isnan(dataset.burden.isel(n_members=1)).any()


def test_a_dimension_whose_name_is_taken_keeps_its_prefix(known):
    dataset = compare(
        Skirmish(), (NEUTRAL,),
        sweep=Sweep(
            (Axis("strength", {"strength": np.ones(2)}),
             Axis("levers.strength", {"levers.monitoring": np.ones(3)}))
        ),
    )  # fmt: skip
    assert dataset.hold.dims == ("assumptions", "strength", "levers_strength")


def test_chosen_observables_are_kept_and_no_others(known):
    dataset = compare(Skirmish(), BOTH, observables=["ceiling"])
    assert set(dataset.data_vars) == {
        "count",
        "complete",
        "regret",
        "played",
        "untraced",
        "ceiling",
    }
    with pytest.raises(ParameterError, match=r"ceilng.*did you mean 'ceiling'"):
        compare(Skirmish(), BOTH, observables=["ceilng"])


def test_an_institution_is_refused_by_a_game_that_knows_none():
    with pytest.raises(
        ParameterError, match=r"private_provision: institution.*leave the institution"
    ):
        compare(PrivateProvision(), BOTH, (UN_CHARTER,))


def test_two_sets_of_one_name_are_refused(known):
    with pytest.raises(ParameterError, match="'realist': comes twice"):
        compare(Skirmish(), (REALIST, REALIST))


def test_nothing_is_solved_where_one_point_is_out_of_range(known, monkeypatch):
    monkeypatch.setattr("collsec.solvers.solve", lambda form: pytest.fail("solved a game"))
    with pytest.raises(ParameterError, match="strength"):
        compare(Skirmish(), BOTH, sweep={"strength": [1.0, 11.0]})


def test_members_beyond_a_smaller_game_are_nan():
    axis = Axis("n", {"permanent": np.array([0, 2]), "elected": np.array([3, 1]), "quota": [2, 2]})
    dataset = compare(Council(), (NEUTRAL,), sweep=Sweep((axis,)))
    assert dataset.sizes["n"] == 2
    assert dataset.permanent.values.tolist() == [0, 2]


def test_a_swept_income_keeps_the_number_of_members():
    dataset = compare(PrivateProvision(), (NEUTRAL,), sweep={"income": [50.0, 100.0]})
    assert dataset.sizes["member"] == PrivateProvision().n_members


def test_exact_rationals_are_kept_as_text():
    dataset = compare(Council(permanent=5, elected=10, quota=9), (NEUTRAL,))
    exact = {name: item.attrs["exact"] for name, item in dataset.items() if "exact" in item.attrs}
    assert "421/2145" in exact.values()
    assert "4/2145" in exact.values()
