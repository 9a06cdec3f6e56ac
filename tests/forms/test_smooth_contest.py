"""The certificate's means of a contest against enumeration and exact convolution."""

import itertools

import numpy as np
import pytest

from collsec.forms.smooth_contest import SmoothContest, fine_step


def drawn(n, decisiveness=2.0, target=0.02, challenger=0.2, number=0, whole=0.8):
    rng = np.random.default_rng([number, n])
    return made(whole * rng.dirichlet(np.full(n, 0.7)), decisiveness, target, challenger)


def made(capability, decisiveness, target=0.02, challenger=0.2):
    sides = [np.asarray(item, dtype=float) for item in (target, challenger, decisiveness)]
    step = fine_step(*sides, capability.sum(axis=-1), np.asarray(True))
    return SmoothContest(capability, *sides, np.asarray(True), step)


def reversal(one, answered):
    odds = ((one.target + answered) / one.challenger) ** one.decisiveness
    return odds / (1 + odds)


def by_enumeration(one, p):
    """Return the mean and every member's rise over all 2^n sets that may answer."""
    n = p.size
    acts = np.array(list(itertools.product((0, 1), repeat=n)))
    value, chance = reversal(one, acts @ one.capability), np.where(acts == 1, p, 1 - p)
    rise = np.empty(n)
    for i in range(n):
        others = np.delete(chance, i, axis=1).prod(axis=1)
        rise[i] = (np.where(acts[:, i] == 1, 1.0, -1.0) * others * value).sum()
    return (chance.prod(axis=1) * value).sum(), rise


@pytest.mark.parametrize("n", [1, 2, 3, 6, 11])
@pytest.mark.parametrize(
    ("decisiveness", "target"), [(0.7, 0.05), (1.0, 0.0), (2.0, 0.01), (3.5, 0.01), (8.0, 0.01)]
)
def test_means_are_those_over_all_sets_that_may_answer(n, decisiveness, target):
    one = drawn(n, decisiveness, target)
    p = np.random.default_rng(n).uniform(0, 1, (3, n))
    p[1], p[2] = 0.001, 0.97
    mean, rise = one.means(p)
    for row, found, risen in zip(p, mean, rise, strict=True):
        expected, rises = by_enumeration(one, row)
        assert found == pytest.approx(expected, abs=3e-13)
        np.testing.assert_allclose(risen, rises, rtol=0, atol=3e-13)


@pytest.mark.parametrize("level", [0.02, 0.5, 0.97])
@pytest.mark.parametrize("decisiveness", [2.0, 3.5])
def test_means_over_many_members_are_those_of_an_exact_convolution(level, decisiveness):
    """Two hundred members of 4,001 units in all, few of them strong: positive terms only."""
    n, n_units = 200, 4001
    rng = np.random.default_rng(n)
    units = 1 + rng.multinomial(n_units - n, rng.dirichlet(np.full(n, 0.3)))
    one = made(0.8 * units / n_units, decisiveness)
    p = np.clip(level + rng.uniform(-0.02, 0.02, n), 0, 1)
    table = reversal(one, 0.8 * np.arange(n_units + 1) / n_units)
    mean, rise = one.means(p[None])
    for i in (int(np.argmax(units)), int(np.argmin(units)), 17):
        mass = np.zeros(n_units + 1)
        mass[0] = 1.0
        for j in range(n):
            if j != i:
                moved = np.zeros_like(mass)
                moved[units[j] :] = mass[: n_units + 1 - units[j]]
                mass = (1 - p[j]) * mass + p[j] * moved
        size = n_units + 1 - units[i]
        stay = (mass[:size] * table[:size]).sum()
        join = (mass[:size] * table[units[i] :]).sum()
        assert rise[0, i] == pytest.approx(join - stay, abs=1e-13)
        assert mean[0] == pytest.approx((1 - p[i]) * stay + p[i] * join, abs=1e-13)


def test_a_thousand_members_keep_the_identity_of_means():
    """E pi = (1 - p_i) E pi[i stays out] + p_i E pi[i answers], by two profiles of one member."""
    one, i = drawn(1000), 3
    p = np.random.default_rng(1).uniform(0, 1, 1000)
    out, in_ = p.copy(), p.copy()
    out[i], in_[i] = 0.0, 1.0
    mean, rise = one.means(np.stack([p, out, in_]))
    assert rise[0, i] == pytest.approx(mean[2] - mean[1], abs=1e-14)
    assert mean[0] == pytest.approx(mean[1] + p[i] * rise[0, i], abs=1e-14)


