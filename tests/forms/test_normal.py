import itertools

import nashpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collsec.assumptions import NEUTRAL, Assumptions
from collsec.forms.normal import NormalForm
from collsec.parameters import ParameterError

NAMES = ("A", "B", "C")


def _three(seed, batch=()):
    table = np.random.default_rng(seed).normal(size=(*batch, 3, 2, 3, 4))
    return NormalForm(table, NAMES)


def _mixes(seed, form, n_profiles=2):
    rng = np.random.default_rng(seed)
    return {
        name: rng.dirichlet(np.ones(count), size=(*form.batch_shape, n_profiles))
        for name, count in zip(form.players, form.n_actions, strict=True)
    }


def _by_hand(table, mixes):
    """Expected payoffs by a sum over all profiles of pure actions."""
    value = np.zeros(len(mixes))
    for profile in itertools.product(*(range(len(mix)) for mix in mixes)):
        chance = np.prod([mix[action] for mix, action in zip(mixes, profile, strict=True)])
        value += chance * table[(slice(None), *profile)]
    return value


@given(st.integers(0, 50))
def test_expected_payoffs_and_regret_are_sums_over_all_profiles(seed):
    form = _three(seed)
    mixes = _mixes(seed + 1, form)
    for k in range(2):
        here = [mixes[name][k] for name in NAMES]
        value = _by_hand(form.table, here)
        assert form.payoffs(mixes)[k] == pytest.approx(value, abs=1e-12)
        gains = []
        for player, count in enumerate(form.n_actions):
            for action in np.eye(count):
                other = [*here[:player], action, *here[player + 1 :]]
                gains.append(_by_hand(form.table, other)[player] - value[player])
        assert form.regret(mixes)[k] == pytest.approx(max(gains), abs=1e-12)


def test_relative_gains_are_a_linear_map_over_players():
    form = _three(3)
    levers = Assumptions(relative_gains=np.array([0.0, 0.25, 1.0]))
    rivals = form.under(levers)
    assert rivals.batch_shape == (3,)
    for k, rho in enumerate([0.0, 0.25, 1.0]):
        matrix = (1 + rho / 2) * np.eye(3) - rho / 2
        assert rivals.table[k] == pytest.approx(np.tensordot(matrix, form.table, 1), abs=1e-12)


def test_under_full_relative_gains_two_players_are_exactly_zero_sum():
    form = NormalForm.from_bimatrix([[0.1, 0.7], [0.3, 0.9]], [[0.2, 0.6], [0.4, 0.1]])
    table = form.under(Assumptions(relative_gains=1.0)).table
    assert np.array_equal(table[0], -table[1])


def test_neutral_levers_and_levers_without_a_primitive_change_nothing():
    form = _three(4)
    assert np.array_equal(form.under(NEUTRAL).table, form.table)
    levers = Assumptions(side_payments=0.4, monitoring=0.2, discount_factor=0.9)
    assert np.array_equal(form.under(levers).table, form.table)


def test_a_batch_gives_the_bits_of_single_games():
    form = _three(5, batch=(3, 2))
    mixes = _mixes(6, form)
    regret, payoffs = form.regret(mixes), form.payoffs(mixes)
    for place in np.ndindex(3, 2):
        one = NormalForm(form.table[place], NAMES)
        here = {name: mix[place] for name, mix in mixes.items()}
        assert np.array_equal(one.regret(here), regret[place])
        assert np.array_equal(one.payoffs(here), payoffs[place])


def test_games_go_to_nashpy_and_come_back():
    row, column = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    form = NormalForm.from_nashpy(nashpy.Game(row, column))
    assert form.players == ("row", "column")
    assert np.array_equal(form.to_nashpy().payoff_matrices[0], row)
    batch = NormalForm.from_bimatrix(np.stack([row, 2 * row]), column)
    assert np.array_equal(batch.to_nashpy((1,)).payoff_matrices[0], 2 * row)


