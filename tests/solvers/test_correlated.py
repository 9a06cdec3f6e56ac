import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from collsec.forms.normal import NormalForm
from collsec.parameters import ParameterError
from collsec.solvers import correlated as correlated_module
from collsec.solvers._mediation_exact import mediate_exactly, whole
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.correlated import (
    Egalitarian,
    Favour,
    Outcomes,
    Utilitarian,
    correlated,
    obedience,
)
from collsec.solvers.logit_limit import logit_limit

RNG_GAMES = NormalForm(np.random.default_rng(2).normal(size=(70, 2, 3, 3)), ("row", "column"))


def joint(mixes):
    """Return the distribution over profiles when two players mix on their own."""
    row, column = mixes
    return row[..., :, None] * column[..., None, :]


def test_every_nash_equilibrium_is_a_correlated_and_a_coarse_one():
    found = bimatrix(RNG_GAMES)
    for place in range(found.strategies["row"].shape[1]):
        live = place < found.count
        form = NormalForm(RNG_GAMES.table[live], RNG_GAMES.players)
        shares = joint([found.strategies[p][live, place] for p in RNG_GAMES.players])
        assert obedience(form, shares).max(initial=0) < 1e-12
        assert obedience(form, shares, coarse=True).max(initial=0) < 1e-12


@pytest.mark.parametrize("objective", [Utilitarian(), Favour("row"), Favour("column", -1.0)])
def test_values_are_ordered_nash_then_correlated_then_coarse_and_the_dual_agrees(objective):
    nash = bimatrix(RNG_GAMES)
    weights = objective.weights(RNG_GAMES)[:, 0]
    values = []
    for place in range(nash.strategies["row"].shape[1]):
        shares = joint([nash.strategies[p][:, place] for p in RNG_GAMES.players])
        values.append((weights * shares.reshape(70, -1)).sum(axis=-1))
    exact = correlated(RNG_GAMES, objective)
    coarse = correlated(RNG_GAMES, objective, coarse=True)
    assert exact.is_certified.all()
    assert coarse.is_certified.all()
    assert np.all(np.nanmax(values, axis=0) <= exact.value + 1e-8)
    assert np.all(exact.value <= coarse.value + 1e-8)
    assert (coarse.value > exact.value + 1e-3).any()
    np.testing.assert_allclose(exact.bound, exact.value, atol=1e-7)
    np.testing.assert_allclose(coarse.bound, coarse.value, atol=1e-7)
    assert np.all(obedience(RNG_GAMES, exact.distribution, coarse=True) <= 1e-9)


def test_in_strictly_competitive_games_all_correlated_equilibria_have_the_value():
    row = np.random.default_rng(3).normal(size=(20, 3, 4))
    form = NormalForm.from_bimatrix(row, -row)
    value = bimatrix(form).payoffs[:, 0, 0]
    for coarse in (False, True):
        best = correlated(form, Favour("row"), coarse=coarse).value
        worst = -correlated(form, Favour("row", -1.0), coarse=coarse).value
        np.testing.assert_allclose(best, value, atol=1e-8)
        np.testing.assert_allclose(worst, value, atol=1e-8)


def test_matching_pennies_has_one_correlated_equilibrium():
    coins = np.array([[1.0, -1.0], [-1.0, 1.0]])
    form = NormalForm.from_bimatrix(coins, -coins)
    for cell in np.ndindex(2, 2):
        worth = np.zeros((2, 2))
        worth[cell] = 1.0
        for sign in (1.0, -1.0):
            found = correlated(form, Outcomes(sign * worth))
            np.testing.assert_allclose(found.distribution, 0.25, atol=1e-9)


def test_the_egalitarian_optimum_leaves_nobody_less_than_any_nash_equilibrium_does_to_all():
    nash = np.nanmax(bimatrix(RNG_GAMES).payoffs.min(axis=-1), axis=-1)
    found = correlated(RNG_GAMES, Egalitarian())
    assert np.all(found.value >= nash - 1e-8)
    np.testing.assert_allclose(found.value, found.payoffs.min(axis=-1), atol=1e-12)
    assert np.all(correlated(RNG_GAMES, Utilitarian()).value >= 2 * found.value - 1e-8)


