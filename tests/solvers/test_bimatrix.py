from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collsec.forms.normal import NormalForm
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers._lemke_howson import lemke_howson
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.bimatrix_exact import bimatrix_exact
from collsec.solvers.nash_subsets import nash_subsets
from collsec.solvers.nashpy_vertex import nashpy_vertex
from tests.solvers.two_player_games import (
    CHICKEN,
    PENNIES,
    ROCK_PAPER_SCISSORS,
    STAG_HUNT,
    TRAP,
    extreme_equilibria,
)


def _form(tables):
    return NormalForm(np.asarray(tables, dtype=float), ("row", "column"))


def _profiles(found, place=()):
    """The equilibria of one game as rows of an array: first the row player's weights."""
    count = int(found.count[place])
    return np.concatenate(
        [found.strategies[name][place][:count] for name in found.form.players], -1
    )


def _same(first, second):
    """Whether two lists of profiles hold the same ones, in any order."""
    if first.shape != second.shape:
        return False
    gaps = np.abs(first[:, None] - second[None]).max(axis=-1)
    return bool((gaps.min(axis=0) < 1e-8).all() and (gaps.min(axis=1) < 1e-8).all())


@pytest.mark.parametrize(
    ("game", "profiles", "index"),
    [
        (CHICKEN, [[1, 0, 0, 1], [0, 1, 1, 0], [1 / 3, 2 / 3, 1 / 3, 2 / 3]], [1, 1, -1]),
        (STAG_HUNT, [[1, 0, 1, 0], [0, 1, 0, 1], [2 / 3, 1 / 3, 2 / 3, 1 / 3]], [1, 1, -1]),
        (PENNIES, [[0.5, 0.5, 0.5, 0.5]], [1]),
        (ROCK_PAPER_SCISSORS, [[1 / 3] * 6], [1]),
        (TRAP, [[8 / 9, 0, 1 / 9, 2 / 9, 0, 7 / 9]], [1]),
    ],
)
def test_known_games_have_their_known_equilibria(game, profiles, index):
    found = bimatrix(NormalForm.from_bimatrix(*game))
    assert found.complete
    assert _profiles(found) == pytest.approx(np.array(profiles), abs=1e-12)
    assert found.index.tolist() == index
    exact = bimatrix_exact(*game)
    assert np.array_equal(_profiles(exact), _profiles(found)) or _same(
        _profiles(exact), _profiles(found)
    )


def test_games_of_two_players_go_here_and_games_of_three_to_a_solver_of_their_own():
    assert solve(NormalForm.from_bimatrix(*TRAP)).method == "bimatrix"
    assert solve(NormalForm(np.zeros((3, 2, 2, 2)), ("A", "B", "C"))).method == "multilateral"


def test_the_stag_hunt_is_chosen_by_payoff_and_the_hare_by_risk():
    found = bimatrix(NormalForm.from_bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]]))
    assert _profiles(found)[found.centroid].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(("prize", "chosen"), [(1.9, 0), (2.1, 1), (2.0, 2)])
def test_the_product_of_losses_decides_which_equilibrium_risk_dominates(prize, chosen):
    found = bimatrix(NormalForm.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, prize]]))
    assert found.centroid == chosen


def test_a_four_by_four_coordination_game_has_fifteen_equilibria():
    found = bimatrix(NormalForm.from_bimatrix(np.eye(4), np.eye(4)))
    assert found.count == 15
    assert found.complete
    sizes = (found.strategies["row"] > 0).sum(axis=-1)
    assert found.index.tolist() == np.where(sizes % 2 == 1, 1.0, -1.0).tolist()


def test_more_equilibria_than_there_is_first_room_for_are_all_found():
    tables = np.random.default_rng(1).normal(size=(3, 2, 6, 6))
    tables[1] = np.eye(6)
    found = bimatrix(_form(tables))
    assert found.count[1] == 63
    assert found.complete.all()
    assert np.array_equal(_profiles(found, 2), _profiles(bimatrix(_form(tables[2]))))


