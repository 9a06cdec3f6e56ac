"""Bounds over boxes hold what they bound, rounding included, against arithmetic of many digits."""

import decimal
import functools
import itertools
from decimal import Decimal
from fractions import Fraction

import numba
import numpy as np
import pytest

from collsec.forms.shock import Shock
from collsec.games.response.response import Response
from collsec.solvers._participation_bounds import (
    best_range,
    bound_slopes,
    box_of,
    cube_of,
    pivotal_range,
    set_box,
)
from collsec.solvers._participation_boxes import enclose, room_of
from collsec.solvers._participation_order import in_order
from collsec.solvers._participation_play import load
from collsec.solvers._participation_worth import fill_worth_by_contest, fill_worth_by_units

DIGITS = 400
"""Enough to tell the chance of a normal draw below -37 from zero by its difference from a half."""
UNIT = Fraction(1, 2**53)


FEWER = 40
"""Enough where cutoffs are near zero."""


@pytest.fixture(autouse=True)
def many_digits():
    with decimal.localcontext(decimal.Context(prec=DIGITS, Emin=-9999, Emax=9999)):
        yield


def smallest():
    return Decimal(10) ** -decimal.getcontext().prec


def arctan_of_inverse(n):
    term, total, k = Decimal(1) / n, Decimal(0), 0
    while abs(term) > smallest():
        total += term / (2 * k + 1)
        term, k = -term / (n * n), k + 1
    return total


@functools.cache
def pi(digits):
    """Return the number to the digits of the context."""
    assert digits == decimal.getcontext().prec
    return 16 * arctan_of_inverse(5) - 4 * arctan_of_inverse(239)


def normal_density(x):
    return (-x * x / 2).exp() / (2 * pi(decimal.getcontext().prec)).sqrt()


def normal_chance(x):
    """By the series around zero, all of whose terms have one sign."""
    term, total, k = x, Decimal(0), 1
    while abs(term) > smallest():
        total, k = total + term, k + 2
        term = term * x * x / k
    return Decimal("0.5") + normal_density(x) * total


def exact_chance(shock, cutoff):
    x = Decimal(cutoff)
    if shock == Shock.NORMAL:
        value = normal_chance(x)
    elif shock == Shock.LOGISTIC:
        value = 1 / (1 + (-x).exp())
    else:
        value = min(max((1 + x) / 2, Decimal(0)), Decimal(1))
    return Fraction(value)


def exact_density(shock, cutoff):
    x = Decimal(cutoff)
    if shock == Shock.NORMAL:
        return Fraction(normal_density(x))
    if shock == Shock.LOGISTIC:
        return exact_chance(shock, cutoff) * exact_chance(shock, -cutoff)
    return Fraction(1, 2) if abs(x) <= 1 else Fraction(0)


@numba.njit
def bounds(worth, gain, base, scale, shock, low, high):
    """Return all that is bounded over a box."""
    n = low.size
    cube = cube_of(worth, 0.0, gain / scale, base / scale, shock)
    box, room, ranges = box_of(n), room_of(n), np.empty((n, 4))
    set_box(low, high, box, shock)
    for i in range(n):
        ranges[i, 0], ranges[i, 1] = pivotal_range(i, cube, box, room.corners)
        ranges[i, 2], ranges[i, 3] = best_range(i, cube, box, room.corners)
    bound_slopes(cube, box, room.corners, room.below, room.above)
    return box.least, box.most, ranges, room.below, room.above


def at_corners(worth, ends, held):
    """Return the mean reversal at the corners of a box of chances, some of them held."""
    n, values = len(ends), []
    for corner in itertools.product((0, 1), repeat=n):
        chances = [
            held[k] if k in held else ends[k][side]
            for k, side in zip(range(n), corner, strict=True)
        ]
        table = list(worth)
        for p in chances:
            table = [a + p * (b - a) for a, b in zip(table[::2], table[1::2], strict=True)]
        values.append(table[0])
    return values


