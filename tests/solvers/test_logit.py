import io

import numpy as np
import pytest

from collsec.assumptions.levers import Assumptions
from collsec.equilibrium import CertificateError
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from collsec.interchange import write_game
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.logit import by_player, certified, follow, logit
from collsec.solvers.logit_fit import logit_fit
from collsec.solvers.logit_limit import logit_limit
from collsec.solvers.logit_symmetric import logit_symmetric

SHAPES = ((2, 2), (3, 4), (2, 3, 2), (2, 2, 2, 2))
RATIONALITY = np.array([0.0, 0.1, 1.0, 5.0, 40.0, 1e3, 1e5])


def random_game(shape, seed=0, batch=()):
    table = np.random.default_rng(seed).normal(size=(*batch, len(shape), *shape))
    return NormalForm(table, tuple("ABCD"[: len(shape)]))


def softmax(scores):
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def expected(table, player, mixes):
    values = np.moveaxis(table[player], player, 0)
    for other in reversed([k for k in range(len(mixes)) if k != player]):
        values = values @ mixes[other] if values.ndim > 1 else values
    return values


@pytest.mark.parametrize("shape", SHAPES)
def test_play_is_the_logit_of_what_it_yields(shape):
    game = random_game(shape)
    found = logit(LogitForm(game, RATIONALITY))
    for place, steep in enumerate(RATIONALITY):
        mixes = [found.strategies[name][place, 0] for name in game.players]
        for player, mix in enumerate(mixes):
            response = softmax(steep * expected(game.table, player, mixes))
            np.testing.assert_allclose(mix, response, atol=1e-9)
    assert np.all(found.count == 1)
    assert np.nanmax(found.regret) < 1e-15
    assert np.nanmax(found.disturbance) < 1e-13


def test_without_rationality_play_is_uniform_exactly():
    found = logit(LogitForm(random_game((2, 3, 4)), 0.0))
    assert [found.strategies[name].tolist() for name in "ABC"] == [
        [[1 / n] * n] for n in (2, 3, 4)
    ]  # fmt: skip
    assert found.regret[0] == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bits_of_a_point_do_not_depend_on_its_batch_nor_on_the_other_rationalities(shape):
    games = random_game(shape, batch=(4,))
    steep = np.array([3.0, 0.7, 200.0])
    whole = logit(LogitForm(games, steep[:, None]))
    for row in range(3):
        for column in range(4):
            alone = logit(LogitForm(NormalForm(games.table[column], games.players), steep[row]))
            for name in games.players:
                np.testing.assert_array_equal(
                    whole.strategies[name][row, column], alone.strategies[name]
                )
            assert whole.disturbance[row, column] == alone.disturbance


def test_a_batch_may_vary_games_and_rationality_along_one_axis():
    games = random_game((2, 3), batch=(3,))
    found = logit(LogitForm(games, [0.5, 4.0, 9.0]))
    for place, steep in enumerate((0.5, 4.0, 9.0)):
        alone = logit(LogitForm(NormalForm(games.table[place], games.players), steep))
        np.testing.assert_array_equal(found.strategies["A"][place], alone.strategies["A"])


def test_adding_what_others_choose_to_a_payoff_changes_nothing():
    game = random_game((3, 3))
    gift = np.zeros_like(game.table)
    gift[0], gift[1] = [5.0, -3.0, 2.0], np.array([[1.0], [4.0], [-7.0]])
    moved = NormalForm(game.table + gift, game.players)
    for steep in (0.5, 30.0):
        before, after = logit(LogitForm(game, steep)), logit(LogitForm(moved, steep))
        np.testing.assert_allclose(
            after.strategies["A"], before.strategies["A"], rtol=0, atol=1e-11
        )


def test_scaling_payoffs_is_scaling_rationality():
    game = random_game((2, 2, 2))
    larger = NormalForm(8 * game.table, game.players)
    first, second = logit(LogitForm(game, 8.0)), logit(LogitForm(larger, 1.0))
    np.testing.assert_allclose(first.strategies["B"], second.strategies["B"], atol=1e-12)