@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
@settings(max_examples=60)
def test_degenerate_games_have_exactly_the_extreme_equilibria_of_brute_force(seed, m, n, high):
    table = np.random.default_rng(seed).integers(0, high, size=(2, m, n))
    expected = extreme_equilibria(*table.tolist())
    found, exact = bimatrix(_form(table)), bimatrix_exact(*table)
    pairs = {
        (tuple(x), tuple(y)) for x, y in zip(exact.exact["row"], exact.exact["column"], strict=True)
    }
    assert pairs == expected
    assert _same(_profiles(found), _profiles(exact))
    assert found.complete
    assert exact.complete


@pytest.mark.parametrize("n", [2, 3])
def test_no_degenerate_game_is_left_empty_and_every_certificate_holds(n):
    tables = np.random.default_rng(2).integers(0, 3, size=(20_000, 2, n, n))
    found = bimatrix(_form(tables))
    assert found.count.min() >= 1
    assert found.complete.all()
    assert np.nanmax(found.regret) < 1e-9


def test_what_nashpy_finds_in_degenerate_games_is_found_here():
    tables = np.random.default_rng(3).integers(0, 3, size=(60, 2, 3, 3))
    ours, theirs = bimatrix(_form(tables)), nashpy_vertex(_form(tables))
    for place in range(60):
        mine, other = _profiles(ours, place), _profiles(theirs, place)
        if len(other):
            assert np.abs(mine[:, None] - other[None]).max(axis=-1).min(axis=0).max() < 1e-8


@pytest.mark.parametrize(("m", "n"), [(2, 2), (3, 3), (2, 4), (4, 4), (3, 5), (5, 5)])
def test_generic_games_are_solved_as_by_nashpy_and_their_indices_sum_to_one(m, n):
    form = _form(np.random.default_rng(4).normal(size=(25, 2, m, n)))
    ours, theirs = bimatrix(form), nashpy_vertex(form)
    assert ours.complete.all()
    assert np.all(ours.count % 2 == 1)
    assert np.all(np.nansum(ours.index, axis=-1) == 1)
    assert np.nanmax(ours.regret) < 1e-12
    for place in range(25):
        assert _same(_profiles(ours, place), _profiles(theirs, place))


@pytest.mark.parametrize("n", [2, 3, 4])
def test_generic_games_are_solved_as_by_quantecon(n):
    theory = pytest.importorskip("quantecon.game_theory")
    tables = np.random.default_rng(5).normal(size=(200, 2, n, n))
    found = bimatrix(_form(tables))
    for place, (row, column) in enumerate(tables):
        players = theory.Player(row), theory.Player(np.ascontiguousarray(column.T))
        pairs = theory.support_enumeration(theory.NormalFormGame(players))
        assert _same(_profiles(found, place), np.array([np.concatenate(pair) for pair in pairs]))


@pytest.mark.parametrize(("m", "n"), [(2, 2), (3, 3), (2, 4), (4, 4), (5, 5)])
@pytest.mark.parametrize("tied", [False, True])
def test_certificates_are_bit_for_bit_those_of_the_form(m, n, tied):
    rng = np.random.default_rng(10)
    form = _form(rng.integers(0, 2, (150, 2, m, n)) if tied else rng.normal(size=(150, 2, m, n)))
    found = bimatrix(form)
    assert np.array_equal(found.regret, form.regret(found.strategies), equal_nan=True)
    assert np.array_equal(found.payoffs, form.payoffs(found.strategies), equal_nan=True)


def test_an_answer_keeps_its_values_while_it_is_held_and_its_memory_is_used_again_after():
    first, second = (
        _form(np.random.default_rng(seed).normal(size=(60_000, 2, 2, 2))) for seed in (11, 12)
    )
    held = bimatrix(first)
    before = {name: mixes.copy() for name, mixes in held.strategies.items()}
    place = held.strategies["row"].__array_interface__["data"][0]
    other = bimatrix(second)
    assert other.strategies["row"].__array_interface__["data"][0] != place
    for name, mixes in held.strategies.items():
        assert np.array_equal(mixes, before[name], equal_nan=True)
    del held, mixes
    again = bimatrix(second)
    assert again.strategies["row"].__array_interface__["data"][0] == place


