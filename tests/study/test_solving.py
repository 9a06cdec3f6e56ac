"""`solve` takes a game or a form, one or a whole array of them."""

import re

import numpy as np
import pytest

import collsec
from collsec.institutions import PRESETS
from collsec.parameters import ParameterError
from collsec.solvers.nashpy_vertex import nashpy_vertex


def test_a_batch_of_matrix_games_is_solved_in_one_call():
    coordination = np.array([[2.0, 0.0], [0.0, 1.0]])
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    rows = np.stack([coordination, pennies])
    columns = np.stack([coordination, -pennies])
    found = collsec.solve(collsec.NormalForm.from_bimatrix(rows, columns))
    assert found.count.tolist() == [3, 1]
    assert found.complete.tolist() == [True, True]
    assert np.nansum(found.index, axis=-1).tolist() == [1.0, 1.0]
    assert np.nanmax(found.regret) < 1e-12
    np.testing.assert_allclose(found.strategies["row"][1, 0], [0.5, 0.5], atol=1e-15)


def test_assumptions_rewrite_a_form_as_they_rewrite_a_game():
    game = collsec.PrivateProvision(income=[120, 100, 80, 40, 10], taste=0.5)
    ours = collsec.solve(game, under=collsec.REALIST)
    same = collsec.solve(game.form(), under=collsec.REALIST)
    np.testing.assert_array_equal(ours.payoffs, same.payoffs)


@pytest.mark.parametrize(
    "game",
    [collsec.PrivateProvision(income=[2.0, 1.0]), collsec.NormalForm(np.zeros((1, 2)), ("A",))],
)
def test_an_institution_is_refused_where_there_is_none_to_play_under(game):
    with pytest.raises(ParameterError, match="knows no institution; leave the institution out"):
        collsec.solve(game, institution=PRESETS.load("nato"))


def test_a_solver_can_be_named_as_an_object():
    game = collsec.NormalForm.from_bimatrix([[2.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 1.0]])
    found = collsec.solve(game, solver=nashpy_vertex)
    assert (found.method, int(found.count)) == ("nashpy_vertex", 3)
    assert found.regret.max() < 1e-12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("council",), "game = 'council': is no game and no form; give an object"),
        ((collsec.Council,), "is no game and no form; give an object, such as collsec.Council()"),
        ((collsec.Council(), "realist"), "assumptions = 'realist': is no assumption set"),
        ((collsec.Crisis(), collsec.REALIST, "nato"), "institution = 'nato': is no institution"),
    ],
)
def test_a_name_in_the_place_of_an_object_is_refused_with_the_remedy(arguments, said):
    with pytest.raises(ParameterError, match=re.escape(said)):
        collsec.solve(*arguments)
    game, *rest = arguments
    with pytest.raises(ParameterError, match=re.escape(said)):
        collsec.compare(game, rest[:1] or [collsec.REALIST], rest[1:])


def test_a_name_in_the_place_of_a_solver_is_refused_with_the_remedy():
    said = "solve: solver = 'pure': is no solver; give the function, such as collsec.solvers.pure"
    with pytest.raises(ParameterError, match=re.escape(said)):
        collsec.solve(collsec.Council(), solver="pure")