def test_a_branch_that_turns_reports_where():
    rng = np.random.default_rng(3)
    games = NormalForm(rng.normal(size=(200, 3, 2, 2, 2)), ("A", "B", "C"))
    found = logit(LogitForm(games, np.array([0.5, 1e3])[:, None]))
    assert np.all(found.count == 1)
    turning = found.n_turns[1] > 0
    assert 3 <= turning.sum() <= 40
    assert np.all(found.n_turns % 2 == 0)
    first, second = found.turns[1, turning, 0], found.turns[1, turning, 1]
    assert np.all(first > second)


def test_just_before_a_turn_play_is_smooth_and_just_after_it_has_leapt():
    rng = np.random.default_rng(3)
    games = NormalForm(rng.normal(size=(200, 3, 2, 2, 2)), ("A", "B", "C"))
    found = logit(LogitForm(games, 1e3))
    place = int(np.flatnonzero(found.n_turns == 2)[0])
    game, turn = NormalForm(games.table[place], games.players), found.turns[place, 0]
    near = logit(LogitForm(game, turn * np.array([1 - 2e-6, 1 - 1e-6, 1 + 1e-6])))
    play = np.stack([near.strategies[name][:, 0, 0] for name in game.players])
    assert near.n_turns.tolist() == [0, 0, 2]
    assert np.abs(play[:, 1] - play[:, 0]).max() < 0.01
    assert np.abs(play[:, 2] - play[:, 1]).max() > 0.05


def test_in_a_symmetric_game_the_branch_keeps_the_symmetry():
    found = logit(LogitForm(NormalForm.from_bimatrix(np.eye(2), np.eye(2)), [1.0, 10.0, 1e6]))
    np.testing.assert_array_equal(found.strategies["row"], 0.5)


def test_levers_act_on_the_game_within():
    game = random_game((2, 2))
    levers = Assumptions(relative_gains=0.5)
    first = logit(LogitForm(game, 3.0).under(levers))
    second = logit(LogitForm(game.under(levers), 3.0))
    np.testing.assert_array_equal(first.strategies["A"], second.strategies["A"])


def test_wrong_profiles_are_disturbed_and_regretted():
    game = LogitForm(NormalForm.from_bimatrix(np.zeros((2, 2)), np.zeros((2, 2))), 2.0)
    profile = {"row": np.array([[0.8, 0.2]]), "column": np.array([[0.5, 0.5]])}
    entropy = -(0.8 * np.log(0.8) + 0.2 * np.log(0.2))
    assert game.regret(profile)[0] == pytest.approx((np.log(2) - entropy) / 2, abs=1e-15)
    assert game.disturbance(profile)[0] == pytest.approx(np.log(2.5) / 2, abs=1e-15)
    assert LogitForm(game.game, 0.0).regret(profile)[0] == np.inf
    profile["row"] = np.array([[0.8, 0.3]])
    assert game.regret(profile)[0] == np.inf


def test_negative_rationality_and_forms_without_a_table_are_refused():
    with pytest.raises(ParameterError, match="at least 0"):
        LogitForm(random_game((2, 2)), -1.0)
    with pytest.raises(ParameterError, match="table of actions"):
        LogitForm("no game", 1.0)


def test_payoffs_that_are_missing_yield_no_equilibrium():
    table = np.stack([random_game((2, 2)).table] * 2)
    table[0, 0, 0, 0] = np.nan
    found = logit(LogitForm(NormalForm(table, ("A", "B")), 1.0))
    assert found.count.tolist() == [0, 1]


def as_gambit(gambit, game):
    return gambit.read_nfg(io.StringIO(write_game(game, "nfg")))