def test_twelve_actions_a_side_are_solved_and_thirteen_are_refused():
    found = bimatrix(_form(np.random.default_rng(6).normal(size=(2, 12, 12))))
    assert found.complete
    assert found.index.sum() == 1
    with pytest.raises(ParameterError, match="must not exceed 12"):
        bimatrix(_form(np.zeros((2, 2, 13))))
    with pytest.raises(ParameterError, match="must be two"):
        bimatrix(NormalForm(np.zeros((3, 2, 2, 2)), ("A", "B", "C")))


@pytest.mark.parametrize("n", [2, 3])
def test_missing_payoffs_raise_in_a_single_game_and_leave_a_batch_standing(n):
    tables = np.random.default_rng(7).normal(size=(3, 2, n, n))
    tables[1, 0, 1, 1] = np.nan
    found = bimatrix(_form(tables))
    assert (found.count > 0).tolist() == [True, False, True]
    assert found.complete.tolist() == [True, False, True]
    with pytest.raises(ParameterError, match="finite numbers"):
        bimatrix(_form(tables[1]))


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 4, 5]), st.booleans())
@settings(max_examples=30)
def test_each_game_of_a_batch_has_the_bits_it_has_alone(seed, n, tied):
    rng = np.random.default_rng(seed)
    draw = rng.integers(0, 3, (7, 2, n, n)) if tied else rng.normal(size=(7, 2, n, n))
    found = bimatrix(_form(draw))
    wide = bimatrix(
        _form(np.concatenate([np.broadcast_to(draw, (40, *draw.shape)).reshape(-1, 2, n, n)]))
    )
    for place in range(7):
        one = bimatrix(_form(draw[place]))
        count = int(one.count)
        for batch, at in ((found, place), (wide, place + 133)):
            assert np.array_equal(_profiles(batch, at), _profiles(one))
            assert np.array_equal(batch.regret[at, :count], one.regret)
            assert np.array_equal(batch.payoffs[at, :count], one.payoffs)
            assert np.array_equal(batch.index[at, :count], one.index, equal_nan=True)
            assert batch.centroid[at] == one.centroid


@given(
    st.integers(0, 10**6),
    st.sampled_from([2, 3, 5]),
    st.floats(1e-3, 1e3),
    st.floats(-100, 100),
)
@settings(max_examples=30)
def test_other_units_of_either_payoff_change_nothing(seed, n, factor, shift):
    table = np.random.default_rng(seed).integers(-3, 4, size=(2, n, n)).astype(float)
    other = np.stack([factor * table[0] + shift, table[1] / factor - shift])
    first, second = bimatrix(_form(table)), bimatrix(_form(other))
    assert _same(_profiles(first), _profiles(second))
    assert first.centroid == second.centroid or first.count > 1


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 4, 5]), st.booleans())
@settings(max_examples=30)
def test_renaming_actions_or_players_renames_the_equilibria(seed, n, tied):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 3, (2, n, n)) if tied else rng.normal(size=(2, n, n))
    p, q = rng.permutation(n), rng.permutation(n)
    first = _profiles(bimatrix(_form(table)))
    moved = _profiles(bimatrix(_form(table[:, p][:, :, q])))
    assert _same(np.concatenate([first[:, :n][:, p], first[:, n:][:, q]], axis=-1), moved)
    swapped = _profiles(bimatrix(_form(table[::-1].transpose(0, 2, 1))))
    assert _same(np.concatenate([first[:, n:], first[:, :n]], axis=-1), swapped)


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 4]), st.booleans())
@settings(max_examples=30)
def test_a_strictly_dominated_action_is_never_played(seed, n, tied):
    rng = np.random.default_rng(seed)
    table = (rng.integers(0, 3, (2, n, n)) if tied else rng.normal(size=(2, n, n))).astype(float)
    worse = np.stack([table[0, 0] - 1.0, rng.normal(size=n)])[:, None]
    first = _profiles(bimatrix(_form(table)))
    second = _profiles(bimatrix(_form(np.concatenate([table, worse], axis=1))))
    assert _same(np.insert(first, n, 0.0, axis=-1), second)