def exact_range(worth, ends, i, j=None):
    """Return the range of what i's answer adds, or of how much more it adds if j answers too."""
    lists = [at_corners(worth, ends, {i: side} | ({} if j is None else {j: 1})) for side in (0, 1)]
    rises = [b - a for a, b in zip(*lists, strict=True)]
    if j is not None:
        lists = [at_corners(worth, ends, {i: side, j: 0}) for side in (0, 1)]
        rises = [r - (b - a) for r, a, b in zip(rises, *lists, strict=True)]
    return min(rises), max(rises)


def products(one, two):
    values = [a * b for a in one for b in two]
    return min(values), max(values)


def drawn(shock, number, n):
    """Return a game by its corners, and a box: from a point to all that there is, near and far."""
    rng = np.random.default_rng([int(shock), number, n])
    worth = np.sort(rng.uniform(0, 1, 2**n)) if number % 2 else rng.uniform(0, 1, 2**n)
    gain, base = rng.uniform(-0.3, 1, n), rng.normal(0, 0.2, n)
    scale = 10 ** rng.uniform(-6, 3) * rng.uniform(0.5, 2, n)
    far = {Shock.NORMAL: 37.0, Shock.LOGISTIC: 690.0, Shock.UNIFORM: 1.5}[shock]
    middle = far * rng.uniform(-1, 1, n) ** 3
    width = np.where(rng.random(n) < 0.2, 0.0, 10 ** rng.uniform(-9, 1, n))
    return worth, gain, base, scale, middle - width, middle + width


@pytest.mark.parametrize("shock", Shock)
@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_true_range_lies_within_the_bounds_and_not_far_within(shock, n):
    for number in range(4):
        worth, gain, base, scale, low, high = drawn(shock, number, n)
        least, most, ranges, below, above = bounds(worth, gain, base, scale, shock, low, high)
        ends = [tuple(exact_chance(shock, x) for x in pair) for pair in zip(low, high, strict=True)]
        table = [Fraction(value) for value in worth]
        given = [(Fraction(a), Fraction(b)) for a, b in zip(least, most, strict=True)]
        slack = 20 * n * UNIT + Fraction(1, 10**250)
        thick = [[exact_density(shock, x) for x in pair] for pair in zip(low, high, strict=True)]
        for i in range(n):
            assert least[i] <= ends[i][0]
            assert ends[i][1] <= most[i]
            first, last = exact_range(table, ends, i)
            assert ranges[i, 0] <= first
            assert last <= ranges[i, 1]
            near, far = exact_range(table, given, i)
            assert near - Fraction(ranges[i, 0]) <= slack
            assert Fraction(ranges[i, 1]) - far <= slack
            cost, weight = Fraction(base[i]), Fraction(gain[i])
            best = [(weight * x + cost) / Fraction(scale[i]) for x in (first, last)]
            assert ranges[i, 2] <= min(best)
            assert max(best) <= ranges[i, 3]
            for j in range(n):
                if j == i:
                    continue
                moved = products((-weight / Fraction(scale[i]),), exact_range(table, ends, i, j))
                flat = min(thick[j])
                steep = exact_density(shock, 0.0) if low[j] <= 0 <= high[j] else max(thick[j])
                start, stop = products(moved, (flat, steep))
                spared = 4 * UNIT * max(abs(start), abs(stop))
                assert Fraction(below[i, j]) - spared <= start
                assert stop <= Fraction(above[i, j]) + spared


@numba.njit
def corners_by_contest(capability, contest):
    worth = np.empty(2**capability.size)
    return worth, fill_worth_by_contest(capability, contest, worth)


@numba.njit
def corners_by_units(game):
    play = load(*game)
    worth = np.empty(2**play.units.size)
    return worth, fill_worth_by_units(play, worth)