@pytest.mark.parametrize("shape", SHAPES)
def test_gambit_finds_the_same_on_the_branch(shape):
    gambit = pytest.importorskip("pygambit")
    steep = [0.5, 2.0, 6.0]
    for seed in range(5):
        game = random_game(shape, seed)
        theirs = as_gambit(gambit, game)
        found = logit(LogitForm(game, steep))
        ours = np.concatenate([found.strategies[name][:, 0] for name in game.players], axis=-1)
        for place, answer in enumerate(gambit.qre.logit_solve_lambda(theirs, steep)):
            listed = [chance for mix in answer.profile for _, chance in mix]
            np.testing.assert_allclose(ours[place], listed, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("draw", ["generic", "ties"])
def test_the_branch_ends_in_a_nash_equilibrium_of_every_game(shape, draw):
    rng = np.random.default_rng(5)
    size = (25, len(shape), *shape)
    table = rng.normal(size=size) if draw == "generic" else rng.integers(0, 3, size).astype(float)
    found = logit_limit(NormalForm(table, tuple("ABCD"[: len(shape)])))
    assert np.all(found.count == 1)
    assert np.nanmax(found.regret) < 1e-12


def test_the_limit_is_where_great_rationality_is():
    games = random_game((2, 3, 2), batch=(20,))
    limit, near = logit_limit(games), logit(LogitForm(games, 1e6))
    for name in games.players:
        np.testing.assert_allclose(limit.strategies[name], near.strategies[name], atol=2e-4)


def test_a_fit_recovers_the_rationality_that_made_the_data():
    games = random_game((2, 3, 2), seed=4, batch=(3,))
    true = np.array([0.3, 2.0, 5.0])
    play = logit(LogitForm(games, true))
    counts = {name: 1e6 * mix[:, 0] for name, mix in play.strategies.items()}
    found = logit_fit(games, counts)
    np.testing.assert_allclose(found.rationality, true, rtol=1e-6)
    assert found.is_interior.all()


def test_a_fit_to_best_replies_only_has_no_inner_maximum():
    game = NormalForm.from_bimatrix([[3.0, 3.0], [0.0, 0.0]], [[3.0, 0.0], [3.0, 0.0]])
    assert not logit_fit(game, {"row": [10, 0], "column": [10, 0]}).is_interior
    assert logit_fit(game, {"row": [9, 1], "column": [9, 1]}).rationality == pytest.approx(
        np.log(9) / 3, rel=1e-7
    )
    assert logit_fit(game, {"row": [1, 9], "column": [1, 9]}).rationality == 0
    with pytest.raises(ParameterError, match="counts"):
        logit_fit(game, {"row": [1, 2, 3], "column": [1, 2]})


def test_solve_takes_a_game_with_logit_errors():
    form = LogitForm(random_game((2, 2)), 2.0)
    np.testing.assert_array_equal(
        solve(form).strategies["A"], logit(form).strategies["A"]
    )  # fmt: skip


def test_profiles_are_cut_by_player_and_followed_from_even_chances():
    dilemma = NormalForm.from_bimatrix([[1.0, -1.0], [2.0, 0.0]], [[1.0, 2.0], [-1.0, 0.0]])
    mixes, turns, passed = follow(dilemma, np.array([0.0, np.log(3)]))
    np.testing.assert_allclose(mixes, [[0.5] * 4, [0.25, 0.75, 0.25, 0.75]], atol=1e-12)
    assert (int(passed[1]), turns.shape[0]) == (0, 2)
    row, column = by_player(dilemma, mixes).values()
    np.testing.assert_array_equal(row, mixes[:, :2])
    np.testing.assert_array_equal(column, mixes[:, 2:])


def test_a_candidate_off_the_logit_response_is_not_certified():
    dilemma = NormalForm.from_bimatrix([[1.0, -1.0], [2.0, 0.0]], [[1.0, 2.0], [-1.0, 0.0]])
    form = LogitForm(dilemma, np.array(np.log(3)))
    right, off = np.array([[0.25, 0.75]]), np.array([[0.2501, 0.7499]])
    kept = certified(form, {"row": right, "column": right}, np.array(2.0), 1e-9)
    assert (int(kept.count), float(kept.disturbance[0])) == (1, pytest.approx(0.0, abs=1e-14))
    with pytest.raises(CertificateError):
        certified(form, {"row": off, "column": right}, np.array(2.0), 1e-9)


def test_each_kind_of_game_has_its_own_logit_solver():
    table = NormalForm.from_bimatrix([[1.0, -1.0], [2.0, 0.0]], [[1.0, 2.0], [-1.0, 0.0]])
    alike = SymmetricForm(np.array([0.0, 2.0]), np.array([-1.0, 1.0]))
    with pytest.raises(ParameterError, match="use logit_symmetric"):
        logit(LogitForm(alike, np.array(1.0)))
    with pytest.raises(ParameterError, match="use logit"):
        logit_symmetric(LogitForm(table, np.array(1.0)))


def test_the_limit_does_not_depend_on_the_unit_of_payoffs():
    tables = np.random.default_rng(21).normal(size=(20, 2, 3, 3))
    first = logit_limit(NormalForm(tables, ("A", "B")))
    for unit in (1e-300, 1e-9, 1e9, 1e300):
        second = logit_limit(NormalForm(unit * tables, ("A", "B")))
        assert second.count.tolist() == [1] * 20
        assert second.strategies["A"] == pytest.approx(first.strategies["A"], abs=1e-9)


@pytest.mark.parametrize("better", [0, 1])
@pytest.mark.parametrize("step", [1e-11, 1e-9, 1e-6, 1e-3])
def test_the_least_difference_between_two_conventions_decides_where_logit_play_ends(step, better):
    """The branch turns sharply where it would fork if they were equally good."""
    row = np.eye(2)
    row[better, better] += step
    found = logit_limit(NormalForm.from_bimatrix(row, row.copy()))
    assert found.strategies["row"][0].tolist() == np.eye(2)[better].tolist()
    assert found.strategies["column"][0].tolist() == np.eye(2)[better].tolist()


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2)])
@pytest.mark.parametrize("step", [1e-12, 1e-11, 1e-10, 1e-9, 1e-8])
def test_games_that_are_all_but_symmetric_have_a_limit(shape, step):
    rng = np.random.default_rng(23)
    chosen = np.indices(shape)
    alike = np.all(chosen == chosen[0], axis=0).astype(float)
    table = alike + step * rng.normal(size=(60, len(shape), *shape))
    found = logit_limit(NormalForm(table, tuple("ABC"[: len(shape)])))
    assert np.all(found.count == 1)