def test_three_players_do_at_least_as_well_as_in_the_equilibrium_of_logit_play():
    form = NormalForm(np.random.default_rng(4).normal(size=(10, 3, 2, 3, 2)), ("A", "B", "C"))
    nash = logit_limit(form).payoffs[:, 0].sum(axis=-1)
    found = correlated(form, Utilitarian())
    assert found.distribution.shape == (10, 2, 3, 2)
    assert np.all(found.value >= nash - 1e-8)


def test_the_bits_of_a_game_do_not_depend_on_the_batch():
    whole = correlated(RNG_GAMES, Utilitarian())
    for place in (0, 13, 69):
        alone = correlated(NormalForm(RNG_GAMES.table[place], RNG_GAMES.players), Utilitarian())
        np.testing.assert_array_equal(alone.distribution, whole.distribution[place])
        assert alone.value == whole.value[place]
        assert alone.value.shape == ()


def test_a_stranger_cannot_be_favoured():
    with pytest.raises(ParameterError, match="must be one of"):
        correlated(RNG_GAMES, Favour("nobody"))


def by_highs(payoffs, worth):
    """Return the most that any correlated equilibrium yields, by a programme written out here."""
    rows = []
    for player, own in enumerate(payoffs):
        moved = np.moveaxis(own, player, 0)
        for told, done in itertools.permutations(range(len(moved)), 2):
            gains = np.zeros_like(moved)
            gains[told] = moved[done] - moved[told]
            rows.append(np.moveaxis(gains, 0, player).ravel())
    one = np.ones((1, worth.size))
    found = linprog(-worth.ravel(), np.array(rows), np.zeros(len(rows)), one, [1.0])
    return -found.fun


@pytest.mark.parametrize("n_levels", [2, 5, 1000])
@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (2, 3, 2)])
def test_highs_finds_the_same_value_however_many_payoffs_are_tied(shape, n_levels):
    table = np.random.default_rng(5).integers(n_levels, size=(20, len(shape), *shape)) / n_levels
    form = NormalForm(table, ("A", "B", "C")[: len(shape)])
    found = correlated(form, Favour("B"))
    expected = [by_highs(one, one[1]) for one in table]
    np.testing.assert_allclose(found.value, expected, atol=1e-9)
    np.testing.assert_allclose(found.bound, found.value, atol=1e-11)
    assert found.is_certified.all()


def test_no_obedient_distribution_exceeds_the_bound_that_prices_prove():
    """Tried on the equilibria that favour others, of games of many profiles."""
    table = np.random.default_rng(6).normal(size=(5, 3, 4, 4, 4))
    form = NormalForm(table, ("A", "B", "C"))
    best = correlated(form, Utilitarian())
    for name in form.players:
        other = correlated(form, Favour(name))
        assert other.is_certified.all()
        assert np.all(other.payoffs.sum(axis=-1) <= best.bound + 1e-9)
        assert np.all(best.payoffs[:, form.players.index(name)] <= other.bound + 1e-9)


def test_where_all_payoffs_are_equal_any_distribution_is_obedient():
    found = correlated(NormalForm(np.ones((2, 3, 3)), ("row", "column")), Egalitarian())
    assert found.value == pytest.approx(1.0)
    assert found.bound == pytest.approx(1.0)
    assert found.regret == 0.0


def test_a_player_without_a_choice_leaves_the_others_to_what_is_best_for_them():
    form = NormalForm.from_bimatrix([[1.0, 3.0, 2.0]], [[0.0, 1.0, 1.0]])
    assert correlated(form, Favour("row")).distribution.tolist() == [[0.0, 1.0, 0.0]]
    assert correlated(form, Favour("row", -1.0)).value == pytest.approx(-2.0)


