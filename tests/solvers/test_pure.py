import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.forms.normal import NormalForm
from collsec.solvers.pure import pure

PRISONERS = [[3.0, 0.0], [5.0, 1.0]]


def test_the_prisoners_dilemma_has_one():
    found = pure(NormalForm.from_bimatrix(PRISONERS, np.transpose(PRISONERS)))
    assert found.count == 1
    assert found.complete
    assert found.strategies["row"].tolist() == [[0.0, 1.0]]
    assert found.payoffs.tolist() == [[1.0, 1.0]]


def test_matching_pennies_has_none_and_that_is_all_of_them():
    coins = np.array([[1.0, -1.0], [-1.0, 1.0]])
    found = pure(NormalForm.from_bimatrix(coins, -coins))
    assert found.count == 0
    assert found.complete
    assert np.all(np.isnan(found.strategies["row"]))


def test_a_sweep_holds_games_with_none_one_two_and_all():
    coins = np.array([[1.0, -1.0], [-1.0, 1.0]])
    rows = np.stack([coins, PRISONERS, np.eye(2), np.zeros((2, 2))])
    columns = np.stack([-coins, np.transpose(PRISONERS), np.eye(2), np.zeros((2, 2))])
    found = pure(NormalForm.from_bimatrix(rows, columns))
    assert found.count.tolist() == [0, 1, 2, 4]
    assert found.complete.all()
    assert found.strategies["row"].shape == (4, 4, 2)


@given(st.integers(0, 200))
def test_every_pure_equilibrium_of_a_three_player_game_with_ties_is_found(seed):
    table = np.random.default_rng(seed).integers(0, 3, size=(3, 2, 3, 2)).astype(float)
    found = pure(NormalForm(table, ("A", "B", "C")))
    expected = []
    for profile in itertools.product(range(2), range(3), range(2)):
        stable = True
        for player, count in enumerate((2, 3, 2)):
            for action in range(count):
                other = list(profile)
                other[player] = action
                stable &= table[(player, *other)] <= table[(player, *profile)]
        if stable:
            expected.append(profile)
    listed = [
        tuple(int(found.strategies[name][k].argmax()) for name in "ABC") for k in range(found.count)
    ]
    assert listed == expected
    assert found.complete


def test_utilities_that_differ_by_rounding_are_tied():
    row = np.array([[0.1 + 0.2, 0.0], [0.3, 0.0]])
    found = pure(NormalForm.from_bimatrix(row, np.array([[1.0, 0.0], [1.0, 0.0]])))
    assert found.count == 2


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_units_of_payoffs_make_no_ties(unit):
    row = unit * np.array([[3.0, 0.0], [5.0, 1.0]])
    found = pure(NormalForm.from_bimatrix(row, row.T))
    assert found.count == 1
    assert found.complete


def test_nothing_is_claimed_of_games_with_payoffs_that_are_missing():
    table = np.zeros((3, 3, 2, 2, 2))
    table[1, 0, 0, 0, 0], table[2, 1, 1, 1, 1] = np.nan, np.inf
    for games in (table, table[1:]):
        found = pure(NormalForm(games, ("A", "B", "C")))
        assert found.count.tolist() == [8, 0, 0][-len(games) :]
        assert found.complete.tolist() == [True, False, False][-len(games) :]


def test_a_sweep_without_games_has_an_answer_without_games():
    found = pure(NormalForm(np.zeros((0, 3, 2, 2, 2)), ("A", "B", "C")))
    assert found.strategies["A"].shape == (0, 1, 2)
    assert found.count.shape == (0,)
