import numpy as np
import pytest

from collsec.forms.normal import NormalForm
from collsec.solvers.nashpy_vertex import nashpy_vertex

TRAP = ([[7, 6, 2], [3, 5, 1], [0, 8, 4]], [[4, 3, 5], [6, 7, 1], [8, 2, 0]])


def test_a_game_whose_only_equilibrium_mixes_two_of_three_actions_is_solved():
    found = nashpy_vertex(NormalForm.from_bimatrix(*TRAP))
    assert found.count == 1
    assert found.complete
    assert found.strategies["row"][0] == pytest.approx([8 / 9, 0, 1 / 9], abs=1e-12)
    assert found.strategies["column"][0] == pytest.approx([2 / 9, 0, 7 / 9], abs=1e-12)
    assert found.regret[0] < 1e-9
    assert found.index.tolist() == [1.0]


def test_a_coordination_game_has_three_equilibria_whose_indices_sum_to_one():
    found = nashpy_vertex(NormalForm.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert found.count == 3
    assert found.complete
    assert sorted(found.index) == [-1, 1, 1]
    mixed = found.strategies["row"][found.index == -1][0]
    assert mixed == pytest.approx([2 / 3, 1 / 3], abs=1e-12)


def test_negative_payoffs_and_other_units_change_nothing():
    first = nashpy_vertex(NormalForm.from_bimatrix(*TRAP))
    second = nashpy_vertex(
        NormalForm.from_bimatrix(*(1000 * np.array(side) - 9000.0 for side in TRAP))
    )
    assert second.count == 1
    assert second.strategies["row"] == pytest.approx(first.strategies["row"], abs=1e-12)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ([[1, 1], [1, 1]], [[1, 0], [0, 1]]),
        ([[1, 1], [0, 0]], [[1, 1], [0, 0]]),
        ([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]),
    ],
)
def test_degenerate_games_are_never_called_complete(row, column):
    found = nashpy_vertex(NormalForm.from_bimatrix(row, column))
    assert found.count >= 1
    assert not found.complete
    assert np.nanmax(found.regret) < 1e-9


def test_generic_games_of_a_batch_are_all_solved_and_their_indices_sum_to_one():
    rng = np.random.default_rng(7)
    form = NormalForm.from_bimatrix(rng.normal(size=(60, 3, 3)), rng.normal(size=(60, 3, 3)))
    found = nashpy_vertex(form)
    assert found.complete.all()
    assert np.all(np.nansum(found.index, axis=-1) == 1)
    assert np.all(found.count % 2 == 1)
    one = nashpy_vertex(NormalForm(form.table[17], form.players))
    count = int(one.count)
    assert np.array_equal(one.strategies["row"], found.strategies["row"][17, :count])


def test_games_need_not_be_square():
    found = nashpy_vertex(
        NormalForm.from_bimatrix([[3, 1, 0], [0, 2, 4]], [[2, 1, 0], [0, 1, 3.5]])
    )
    assert found.complete
    assert found.strategies["column"].shape[-1] == 3
