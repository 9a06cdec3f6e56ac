r"""Ranges over boxes of cutoffs, in a game of few members, with what rounding may do to them.

The chance of reversal is multilinear in the members' chances to answer, so that over a box pivotal
chances and how they move with others' answers take their extremes at its corners: their ranges are
exact, but for rounding.

Rounding
--------
What is proved is proved of the game that the form holds: its numbers are taken as they stand. Each
operation errs by at most :math:`u = 2^{-53}` of its result, and a function of the C library by at
most 8 units in its last place, 16 u.

*Chances.* :math:`F(-x) = \operatorname{erfc}(y) / 2` at :math:`y = x / \sqrt 2`, which errs by 2 u
of itself; as :math:`|y \operatorname{erfc}'(y)| \le (2 y^2 + 1) \operatorname{erfc}(y)`, the chance
errs by no more than :math:`(2 x^2 + 20) u` of itself in the lower tail, and by 20 u of one in the
upper. The density's exponent errs by :math:`x^2 u`; logistic and uniform laws err by less than
40 u. Where such bounds would not hold for want of exponents, numbers are below 1e-300.

*Pivotal chances.* With s the range of reversal, a difference of it lies within s and a difference
of differences within 2 s. Each of at most n - 1 steps :math:`a + p (b - a)` rounds thrice: the
difference by 4 s u, the product by 4 s u, the sum by 2 s u. A step passes on no more than the
larger error of a and b, since :math:`0 \le p \le 1`. With the differences to begin with it comes to
less than :math:`10 n s u`, and four times the error of reversal itself (`_participation_worth`).

*Best cutoffs*, weight times pivotal chance plus offset, err by at most 4 u of the sum of the sizes
of the two terms.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_play import chance, copy, density

ROUNDING = 2.0**-53
"""The largest relative error of an operation."""
TINY = 1e-300
"""More than any number errs by that is too small for relative errors."""
_STEEP = 1500.0
"""The square of a cutoff beyond which a normal chance is smaller than any number."""


class Cube(NamedTuple):
    """A game by its corners: the best cutoff of i is weight[i] * pivotal chance + offset[i].

    worth[m] is the chance of reversal if those members answer whose bits are set in m; pivotal
    chances err by at most `error`.
    """

    worth: Any
    weight: Any
    offset: Any
    shock: Any
    error: Any


class Box(NamedTuple):
    """A box of cutoffs, and bounds of the chances to answer in it."""

    low: Any
    high: Any
    least: Any
    most: Any


@part
def cube_of(worth: Any, error: float, weight: Any, offset: Any, shock: int) -> Cube:
    """Return a game, given how far its worths may err."""
    low, high = worth[0], worth[0]
    for value in worth:
        low, high = min(low, value), max(high, value)
    rounded = 10.0 * weight.size * (high - low) * ROUNDING + 4.0 * error
    return Cube(worth, weight, offset, shock, rounded)


@part
def box_of(n: int) -> Box:
    return Box(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))


@borrowing
def _loss(x: float) -> float:
    """Return by which share of itself a chance or a density at x may err."""
    square = min(x * x, _STEEP) if x < 0.0 else 0.0
    return (40.0 + 2.0 * square) * ROUNDING


@borrowing
def update(i: int, box: Box, shock: int) -> None:
    """Let the chances of member i be those at the ends of its cutoffs."""
    low, high = box.low[i], box.high[i]
    box.least[i] = max(0.0, chance(shock, low) * (1.0 - _loss(low)) - TINY)
    box.most[i] = min(1.0, chance(shock, high) * (1.0 + _loss(high)) + TINY)


@borrowing
def set_box(low: Any, high: Any, box: Box, shock: int) -> None:
    """Let the box be the one between two ends."""
    copy(low, box.low)
    copy(high, box.high)
    for i in range(low.size):
        update(i, box, shock)


@borrowing
def _without(mask: int, i: int) -> int:
    """Return the mask with a bit of zero put in at place i."""
    return ((mask >> i) << (i + 1)) | (mask & ((1 << i) - 1))


@borrowing
def _spread_corners(i: int, j: int, cube: Cube, box: Box, corners: Any) -> int:
    """Leave what i's answer adds to reversal, at the corners of the others' box; return how many.

    Where j > i, how much more it adds if j answers as well, at the corners of the box of the rest.
    """
    n, size = cube.weight.size, cube.worth.size // (2 if j < 0 else 4)
    for corner in range(size):
        mask = _without(corner, i)
        if j >= 0:
            mask = _without(mask, j)
        rise = cube.worth[mask | (1 << i)] - cube.worth[mask]
        if j >= 0:
            mask |= 1 << j
            rise = cube.worth[mask | (1 << i)] - cube.worth[mask] - rise
        corners[corner] = rise
    bit = 1
    for k in range(n):
        if k not in (i, j):
            for corner in range(size):
                if corner & bit == 0:
                    stay, answer = corners[corner], corners[corner | bit]
                    corners[corner] = stay + box.least[k] * (answer - stay)
                    corners[corner | bit] = stay + box.most[k] * (answer - stay)
            bit <<= 1
    return int(size)


@borrowing
def _range(i: int, j: int, cube: Cube, box: Box, corners: Any) -> tuple[float, float]:
    """Return the least and the most of what `_spread_corners` says."""
    size = _spread_corners(i, j, cube, box, corners)
    low, high = corners[0], corners[0]
    for corner in range(1, size):
        low, high = min(low, corners[corner]), max(high, corners[corner])
    return low - cube.error, high + cube.error


@borrowing
def pivotal_range(i: int, cube: Cube, box: Box, corners: Any) -> tuple[float, float]:
    """Return the least and the most chance that i is pivotal, while others keep to the box."""
    low, high = _range(i, -1, cube, box, corners)
    return float(low), float(high)


@borrowing
def best_range(i: int, cube: Cube, box: Box, corners: Any) -> tuple[float, float]:
    """Return the least and the highest best cutoff of i, while others keep to the box."""
    low, high = _range(i, -1, cube, box, corners)
    weight, offset = cube.weight[i], cube.offset[i]
    one, two = weight * low + offset, weight * high + offset
    size = abs(weight) * max(abs(low), abs(high)) + abs(offset)
    error = 4.0 * ROUNDING * size + TINY
    return min(one, two) - error, max(one, two) + error


@borrowing
def _density_range(low: float, high: float, shock: int) -> tuple[float, float]:
    """Return the least and the most density between two cutoffs: it falls on both sides of zero.

    It is the same on both, and precise in the lower tail.
    """
    one, two = -abs(low), -abs(high)
    far, near = min(one, two), 0.0 if low <= 0.0 <= high else max(one, two)
    least = density(shock, far) * (1.0 - _loss(far)) - TINY
    return max(0.0, least), density(shock, near) * (1.0 + _loss(near)) + TINY


@borrowing
def bound_slopes(cube: Cube, box: Box, corners: Any, below: Any, above: Any) -> None:
    """Fill the bounds of how far own cutoffs run ahead of best ones, by each cutoff.

    Their own rounding, of three operations, is left to the caller.
    """
    n = box.low.size
    for i in range(n):
        for j in range(i + 1, n):
            low, high = _range(i, j, cube, box, corners)
            below[i, j], above[i, j] = low, high
            below[j, i], above[j, i] = low, high
    for j in range(n):
        thin, thick = _density_range(box.low[j], box.high[j], cube.shock)
        for i in range(n):
            if i == j:
                below[i, i], above[i, i] = 1.0, 1.0
            else:
                one, two = -cube.weight[i] * below[i, j], -cube.weight[i] * above[i, j]
                low, high = min(one, two), max(one, two)
                below[i, j] = min(low * thin, low * thick)
                above[i, j] = max(high * thin, high * thick)