@pytest.mark.parametrize("coarse", [False, True])
def test_where_nobody_has_a_choice_the_mediator_has_none_either(coarse):
    found = correlated(
        NormalForm(np.array([[[3.0]], [[4.0]]]), ("A", "B")), Egalitarian(), coarse=coarse
    )
    assert found.distribution.tolist() == [[1.0]]
    assert (found.value, found.bound, found.regret) == (3.0, 3.0, 0.0)


def test_what_is_certified_is_proven_best_where_payoffs_are_nearly_tied():
    """Pivots lose some of these games, and called one certified at a thirtieth of its value."""
    rng = np.random.default_rng(1)
    table = rng.integers(0, 3, size=(300, 2, 3, 3)) + rng.normal(size=(300, 2, 3, 3)) * 1e-8
    for objective in (Utilitarian(), Favour("A", -1.0)):
        found = correlated(NormalForm(table, ("A", "B")), objective)
        proven = found.is_certified
        assert proven.mean() > 0.9
        assert np.all((found.bound - found.value)[proven] <= 1e-6 * 4)
        assert np.all(found.regret[proven] <= 1e-9 * 3)


def test_games_and_aims_with_numbers_missing_are_not_certified():
    table = np.random.default_rng(2).normal(size=(3, 2, 2, 2))
    table[1, 0, 0, 0] = np.nan
    found = correlated(NormalForm(table, ("A", "B")), Utilitarian())
    assert found.is_certified.tolist() == [True, False, True]
    worth = np.zeros((3, 2, 2))
    worth[0, 1, 1] = np.nan
    table = np.zeros((3, 2, 2, 2))
    aimless = correlated(NormalForm(table, ("A", "B")), Outcomes(worth))
    assert aimless.is_certified.tolist() == [False, True, True]


def test_worths_that_fit_no_profile_are_refused():
    with pytest.raises(ParameterError, match="give one number for each profile"):
        correlated(NormalForm(np.zeros((2, 2, 2)), ("A", "B")), Outcomes(np.zeros((3, 3))))


def test_a_sweep_without_games_has_an_answer_without_games():
    found = correlated(NormalForm(np.zeros((0, 3, 2, 2, 2)), ("A", "B", "C")), Egalitarian())
    assert found.distribution.shape == (0, 2, 2, 2)
    assert found.payoffs.shape == (0, 3)


@pytest.mark.parametrize("step", [1e-12, 1e-9, 1e-8, 1e-6])
@pytest.mark.parametrize("objective", [Utilitarian(), Egalitarian()])
def test_games_with_near_ties_have_a_proven_optimum(objective, step):
    """In some pivots in floating point are lost, and the library's too."""
    rng = np.random.default_rng(109)
    tables = rng.integers(0, 2, (150, 2, 3, 3)) + step * rng.normal(size=(150, 2, 3, 3))
    found = correlated(NormalForm(tables, ("row", "column")), objective)
    assert found.is_certified.all()
    assert np.abs(found.bound - found.value).max() < 1e-6


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize("objective", [Utilitarian(), Egalitarian()])
def test_pivots_in_whole_numbers_end_where_those_in_floating_point_do(shape, objective):
    rng = np.random.default_rng(17)
    for _ in range(5):
        form = NormalForm(rng.normal(size=(len(shape), *shape)), tuple("ABC"[: len(shape)]))
        expected, games = correlated(form, objective), form.table[:, None]
        payoffs = [whole(values)[0] for values in games]
        gains = correlated_module._constraints(payoffs, False)[0]
        shares, bound = mediate_exactly(gains, objective.weights(form))
        assert shares == pytest.approx(expected.distribution.ravel(), abs=1e-9)
        assert bound == pytest.approx(expected.value, abs=1e-9)


def test_what_is_best_is_proven_in_terms_of_how_far_worths_are_apart():
    """A constant of 1e9 in all payoffs would hide that (C, C) is worth less than (A, A)."""
    row = np.array([[2.0, 0.0], [0.0, 1.0]])
    found = correlated(NormalForm.from_bimatrix(row + 1e9, row + 1e9), Utilitarian())
    assert found.distribution[0, 0] == pytest.approx(1.0)
    assert found.bound - found.value <= 1e-6