def test_where_one_player_has_far_more_at_stake_most_limits_are_found_and_all_are_right():
    tables = np.random.default_rng(24).normal(size=(60, 2, 3, 3))
    for unit in (1e-9, 1e9):
        found = logit_limit(NormalForm(tables * np.array([unit, 1.0])[:, None, None], ("A", "B")))
        regret = NormalForm(tables, ("A", "B")).regret(found.strategies)
        assert np.nanmax(regret) < 1e-8
        assert np.count_nonzero(found.count) > 40


def test_rationalities_that_are_no_numbers_or_fit_no_batch_are_refused():
    game = NormalForm(np.zeros((3, 2, 2, 2)), ("A", "B"))
    with pytest.raises(ParameterError, match="must be a number"):
        LogitForm(game, "high")
    with pytest.raises(ParameterError, match="give each an axis of length 1"):
        LogitForm(game, np.ones(2))


def test_sweeps_without_games_or_without_rationalities_have_answers_without_either():
    none = NormalForm(np.zeros((0, 2, 2, 2)), ("A", "B"))
    assert logit(LogitForm(none, np.ones(1))).count.shape == (0,)
    assert logit_limit(none).count.shape == (0,)
    one = NormalForm(np.zeros((2, 2, 2)), ("A", "B"))
    assert logit(LogitForm(one, np.zeros(0))).strategies["A"].shape == (0, 1, 2)
    pair = SymmetricForm(np.zeros((0, 4)), np.zeros((0, 4)))
    assert logit_symmetric(LogitForm(pair, np.ones(1))).count.shape == (0,)


def test_what_is_near_an_equilibrium_and_hardly_regretted_is_not_certified():
    """A step of 1e-5 costs a player a second-order loss; payoffs would have to differ by 1e-5."""
    game = NormalForm.from_bimatrix([[[2.0, 0.0], [0.0, 1.0]]], [[[1.0, 0.0], [0.0, 2.0]]])
    form = LogitForm(game, np.array([2.0]))
    found = logit(form)
    assert (found.count, found.disturbance[0, 0] < 1e-12) == (1, True)
    moved = {name: mix + np.array([1e-5, -1e-5]) for name, mix in found.strategies.items()}
    assert form.regret(moved)[0, 0] < 1e-9
    assert certified(form, moved, np.array([2.0]), 1e-9).count == 0
    assert certified(form, dict(found.strategies), np.array([2.0]), 1e-9).count == 1
