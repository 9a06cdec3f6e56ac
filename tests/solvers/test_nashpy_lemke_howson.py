import numpy as np
import pytest

from collsec.forms.normal import NormalForm
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.nashpy_lemke_howson import nashpy_lemke_howson
from collsec.solvers.nashpy_vertex import nashpy_vertex
from tests.solvers.two_player_games import STAG_HUNT, TRAP


def profiles(found, place=()):
    count = int(found.count[place])
    return np.concatenate([found.strategies[p][place][:count] for p in found.form.players], -1)


def test_the_paths_of_a_stag_hunt_end_in_its_pure_equilibria_and_never_claim_to_be_all():
    found = nashpy_lemke_howson(NormalForm.from_bimatrix(*STAG_HUNT))
    assert found.method == "nashpy_lemke_howson"
    assert sorted(profiles(found).tolist()) == [[0, 1, 0, 1], [1, 0, 1, 0]]
    assert not found.complete


def test_a_game_with_one_equilibrium_has_it_at_the_end_of_every_path():
    found = nashpy_lemke_howson(NormalForm.from_bimatrix(*TRAP))
    assert profiles(found) == pytest.approx(
        np.array([[8 / 9, 0, 1 / 9, 2 / 9, 0, 7 / 9]]), abs=1e-12
    )


def test_ends_of_paths_are_among_all_equilibria_and_are_regular():
    form = NormalForm(np.random.default_rng(8).normal(size=(40, 2, 3, 4)), ("row", "column"))
    some, everything = nashpy_lemke_howson(form), bimatrix(form)
    for place in range(40):
        gaps = np.abs(profiles(some, place)[:, None] - profiles(everything, place)[None])
        nearest = gaps.max(axis=-1).argmin(axis=-1)
        assert gaps.max(axis=-1).min(axis=-1).max() < 1e-8
        assert everything.index[place][nearest].tolist() == [1.0] * int(some.count[place])


def test_degenerate_games_yield_certified_equilibria():
    tables = np.random.default_rng(9).integers(0, 3, size=(40, 2, 3, 3))
    found = nashpy_lemke_howson(NormalForm(tables.astype(float), ("row", "column")))
    assert np.nanmax(found.regret) < 1e-9
    assert found.count.min() >= 1


@pytest.mark.parametrize("n", [9, 12])
def test_paths_of_larger_games_come_to_an_end(n):
    """Without scaling, the rows of nashpy's tableaux overflow and it pivots for ever."""
    form = NormalForm(np.random.default_rng(15).normal(size=(6, 2, n, n)), ("row", "column"))
    some, everything = nashpy_lemke_howson(form), bimatrix(form)
    assert some.count.min() >= 1
    for place in range(6):
        gaps = np.abs(profiles(some, place)[:, None] - profiles(everything, place)[None])
        assert gaps.max(axis=-1).min(axis=-1).max() < 1e-8


@pytest.mark.parametrize("solver", [nashpy_lemke_howson, nashpy_vertex])
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (4, 1)])
def test_a_player_with_one_action_leaves_the_other_its_best(solver, shape):
    tables = np.random.default_rng(16).normal(size=(2, 10, *shape))
    found = solver(NormalForm.from_bimatrix(*tables))
    chooser = int(shape[0] == 1)
    best = tables[chooser].reshape(10, -1).argmax(axis=-1)
    assert found.count.tolist() == [1] * 10
    mixes = found.strategies[found.form.players[chooser]][:, 0]
    assert np.array_equal(mixes, np.eye(max(shape))[best])
    assert np.all(found.strategies[found.form.players[1 - chooser]] == 1.0)
    assert np.all(found.complete == (solver is nashpy_vertex))


@pytest.mark.parametrize("solver", [nashpy_lemke_howson, nashpy_vertex])
def test_a_batch_with_missing_payoffs_or_without_games_is_answered(solver):
    tables = np.random.default_rng(17).normal(size=(2, 3, 3, 3))
    tables[0, 1, 0, 0] = np.nan
    found = solver(NormalForm.from_bimatrix(*tables))
    assert (found.count > 0).tolist() == [True, False, True]
    assert not found.complete[1]
    none = solver(NormalForm.from_bimatrix(*np.zeros((2, 0, 3, 3))))
    assert none.count.shape == (0,)
    assert none.strategies["row"].shape == (0, 1, 3)
