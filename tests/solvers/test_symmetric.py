import itertools
import math

import numpy as np
import pytest

from collsec.assumptions.levers import Assumptions
from collsec.forms.logit import LogitForm
from collsec.forms.normal import NormalForm
from collsec.forms.symmetric import SymmetricForm
from collsec.forms.threshold import ThresholdForm
from collsec.interchange.conversion import as_normal
from collsec.parameters import ParameterError
from collsec.solvers import solve
from collsec.solvers.bimatrix import bimatrix
from collsec.solvers.logit import logit
from collsec.solvers.logit_symmetric import logit_symmetric
from collsec.solvers.pure import pure
from collsec.solvers.symmetric import symmetric
from collsec.solvers.threshold import threshold


def provision(n, k, value, cost, refund=0.0):
    whole = np.ones(n)
    return ThresholdForm(value * whole, cost * whole, np.array(k), refund=np.array(refund))


def all_mix_alike(found):
    return (found.actors == 0) & (found.abstainers == 0) & (found.second == 0)


def common(found):
    """Return the probabilities of the equilibria in which all players mix with one."""
    return found.strategies["act"][all_mix_alike(found)][:, 0]


def times(found):
    """Return the multiplicities of the equilibria in which all players mix with one."""
    return found.multiplicity[all_mix_alike(found)]


def with_roots(zeros, lead=1.0):
    """Return a game in which what acting adds, as a function of p, has these roots."""
    power = lead * np.polynomial.polynomial.polyfromroots(zeros)
    n = len(power) - 1
    gain = [
        sum(math.comb(j, i) / math.comb(n, i) * power[i] for i in range(j + 1))
        for j in range(n + 1)
    ]
    return SymmetricForm(np.zeros(n + 1), np.array(gain))


@pytest.mark.parametrize("zeros", [
    [0.2, 0.5, 0.9], [0.5], [0.25, 0.5, 0.75, 0.125], [0.1, 0.1001], [1 / 3, 2 / 3],
    [0.5, 1.5, -2.0], [0.001, 0.999],
])  # fmt: skip
def test_simple_roots_are_found_wherever_they_lie(zeros):
    inside = sorted(z for z in zeros if 0 < z < 1)
    for lead in (1.0, -1.0):
        found = symmetric(with_roots(zeros, lead))
        np.testing.assert_allclose(common(found), inside, atol=1e-8)
        assert set(times(found)) == {1.0}


@pytest.mark.parametrize("place", [0.5, 0.25, 0.3, 0.77])
def test_a_double_root_is_one_equilibrium_that_counts_twice(place):
    for zeros in ([place, place], [place, place, 0.9], [0.1, place, place, -1.0]):
        found = symmetric(with_roots(zeros))
        at = np.argmin(np.abs(common(found) - place))
        assert common(found)[at] == pytest.approx(place, abs=1e-7)
        assert times(found)[at] == 2
        assert np.delete(times(found), at).tolist() == [1.0] * (len(times(found)) - 1)
        assert len(common(found)) == len({z for z in zeros if 0 < z < 1})


def test_a_triple_root_is_a_crossing():
    found = symmetric(with_roots([0.4, 0.4, 0.4]))
    assert common(found) == pytest.approx([0.4], abs=1e-4)
    assert times(found).tolist() == [1.0]