def test_matrices_are_kept_as_they_are_given_and_put_together_when_a_table_is_asked_for():
    rng = np.random.default_rng(8)
    row, column = rng.normal(size=(5, 2, 3)), rng.normal(size=(2, 3))
    form = NormalForm.from_bimatrix(row, column)
    assert form.batch_shape == (5,)
    assert form.n_actions == (2, 3)
    assert np.shares_memory(form.utility(0), row)
    with pytest.raises(ValueError, match="read-only"):
        row[0, 0, 0] = 1.0
    whole = NormalForm(np.stack([row, np.broadcast_to(column, row.shape)], axis=1), form.names)
    assert np.array_equal(form.table, whole.table)
    assert form.table is form.table
    assert not form.table.flags.writeable
    for player in range(2):
        assert np.array_equal(form.utility(player), whole.utility(player))


def test_a_game_has_the_same_certificates_whether_given_as_matrices_or_as_a_table():
    table = np.random.default_rng(9).normal(size=(3, 7, 2, 4, 3))
    whole = NormalForm(table, ("row", "column"))
    parts = NormalForm.from_bimatrix(table[..., 0, :, :].copy(), table[..., 1, :, :])
    mixes = _mixes(10, whole)
    assert np.array_equal(parts.regret(mixes), whole.regret(mixes))
    assert np.array_equal(parts.payoffs(mixes), whole.payoffs(mixes))
    assert parts.payoffs(mixes)[1, 2, 0] == pytest.approx(
        _by_hand(table[1, 2], [mixes[name][1, 2, 0] for name in whole.players]), abs=1e-12
    )


def test_what_is_no_probability_distribution_has_infinite_regret():
    form = NormalForm.from_bimatrix(np.eye(2), np.eye(2))
    profile = {"row": np.array([[0.5, 0.6]]), "column": np.array([[1.0, 0.0]])}
    assert form.regret(profile)[0] == np.inf


def test_padding_stays_missing():
    form = NormalForm.from_bimatrix(np.eye(2), np.eye(2))
    profile = {"row": np.full((1, 2), np.nan), "column": np.full((1, 2), np.nan)}
    assert np.isnan(form.regret(profile)[0])


def test_a_table_that_does_not_fit_its_players_is_refused():
    with pytest.raises(ParameterError, match="must have the shape"):
        NormalForm(np.zeros((3, 2, 2)), ("row", "column"))
    with pytest.raises(ParameterError, match="must have the shape"):
        NormalForm((np.zeros((2, 2)), np.zeros((2, 2))), NAMES)
    with pytest.raises(ParameterError, match="must name"):
        NormalForm(np.zeros((2, 2, 2)), ("row", "column"), (("a",), ("b", "c")))
    with pytest.raises(ParameterError, match="two players"):
        _three(0).to_nashpy()


def test_payoffs_that_do_not_fit_or_are_missing_are_refused_in_words():
    with pytest.raises(ParameterError, match="must be the same for every player"):
        NormalForm.from_bimatrix(np.zeros((2, 3)), np.zeros((3, 2)))
    with pytest.raises(ParameterError, match="must hold finite numbers only"):
        NormalForm.from_bimatrix(np.array([[0.0, np.nan], [1.0, 2.0]]), np.eye(2))
    batch = NormalForm.from_bimatrix(np.full((3, 2, 2), np.inf), np.zeros((3, 2, 2)))
    assert batch.batch_shape == (3,)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ([[1, 2], [3]], "must be real numbers in rows of one length"),
        ([["a", "b"], ["c", "d"]], "must be real numbers"),
        (np.eye(2) * 1j, "must be real numbers"),
        (np.zeros((1, 2)), "must be the same for every player"),
        (np.zeros((0, 2)), "must be the same for every player"),
    ],
)
def test_payoffs_that_are_no_table_of_numbers_are_refused(row, rule):
    with pytest.raises(ParameterError, match=rule):
        NormalForm.from_bimatrix(row, np.eye(2))


def test_a_player_without_actions_and_two_of_one_name_are_refused():
    with pytest.raises(ParameterError, match="must all be at least 1"):
        NormalForm.from_bimatrix(np.zeros((4, 0, 3)), np.zeros((4, 0, 3)))
    with pytest.raises(ParameterError, match="must differ"):
        NormalForm.from_bimatrix(np.eye(2), np.eye(2), players=("A", "A"))


@pytest.mark.parametrize("index", [(), (3,), (0, 0)])
def test_nashpy_is_given_one_game_of_a_batch(index):
    form = NormalForm.from_bimatrix(np.zeros((3, 2, 2)), np.zeros((3, 2, 2)))
    with pytest.raises(ParameterError, match="give one place along each axis"):
        form.to_nashpy(index)