def test_exact_answers_are_fractions_and_exact_ties_are_ties():
    tiny = Fraction(1, 10**30)
    found = bimatrix_exact([[1 + tiny, 0], [1, Fraction(1, 3)]], [[1, 0], [0, 1]])
    assert found.count == 3
    assert found.exact["column"][-1].tolist() == [
        Fraction(1, 3) / (Fraction(1, 3) + tiny),
        tiny / (Fraction(1, 3) + tiny),
    ]
    with pytest.raises(ParameterError, match="must be a matrix of rational numbers"):
        bimatrix_exact([[float("nan")]], [[1]])


def test_a_game_in_which_one_player_is_indifferent_has_three_segments_in_one_component():
    found = bimatrix(NormalForm.from_bimatrix([[1, 1], [1, 1]], [[1, 0], [0, 1]]))
    subsets = nash_subsets(found)
    assert found.count == 4
    assert subsets.count == 3
    assert subsets.n_components == 1
    assert subsets.members.sum(axis=-1).tolist() == [2, 2, 2]


def test_subsets_of_a_batch_are_points_without_ties_and_one_square_where_all_is_tied():
    tables = np.stack([np.array(CHICKEN), np.zeros((2, 2, 2))])
    subsets = nash_subsets(bimatrix(_form(tables)))
    assert subsets.count.tolist() == [3, 1]
    assert subsets.n_components.tolist() == [3, 1]
    assert subsets.members[0].tolist() == np.eye(3, 4, dtype=bool).tolist()
    assert subsets.component[0].tolist() == [0, 1, 2, -1]
    assert subsets.members[1, 0].all()


@given(st.integers(0, 10**6), st.sampled_from([2, 3]))
@settings(max_examples=40)
def test_all_mixtures_within_a_subset_are_equilibria_and_components_share_no_strategy(seed, n):
    rng = np.random.default_rng(seed)
    found = bimatrix(_form(rng.integers(0, 2, size=(2, n, n))))
    subsets = nash_subsets(found)
    for members in subsets.members:
        weights = rng.dirichlet(np.ones(members.sum()), size=2)
        mixed = {
            name: (found.strategies[name][members] * weights[side][:, None]).sum(axis=0)[None]
            for side, name in enumerate(found.form.players)
        }
        assert found.form.regret(mixed)[0] < 1e-9
        assert len(set(subsets.component[members])) == 1
    assert subsets.members.any(axis=0).all()
    for first, second in np.argwhere(subsets.component[:, None] != subsets.component):
        for mixes in found.strategies.values():
            assert np.abs(mixes[first] - mixes[second]).max() > 1e-6


def test_no_game_with_near_ties_is_left_empty_and_what_is_called_complete_is_exactly_so():
    rng = np.random.default_rng(13)
    steps = 10.0 ** rng.integers(-11, -4, size=(1, 400, 1, 1))
    draw = (
        rng.integers(0, 3, size=(2, 400, 3, 3)) + rng.integers(-2, 3, size=(2, 400, 3, 3)) * steps
    )
    found = bimatrix(NormalForm.from_bimatrix(*draw))
    assert found.count.min() == 1
    assert not found.complete.all()
    assert np.nanmax(found.regret) < 1e-9
    clear = np.flatnonzero(found.complete & (steps.ravel() >= 1e-5))[:40]
    for place in clear:
        assert _same(_profiles(found, place), _profiles(bimatrix_exact(*draw[:, place])))