@pytest.mark.parametrize("seed", range(30))
def test_roots_of_random_polynomials_are_those_of_their_companion_matrix(seed):
    rng = np.random.default_rng(seed)
    gain = rng.normal(size=rng.integers(3, 9))
    n = len(gain) - 1
    power = np.zeros(n + 1)
    for j in range(n + 1):
        rise, fall = np.zeros(j + 1), np.polynomial.polynomial.polypow([1, -1], n - j)
        rise[j] = 1
        power += gain[j] * math.comb(n, j) * np.polynomial.polynomial.polymul(rise, fall)
    zeros = np.polynomial.polynomial.polyroots(power)
    real = np.sort(zeros[np.abs(zeros.imag) < 1e-9].real)
    found = symmetric(SymmetricForm(np.zeros(n + 1), gain))
    np.testing.assert_allclose(common(found), real[(real > 0) & (real < 1)], atol=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_two_players_have_the_equilibria_of_the_bimatrix_solver(seed):
    rng = np.random.default_rng(seed)
    game = SymmetricForm(rng.normal(size=2), rng.normal(size=2))
    found, whole = symmetric(game), bimatrix(as_normal(game))
    assert found.n_profiles[: found.count].sum() == whole.count
    assert found.complete


@pytest.mark.parametrize("seed", range(20))
def test_pure_equilibria_and_their_number_are_those_of_the_table(seed):
    rng = np.random.default_rng(seed)
    gains = rng.integers(-2, 3, 5) if seed % 2 else rng.normal(size=5)
    game = SymmetricForm(np.zeros(5), gains.astype(float))
    found, table = symmetric(game), pure(as_normal(game))
    is_pure = found.actors + found.abstainers == 5
    assert found.n_profiles[is_pure].sum() == table.count


@pytest.mark.parametrize("seed", range(12))
def test_classes_in_which_some_mix_are_found_by_brute_force_too(seed):
    rng = np.random.default_rng(seed)
    gain = rng.normal(size=4)
    found = symmetric(SymmetricForm(np.zeros(4), gain))
    listed = {
        (int(k), int(s), round(float(act[int(k)]), 6))
        for k, s, act in zip(found.actors, found.abstainers, found.strategies["act"], strict=True)
        if k + s < 4
    }
    grid = np.linspace(0, 1, 200_002)[1:-1]
    expected = set()
    for k, s in itertools.product(range(4), repeat=2):
        if (m := 4 - k - s) < 2:
            continue

        def added(sure, mixing):
            weights = [
                math.comb(mixing, j) * grid**j * (1 - grid) ** (mixing - j)
                for j in range(mixing + 1)
            ]
            return sum(w * gain[sure + j] for j, w in enumerate(weights))

        indifferent = added(k, m - 1)
        crossing = np.flatnonzero(np.diff(np.sign(indifferent)))
        holds = np.ones(grid.size, dtype=bool)
        if k > 0:
            holds &= added(k - 1, m) >= 0
        if s > 0:
            holds &= added(k, m) <= 0
        for i in crossing:
            share = indifferent[i] / (indifferent[i] - indifferent[i + 1])
            p = grid[i] + share * (grid[i + 1] - grid[i])
            if holds[i]:
                expected.add((k, s, round(p, 6)))
    assert {x[:2] for x in listed} == {x[:2] for x in expected}
    for ours, theirs in zip(sorted(listed), sorted(expected), strict=True):
        assert ours[2] == pytest.approx(theirs[2], abs=2e-6)


def two_pairs(gain):
    """Return p > q with which two players each mix; None where no such four are indifferent.

    Two others, one of each pair, act 0, 1 or 2 times with chances 1 - s + t, s - 2t and t, where
    s = p + q and t = pq: two linear equations.
    """
    slopes = [[gain[c + 1] - gain[c], gain[c] - 2 * gain[c + 1] + gain[c + 2]] for c in (0, 1)]
    s, t = np.linalg.solve(slopes, [-gain[0], -gain[1]])
    if not (s * s > 4 * t and t > 0 and 1 - s + t > 0 and 0 < s < 2):
        return None
    root = math.sqrt(s * s / 4 - t)
    return s / 2 + root, s / 2 - root


def test_two_of_four_members_may_act_more_often_than_the_other_two():
    form = provision(4, 2, 100.0, 47.0)  # a cost between 4/9 and 1/2 of the value
    s, t = 2 - 3 * 0.47, 1 - 2 * 0.47
    often, rarely = s / 2 + math.sqrt(s * s / 4 - t), s / 2 - math.sqrt(s * s / 4 - t)
    found = symmetric(SymmetricForm.of(form))
    place = np.flatnonzero(found.second > 0)
    assert found.strategies["act"][place] == pytest.approx(
        np.array([[often, often, rarely, rarely]]), abs=1e-12
    )
    assert found.n_profiles[place].tolist() == [6]
    assert found.second[place].tolist() == [2]
    assert len(common(found)) == 0
    assert found.complete


def test_two_pairs_mix_exactly_where_the_equations_for_their_sum_and_product_say_so():
    rng = np.random.default_rng(7)
    gains = rng.normal(size=(400, 4))
    whole = symmetric(SymmetricForm(np.zeros((400, 4)), gains))
    expected = [two_pairs(gain) for gain in gains]
    pairs = whole.strategies["act"][:, :, [0, 2]]
    for own, second, listed in zip(expected, whole.second, pairs, strict=True):
        shown = listed[second > 0]
        np.testing.assert_allclose(shown, [own] if own else np.empty((0, 2)), atol=1e-10)
    assert sum(own is not None for own in expected) > 10
    assert whole.complete.all()


def chances(acting):
    """Return how likely which number of players act."""
    found = np.ones(1)
    for p in acting:
        found = np.convolve(found, [1 - p, p])
    return found


def indifferent(gain, rng):
    """Return probabilities at which all who mix gain nothing by acting, by Newton's method."""
    p, m = rng.uniform(size=len(gain)), len(gain)
    for _ in range(50):
        missed = np.array([chances(np.delete(p, i)) @ gain for i in range(m)])
        slopes = np.zeros((m, m))
        for i, j in itertools.permutations(range(m), 2):
            slopes[i, j] = chances(np.delete(p, [i, j])) @ np.diff(gain)
        if np.linalg.cond(slopes) > 1e8:
            return None
        p = p - np.linalg.solve(slopes, missed)
        if not np.all((p > 0) & (p < 1)):
            return None
    return np.sort(p)[::-1]


@pytest.mark.parametrize("seed", range(10))
def test_what_newton_finds_from_anywhere_is_listed(seed):
    rng = np.random.default_rng(seed)
    n = 4 + seed % 3
    gain = np.where(np.arange(n) == n // 2, rng.uniform(2, 4), 0.0) - 1.0
    found = symmetric(SymmetricForm(np.zeros(n), gain))
    assert found.complete
    listed = -np.sort(-found.strategies["act"], axis=-1)
    reached = [p for p in (indifferent(gain, rng) for _ in range(30)) if p is not None]
    for p in reached:
        assert np.abs(listed - p).max(axis=-1).min() < 1e-7


def test_completeness_ends_where_three_probabilities_may_be_mixed_with():
    turns = np.array([1.0, -1.2, 0.9, -0.5, -0.3, -0.2])
    assert symmetric(SymmetricForm(np.zeros(5), turns[:5])).complete
    assert not symmetric(SymmetricForm(np.zeros(6), turns)).complete
    assert symmetric(SymmetricForm(np.zeros(6), turns), pairs_up_to=5).complete
    assert symmetric(SymmetricForm(np.zeros(6), np.abs(turns) * [1, -1, -1, 1, 1, 1])).complete


@pytest.mark.parametrize("zeros", [[0.3, 0.3], [0.25, 0.25, 0.9], [0.4, 0.4, 0.4]])
def test_at_a_multiple_root_one_player_may_mix_anyhow(zeros):
    game = with_roots(zeros)
    found = symmetric(game)
    assert not found.complete
    n = len(zeros) + 1
    for p in (0.1, 0.8):
        profile = np.full((1, n), zeros[0])
        profile[0, 0] = p
        assert game.regret({"act": profile})[0] < 1e-15


def test_one_who_is_indifferent_beside_two_pairs_may_mix_anyhow():
    """Of each pair another acts with 3/4 or 1/4, in sum 0, 1 or 2 times with 3, 10 or 3 in 16."""
    gain = np.array([1.0, -1.0, 7 / 3, -61 / 9, 547 / 27])
    game = SymmetricForm(np.zeros(5), gain)
    for p in (0.0, 0.1, 0.8, 1.0):
        assert game.regret({"act": np.array([[0.75, 0.75, 0.25, 0.25, p]])})[0] < 1e-14
    assert not symmetric(game).complete


@pytest.mark.parametrize(("n", "k", "value", "cost"), [(5, 3, 27, 8), (10, 5, 1, 0.2)])
@pytest.mark.parametrize("refund", [0.0, 0.5])
def test_threshold_games_have_the_equilibria_of_their_own_solver(n, k, value, cost, refund):
    form = provision(n, k, value, cost, refund)
    ours, theirs = symmetric(SymmetricForm.of(form)), threshold(form)
    no_mixing_between = (ours.actors + ours.abstainers == n) | (ours.actors + ours.abstainers == 0)
    act = ours.strategies["act"][no_mixing_between]
    np.testing.assert_allclose(act, theirs.strategies["act"], atol=1e-11)


def test_every_member_of_the_united_nations_may_play():
    form = provision(193, 97, 1.0, 0.02)
    ours, theirs = symmetric(SymmetricForm.of(form)), threshold(form)
    np.testing.assert_allclose(
        common(ours), theirs.strategies["act"][theirs.count - 2 :, 0], atol=1e-10
    )
    assert ours.count == 4
    assert "symmetric" in ours.scope


def test_the_bits_of_a_game_do_not_depend_on_its_batch():
    rng = np.random.default_rng(1)
    stay, act = rng.normal(size=(2, 40, 6))
    whole = symmetric(SymmetricForm(stay, act))
    steep = logit_symmetric(LogitForm(SymmetricForm(stay, act), 3.0))
    for place in range(40):
        alone = symmetric(SymmetricForm(stay[place], act[place]))
        n = int(alone.count)
        assert whole.count[place] == n
        np.testing.assert_array_equal(
            whole.strategies["act"][place, :n], alone.strategies["act"][:n]
        )
        assert whole.centroid[place] == alone.centroid
        one = logit_symmetric(LogitForm(SymmetricForm(stay[place], act[place]), 3.0))
        np.testing.assert_array_equal(
            steep.strategies["act"][place, : one.count], one.strategies["act"][: one.count]
        )


def test_indifference_everywhere_is_not_called_complete():
    found = symmetric(SymmetricForm(np.zeros(4), np.zeros(4)))
    assert not found.complete
    assert found.count == 5
    assert not symmetric(SymmetricForm(np.zeros(3), [1.0, 0.0, -1.0])).complete


def test_a_game_and_its_table_turn_into_each_other():
    rng = np.random.default_rng(3)
    game = SymmetricForm(rng.normal(size=(2, 4)), rng.normal(size=(2, 4)))
    again = SymmetricForm.of(as_normal(game))
    np.testing.assert_allclose(again.stay, game.stay, atol=1e-14)
    np.testing.assert_allclose(again.act, game.act, atol=1e-14)


def test_asymmetric_games_are_refused():
    with pytest.raises(ParameterError, match="not a symmetric game"):
        SymmetricForm.of(NormalForm(np.arange(24.0).reshape(3, 2, 2, 2), ("A", "B", "C")))
    with pytest.raises(ParameterError, match="not a symmetric game"):
        SymmetricForm.of(NormalForm(np.zeros((2, 2, 3)), ("A", "B")))
    unequal = ThresholdForm(np.array([1.0, 2.0]), np.ones(2), np.array(1))
    with pytest.raises(ParameterError, match="not a symmetric game"):
        SymmetricForm.of(unequal)


def test_relative_gains_are_those_of_the_table():
    rng = np.random.default_rng(4)
    game = SymmetricForm(rng.normal(size=4), rng.normal(size=4))
    levers = Assumptions(relative_gains=0.4)
    first, second = as_normal(game.under(levers)), as_normal(game).under(levers)
    np.testing.assert_allclose(first.table, second.table, atol=1e-14)


def test_one_half_drifts_to_the_first_equilibrium_on_its_way():
    found = symmetric(with_roots([0.2, 0.6, 0.9]))
    assert found.strategies["act"][found.centroid, 0] == pytest.approx(0.6, abs=1e-9)
    hunt = symmetric(SymmetricForm([7.0, 7.0], [0.0, 10.0]))
    assert hunt.actors[hunt.centroid] == 0
    bold = symmetric(SymmetricForm([3.0, 3.0], [0.0, 10.0]))
    assert bold.actors[bold.centroid] == 2
    even = symmetric(SymmetricForm([5.0, 5.0], [0.0, 10.0]))
    assert even.strategies["act"][even.centroid].tolist() == [0.5, 0.5]


def threshold_logit(steep, n=5, k=3, value=27.0, cost=8.0):
    return logit_symmetric(LogitForm(SymmetricForm.of(provision(n, k, value, cost)), steep))


@pytest.mark.parametrize(("steep", "expected"), [
    (0.1, [0.5482766069]),
    (0.2, [0.5799809532]),
    (0.5, [0.0184620886, 0.2554634874, 0.6204878509]),
    (1.0, [0.0003353562, 0.3003788860, 0.6409591267]),
])  # fmt: skip
def test_logit_play_of_a_threshold_game_loses_its_uniqueness(steep, expected):
    found = threshold_logit(steep)
    np.testing.assert_allclose(found.strategies["act"][:, 0], expected, atol=6e-11)
    assert found.complete
    assert found.count == len(expected)
    assert found.centroid == len(expected) - 1


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_the_branch_leads_to_the_first_of_several_on_its_way(is_mirrored):
    gain = with_roots([0.6, 0.75]).gain
    game = SymmetricForm(np.zeros(3), -gain[::-1] if is_mirrored else gain)
    found = logit_symmetric(LogitForm(game, 500.0))
    assert found.count == 3
    first = found.strategies["act"][found.centroid, 0]
    assert first == pytest.approx(0.4 if is_mirrored else 0.6, abs=0.02)


def test_logit_play_of_volunteers():
    six = threshold_logit(5.0, n=6, k=1, value=1.0, cost=0.2)
    ten = threshold_logit(20.0, n=10, k=1, value=1.0, cost=0.2)
    assert six.strategies["act"][0, 0] == pytest.approx(0.3734775400, abs=6e-11)
    assert ten.strategies["act"][0, 0] == pytest.approx(0.2019552639, abs=6e-11)


@pytest.mark.parametrize("seed", range(8))
def test_the_branch_of_the_table_is_the_symmetric_branch(seed):
    rng = np.random.default_rng(seed)
    game = SymmetricForm(rng.normal(size=3), rng.normal(size=3))
    steep = np.array([0.0, 0.3, 1.0, 3.0])
    roots, branch = (
        logit_symmetric(LogitForm(game, steep)),
        logit(LogitForm(as_normal(game), steep)),
    )
    for place in range(4):
        principal = roots.strategies["act"][place, roots.centroid[place], 0]
        for name in branch.form.players:
            assert branch.strategies[name][place, 0, 1] == pytest.approx(principal, abs=1e-9)


def test_great_rationality_leads_to_nash_equilibria():
    game = SymmetricForm.of(provision(5, 3, 27.0, 8.0))
    found = logit_symmetric(LogitForm(game, 1e5))
    np.testing.assert_allclose(found.strategies["act"][:, 0], [0.0, 1 / 3, 2 / 3], atol=1e-5)


def test_solve_knows_symmetric_games_and_their_logit_play():
    game = SymmetricForm.of(provision(5, 3, 27.0, 8.0))
    assert solve(game).method == "symmetric"
    assert solve(LogitForm(game, 1.0)).method == "logit_symmetric"


@pytest.mark.parametrize(("n", "k", "value", "cost", "lost", "returned"), [
    (5, 3, 27, 8, [1 / 3, 2 / 3], 0.6943767030),
    (10, 5, 1, 0.2, [0.3281539814, 0.5649898941], 0.5892251618),
    (6, 3, 1, 0.1, [0.1214333336, 0.7356180923], 0.7377904038),
])  # fmt: skip
def test_the_mixed_equilibria_of_palfrey_and_rosenthal_come_out(n, k, value, cost, lost, returned):
    found = symmetric(SymmetricForm.of(provision(n, k, value, cost)))
    np.testing.assert_allclose(common(found), lost, atol=6e-11)
    found = symmetric(SymmetricForm.of(provision(n, k, value, cost, refund=1.0)))
    np.testing.assert_allclose(common(found), [returned], atol=6e-11)


@pytest.mark.parametrize(("stay", "act"), [(np.zeros((2, 3)), np.zeros((3, 3))), ("none", "all")])
def test_payoffs_that_fit_nothing_are_refused_with_a_remedy(stay, act):
    with pytest.raises(ParameterError, match="give one for each number of others"):
        SymmetricForm(stay, act)


def test_games_with_payoffs_missing_or_infinite_are_left_and_the_others_answered():
    stay = np.array([[0.0, np.nan, 1.0], [0.0, np.inf, 1.0], [0.0, 0.0, 0.0]])
    found = symmetric(SymmetricForm(stay, np.ones((3, 3))))
    assert found.count.tolist() == [0, 0, 1]
    assert found.complete.tolist() == [False, False, True]