def test_what_more_capability_adds_is_exact_however_little():
    one = made(np.array([0.3, 0.5]), 2.5)
    power, more = 0.02 + 0.1, 1e-13
    share = (power / 0.2) ** 2.5 / (1 + (power / 0.2) ** 2.5)
    slope = 2.5 * share * (1 - share) / power
    assert one.rise(np.array([0.1]), np.array([more]))[0] == pytest.approx(slope * more, rel=1e-11)
    large = one.rise(np.array([0.1]), np.array([0.4]))[0]
    assert large == pytest.approx(reversal(one, 0.5) - reversal(one, 0.1), rel=1e-13)
    bare = made(np.array([0.3, 0.5]), 2.0, target=0.0)
    found = bare.rise(np.array([0.0]), np.array([0.2]))[0]
    assert found == pytest.approx(0.5, rel=1e-13)


def test_the_step_is_as_fine_as_the_contest_bends():
    sides = [np.array(item) for item in (0.02, 0.2)]
    decisiveness, where = np.array([1.0, 4.0, 8.0]), np.array(True)
    step = fine_step(*sides, decisiveness, np.array(0.8), where)
    assert step[0] >= step[1] > 2 * step[2]
    assert np.all(0.8 / step < 16384)
    broken = fine_step(np.array(0.0), np.array(0.2), np.array(0.5), np.array(0.8), where)
    assert broken == 0
    assert not fine_step(*sides, decisiveness, np.array(0.8), np.array(False)).any()


def test_games_without_a_step_and_padding_have_no_means():
    one = made(np.array([[0.3, 0.21], [0.4, 0.1]]), np.array([0.5, 2.0]), target=[0.0, 0.01])
    answer = np.full((2, 2, 2), 0.4)
    answer[1, 1] = np.nan
    mean, rise = one.means(answer)
    assert np.isnan(mean).tolist() == [[True, True], [False, True]]
    assert np.isnan(rise).all(axis=-1).tolist() == [[True, True], [False, True]]
    assert one.is_used.tolist() == [False, True]


@pytest.mark.parametrize("decisiveness", [0.6, 1.0, 1.5, 2.0, 2.7, 5.0, 8.0])
@pytest.mark.parametrize("target", [0.0, 0.03, 0.3])
@pytest.mark.parametrize("whole", [0.05, 0.4, 1.0])
def test_the_bend_is_the_range_of_the_second_derivative(decisiveness, target, whole):
    """Second differences in steps of a 4,000th of the range; without a bound only at no power."""
    one = made(np.array([0.5, 0.3, 0.2]) * whole, decisiveness, target, 0.2)
    least, most = one.bend()
    step = whole / 4000
    value = reversal(one, step * np.arange(4001))
    bend = np.diff(value, 2) / step**2
    noise = 1e-15 / step**2
    assert np.all(bend >= least - noise)
    assert np.all(bend <= most + noise)
    size = max(np.abs(bend).max(), noise)
    if np.isfinite(least):
        assert bend.min() == pytest.approx(least, abs=0.02 * size)
    if np.isfinite(most):
        assert bend.max() == pytest.approx(most, abs=0.02 * size)
    is_unbounded = target == 0 and decisiveness < 2 and decisiveness != 1
    assert np.isfinite([least, most]).all() == (not is_unbounded)


def test_the_bend_has_a_sign_just_this_side_of_the_point_of_inflection():
    decisiveness = np.array([1.3, 2.0, 3.5, 8.0])
    bent = 0.2 * ((decisiveness - 1) / (decisiveness + 1)) ** (1 / decisiveness)
    for share, is_convex in ((1 - 1e-9, True), (1 + 1e-9, False)):
        capability = np.array([0.6, 0.3, 0.1]) * (share * bent)[:, None]
        sides = np.zeros(4), np.full(4, 0.2), decisiveness
        least, _ = SmoothContest(capability, *sides, np.ones(4, bool), np.zeros(4)).bend()
        assert np.all((least >= 0) == is_convex)
    beyond = np.array([[0.3, 0.2]])
    sides = 1.01 * bent, np.full(4, 0.2), decisiveness
    _, most = SmoothContest(beyond, *sides, np.ones(4, bool), np.zeros(4)).bend()
    assert np.all(most < 0)
