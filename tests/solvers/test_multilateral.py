import numpy as np
import pytest

from collsec.forms.normal import NormalForm
from collsec.solvers import solve
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.multilateral import multilateral

NAMES = ("A", "B", "C")


@pytest.mark.parametrize("step", [1e-9, 1e-8, 1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize("shape", [(3, 3), (2, 2, 2), (2, 3, 2)])
def test_games_with_near_ties_have_an_answer(shape, step):
    """Logit play is lost in some of those without pure equilibria; supports are tried there."""
    rng, size = np.random.default_rng(2), (150, len(shape), *shape)
    names = NAMES[: len(shape)]
    tables = rng.integers(0, 4, size=size) + rng.normal(size=size) * step
    found = multilateral(NormalForm(tables, names))
    mixes = [found.strategies[name][:, 0] for name in names]
    is_mixed = sum(np.any((mix > 0) & (mix < 1), axis=-1) for mix in mixes) > 0
    assert np.any(is_mixed)
    assert found.count.min() >= 1
    assert np.nanmax(found.regret) < 1e-9 * 4
    assert not found.complete.any()


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_who_wants_to_differ_in_a_circle_mixes_evenly_in_any_unit(unit):
    """A gains by meeting B, B by meeting C, C by avoiding A: there is no pure equilibrium."""
    meets = np.eye(2)
    table = unit * np.stack(
        [
            np.broadcast_to(meets[:, :, None], (2, 2, 2)),
            np.broadcast_to(meets[None], (2, 2, 2)),
            np.broadcast_to(1 - meets[:, None, :], (2, 2, 2)),
        ]
    )
    found = multilateral(NormalForm(table, NAMES))
    assert found.count == 1
    for name in NAMES:
        assert found.strategies[name][0] == pytest.approx([0.5, 0.5], abs=1e-9)


def test_games_with_payoffs_missing_are_left_and_the_others_answered():
    tables = np.random.default_rng(3).normal(size=(3, 3, 2, 2, 2))
    tables[1, 0, 0, 0, 0] = np.nan
    assert (multilateral(NormalForm(tables, NAMES)).count > 0).tolist() == [True, False, True]


def test_players_without_a_choice_leave_a_game_of_two_of_which_all_equilibria_are_known():
    rng = np.random.default_rng(4)
    tables = rng.normal(size=(50, 3, 3, 1, 3))
    found = multilateral(NormalForm(tables, NAMES))
    pair = bimatrix(NormalForm.from_bimatrix(tables[:, 0, :, 0], tables[:, 2, :, 0]))
    assert found.complete.all()
    assert np.array_equal(found.count, pair.count)
    assert np.array_equal(found.strategies["A"], pair.strategies["row"], equal_nan=True)
    assert np.array_equal(found.strategies["C"], pair.strategies["column"], equal_nan=True)
    assert np.array_equal(found.strategies["B"][..., 0] == 1.0, ~np.isnan(pair.regret))
    assert np.nanmax(found.regret) < 1e-12


def test_one_who_plays_alone_takes_what_is_best():
    found = solve(NormalForm(np.array([[1.0, 3.0, 2.0]]), ("A",)))
    assert found.strategies["A"].tolist() == [[0.0, 1.0, 0.0]]
    assert found.complete
    nobody = solve(NormalForm(np.ones((3, 1, 1, 1)), NAMES))
    assert (int(nobody.count), bool(nobody.complete)) == (1, True)