def test_exact_pivots_end_in_an_equilibrium_where_payoffs_are_almost_tied():
    near = np.array([[1, 1 + 1e-10, 0], [1 + 2e-10, 1, 0], [0, 0, 1]])
    form = NormalForm.from_bimatrix(near, near.T)
    rows, columns = lemke_howson(near, near.T)
    assert form.regret({"row": np.array([rows], float), "column": np.array([columns], float)}) == 0
    assert sum(rows) == sum(columns) == 1


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_ties_of_a_player_do_not_depend_on_the_unit_of_the_other(n, factor):
    tables = np.random.default_rng(14).normal(size=(2, 50, n, n))
    first = bimatrix(NormalForm.from_bimatrix(*tables))
    second = bimatrix(NormalForm.from_bimatrix(factor * tables[0], tables[1]))
    assert np.array_equal(first.count, second.count)
    assert second.complete.all()
    for place in range(50):
        assert _same(_profiles(first, place), _profiles(second, place))


@pytest.mark.parametrize("n", [2, 3, 5])
def test_a_large_constant_in_payoffs_makes_no_ties_and_lets_nothing_wrong_pass(n):
    tables = np.random.default_rng(15).integers(0, 1 << 10, size=(2, 50, n, n)) / 64.0
    first = bimatrix(NormalForm.from_bimatrix(*tables))
    second = bimatrix(NormalForm.from_bimatrix(tables[0] + 2.0**40, tables[1]))
    assert np.array_equal(first.count, second.count)
    assert np.array_equal(first.complete, second.complete)
    assert np.nanmax(second.regret) < 1e-9
    for place in range(50):
        assert _same(_profiles(first, place), _profiles(second, place))


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("unit", [2.0**-1060, 2.0**-600, 2.0**600, 2.0**1010])
def test_payoffs_may_have_any_size_that_floating_point_holds(n, unit):
    tables = np.random.default_rng(16).integers(0, 1 << 10, size=(2, 20, n, n)).astype(float)
    first = bimatrix(NormalForm.from_bimatrix(*tables))
    second = bimatrix(NormalForm.from_bimatrix(unit * tables[0], tables[1]))
    assert np.array_equal(first.count, second.count)
    for place in range(20):
        assert _same(_profiles(first, place), _profiles(second, place))


@pytest.mark.parametrize("n", [2, 3])
def test_payoffs_further_apart_than_floating_point_can_say_are_refused(n):
    row = np.where(np.eye(n) > 0, 1e308, -1e308)
    with pytest.raises(ParameterError, match="spread of payoffs"):
        bimatrix(NormalForm.from_bimatrix(row, np.eye(n)))
    batch = bimatrix(NormalForm.from_bimatrix(np.stack([row, np.eye(n)]), np.eye(n)))
    assert batch.count.tolist() == [0, 2**n - 1]
    assert batch.complete.tolist() == [False, True]


def test_whole_numbers_beyond_floating_point_are_told_apart_in_exact_games():
    small = [[0, 1], [3, 0]], [[1, 0], [0, 1]]
    large = [[10**30 + value for value in line] for line in small[0]]
    first, second = bimatrix_exact(*small), bimatrix_exact(large, small[1])
    assert first.exact["column"].tolist() == [[Fraction(1, 4), Fraction(3, 4)]]
    assert second.exact["column"].tolist() == first.exact["column"].tolist()
    assert second.regret.tolist() == [0.0]


def test_exact_payoffs_beyond_floating_point_are_refused_with_a_remedy():
    with pytest.raises(ParameterError, match="divide the player's payoffs by a common factor"):
        bimatrix_exact([[10**400, 0], [0, 1]], [[1, 0], [0, 1]])


@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 4), (3, 3), (4, 3)])
def test_exact_arithmetic_gives_every_equilibrium_the_same_index(m, n):
    rng = np.random.default_rng(10 * m + n)
    for _ in range(10):
        row, column = rng.integers(-99, 100, (2, m, n))
        exact, usual = bimatrix_exact(row, column), bimatrix(NormalForm.from_bimatrix(row, column))
        assert exact.index.tolist() == usual.index.tolist()
        assert exact.index.sum() == 1.0