@pytest.mark.parametrize("decisiveness", [0.3, 2.0, 8.0])
@pytest.mark.parametrize("n", [2, 5])
def test_corners_of_a_contest_err_by_less_than_is_said(decisiveness, n):
    rng = np.random.default_rng(n)
    challenger = rng.uniform(0.1, 0.3)
    capability = np.concatenate([[1e-7], rng.uniform(0, 0.4, n - 1)])
    for target in (0.0, 0.05):
        worth, error = corners_by_contest(
            capability, np.array([target, challenger, decisiveness, 1.0])
        )
        assert error < 1e-14
        for mask, value in enumerate(worth):
            power = Decimal(target)
            power += sum(Decimal(capability[i]) for i in range(n) if mask >> i & 1)
            odds = power / Decimal(challenger)
            expected = Decimal(0)
            if power > 0:
                expected = 1 / (1 + (-Decimal(decisiveness) * odds.ln()).exp())
            assert abs(Decimal(float(value)) - expected) <= error


@pytest.mark.parametrize(("required", "decisiveness"), [(0.3, 2.0), (0.0, 0.6)])
def test_corners_between_units_err_by_less_than_is_said(required, decisiveness):
    """On a lattice of degree one, and of degree five, whose shares have both signs."""
    form = Response(
        capability=[0.21317, 0.1171, 0.0713, 0.0011], required=required, decisiveness=decisiveness,
        target_capability=0.0, resolution=32,
    ).form()  # fmt: skip
    assert form.lattice.shares.shape[-1] == (2 if required else 6)
    game = tuple(np.asarray(item)[()] for item in in_order(form).game)
    worth, error = corners_by_units(game)
    units, shares, reversal = game[0], game[1], game[2]
    assert 0 < error < 1e-12
    for mask, value in enumerate(worth):
        law = {0: Fraction(1)}
        for i in np.flatnonzero([mask >> k & 1 for k in range(4)]):
            spread = {}
            for sum_, chance in law.items():
                for t, share in enumerate(shares[i]):
                    place = sum_ + int(units[i]) + t
                    spread[place] = spread.get(place, 0) + chance * Fraction(share)
            law = spread
        expected = sum(p * Fraction(reversal[g]) for g, p in law.items() if p)
        assert abs(Fraction(value) - expected) <= Fraction(error)


def test_corners_in_common_units_are_those_of_the_form():
    form = Response(capability=[0.3, 0.2, 0.1]).form()
    game = tuple(np.asarray(item)[()] for item in in_order(form).game)
    worth, error = corners_by_units(game)
    assert error == 0
    np.testing.assert_array_equal(worth, form.reversal[[0, 3, 2, 5, 1, 4, 3, 6]])


@numba.njit
def cut(worth, weight, offset, shock, low, high):
    cube = cube_of(worth, 0.0, weight, offset, shock)
    box, point, room = box_of(low.size), box_of(low.size), room_of(low.size)
    set_box(low, high, box, shock)
    return enclose(cube, box, point, room), box.low, box.high


@pytest.mark.parametrize("shock", Shock)
def test_krawczyks_enclosure_keeps_every_zero_and_is_within_only_where_there_is_one(shock):
    """Zeros put where they are by choice of the offsets; boxes of all sizes around them."""
    decimal.getcontext().prec = FEWER
    rng = np.random.default_rng(int(shock))
    shown = []
    for _ in range(200):
        n = int(rng.integers(2, 5))
        worth, weight = rng.uniform(0, 1, 2**n), 10 ** rng.uniform(-1, 4, n)
        zero = rng.uniform(-1, 1, n) * (0.9 if shock == Shock.UNIFORM else 3.0)
        chances = [exact_chance(shock, x) for x in zero]
        table = [Fraction(value) for value in worth]
        pivotal = np.array(
            [float(exact_range(table, [(p, p) for p in chances], i)[0]) for i in range(n)]
        )
        offset = zero - weight * pivotal
        error = 1e-14 * (1 + np.abs(weight).max())
        radius = 10 ** rng.uniform(-8, 0)
        low = zero - radius * rng.uniform(0.05, 1, n)
        high = zero + radius * rng.uniform(0.05, 1, n)
        known, below, above = cut(worth, weight, offset, shock, low, high)
        shown.append(known)
        assert known >= 0
        assert np.all(below <= zero + error)
        assert np.all(above >= zero - error)
    assert 0.2 < np.mean(shown) < 0.95
