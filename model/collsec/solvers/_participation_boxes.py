"""Branch and prune: boxes of cutoffs that hold no equilibrium, or exactly one, by interval bounds.

The chance of reversal is multilinear in the members' chances to answer, so that over a box pivotal
chances and how they move with others' answers take their extremes at its corners: their ranges are
exact. A box is cut back to the best replies to it, and to Krawczyk's enclosure of its zeros, which
is empty where there is none, and lies inside the box where there is exactly one (Krawczyk 1969;
Moore, Kearfott and Cloud 2009). Bounds are widened by more than rounding can amount to.

In cutoffs the equations are as smooth as the pivotal chances, however small the spread.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import part
from collsec.solvers._lending import borrowing
from collsec.solvers._participation_newton import factor, substitute
from collsec.solvers._participation_play import apart, chance, copy, density

UNDECIDED, EMPTY, SINGLE = 0, -1, 1

_ROUNDED = 1e-13
"""More than the error of a pivotal chance, and of a chance as a share of it."""
_CORE = 6.0
"""Cutoffs beyond this are all but sure to answer, or to stay out."""
_SMALLEST = 1e-9
"""Boxes with less than this between their chances are given up."""
_SHRUNK = 0.8
_NEWTON = 60


class Cube(NamedTuple):
    """A game by its corners: the best cutoff of i is weight[i] * pivotal chance + offset[i].

    worth[m] is the chance of reversal if those members answer whose bits are set in m.
    """

    worth: Any
    weight: Any
    offset: Any
    shock: Any


class Box(NamedTuple):
    """A box of cutoffs, and the chances to answer at its ends."""

    low: Any
    high: Any
    least: Any
    most: Any


class Room(NamedTuple):
    """Room to work in: values at corners, bounds of the slopes, their inverse in the middle."""

    corners: Any
    below: Any
    above: Any
    inverse: Any
    middle: Any
    off: Any
    radius: Any
    order: Any


@part
def box_of(n: int) -> Box:
    return Box(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))


@part
def room_of(n: int) -> Room:
    return Room(
        np.zeros(2**n),
        np.zeros((n, n)),
        np.zeros((n, n)),
        np.zeros((n, n)),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, dtype=np.int64),
    )


@borrowing
def _update(i: int, box: Box, shock: int) -> None:
    """Let the chances of member i be those at the ends of its cutoffs."""
    box.least[i] = chance(shock, box.low[i]) * (1.0 - _ROUNDED)
    box.most[i] = min(1.0, chance(shock, box.high[i]) * (1.0 + _ROUNDED))


@borrowing
def set_box(low: Any, high: Any, box: Box, shock: int) -> None:
    """Let the box be the one between two ends."""
    copy(low, box.low)
    copy(high, box.high)
    for i in range(low.size):
        _update(i, box, shock)


@borrowing
def _without(mask: int, i: int) -> int:
    """Return the mask with a bit of zero put in at place i."""
    return ((mask >> i) << (i + 1)) | (mask & ((1 << i) - 1))


@borrowing
def _spread_corners(i: int, j: int, cube: Cube, box: Box, room: Room) -> int:
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
        room.corners[corner] = rise
    bit = 1
    for k in range(n):
        if k not in (i, j):
            for corner in range(size):
                if corner & bit == 0:
                    stay, answer = room.corners[corner], room.corners[corner | bit]
                    room.corners[corner] = stay + box.least[k] * (answer - stay)
                    room.corners[corner | bit] = stay + box.most[k] * (answer - stay)
            bit <<= 1
    return int(size)


@borrowing
def _range(i: int, j: int, cube: Cube, box: Box, room: Room) -> tuple[float, float]:
    """Return the least and the most of what `_spread_corners` says."""
    size = _spread_corners(i, j, cube, box, room)
    low, high = room.corners[0], room.corners[0]
    for corner in range(1, size):
        low, high = min(low, room.corners[corner]), max(high, room.corners[corner])
    return low - _ROUNDED, high + _ROUNDED


@borrowing
def pivotal_range(i: int, cube: Cube, box: Box, room: Room) -> tuple[float, float]:
    """Return the least and the most chance that i is pivotal, while others keep to the box."""
    low, high = _range(i, -1, cube, box, room)
    return float(low), float(high)


@borrowing
def _cut_back(cube: Cube, box: Box, room: Room) -> bool:
    """Cut the box back to the best replies to it, in turn; return whether anything is left."""
    for i in range(box.low.size):
        low, high = pivotal_range(i, cube, box, room)
        one = cube.weight[i] * low + cube.offset[i]
        two = cube.weight[i] * high + cube.offset[i]
        error = _ROUNDED * (abs(one) + abs(two))
        box.low[i] = max(box.low[i], min(one, two) - error)
        box.high[i] = min(box.high[i], max(one, two) + error)
        if box.low[i] > box.high[i]:
            return False
        _update(i, box, cube.shock)
    return True


@borrowing
def _density_range(low: float, high: float, shock: int) -> tuple[float, float]:
    """Return the least and the most density between two cutoffs: it falls on both sides of zero."""
    one, two = density(shock, low), density(shock, high)
    most = density(shock, 0.0) if low <= 0.0 <= high else max(one, two)
    return min(one, two) * (1.0 - _ROUNDED), most * (1.0 + _ROUNDED)


@borrowing
def _bound_slopes(cube: Cube, box: Box, room: Room) -> None:
    """Fill the bounds of how far own cutoffs run ahead of best ones, by each cutoff."""
    n = box.low.size
    for i in range(n):
        for j in range(i + 1, n):
            low, high = _range(i, j, cube, box, room)
            room.below[i, j], room.above[i, j] = low, high
            room.below[j, i], room.above[j, i] = low, high
    for j in range(n):
        thin, thick = _density_range(box.low[j], box.high[j], cube.shock)
        for i in range(n):
            if i == j:
                room.below[i, i], room.above[i, i] = 1.0, 1.0
            else:
                low, high = -cube.weight[i] * room.below[i, j], -cube.weight[i] * room.above[i, j]
                low, high = min(low, high), max(low, high)
                room.below[i, j] = min(low * thin, low * thick)
                room.above[i, j] = max(high * thin, high * thick)


@borrowing
def _gaps(t: Any, cube: Cube, point: Box, room: Room) -> float:
    """Leave how far cutoffs run ahead of best ones in room.off; return the largest distance."""
    set_box(t, t, point, cube.shock)
    most = 0.0
    for i in range(t.size):
        low, high = pivotal_range(i, cube, point, room)
        room.off[i] = t[i] - (0.5 * cube.weight[i] * (low + high) + cube.offset[i])
        most = max(most, abs(room.off[i]))
    return most


@borrowing
def _invert(room: Room, solved: Box) -> float:
    """Fill the inverse of the middle of the slopes' bounds; return the sign of its determinant."""
    n = room.off.size
    for i in range(n):
        for j in range(n):
            room.below[i, j] = 0.5 * (room.below[i, j] + room.above[i, j])
    sign = factor(room.below, room.order)
    if sign != 0.0:
        for j in range(n):
            solved.low[:] = 0.0
            solved.low[j] = 1.0
            substitute(room.below, room.order, solved.low, solved.high)
            for i in range(n):
                room.inverse[i, j] = solved.high[i]
    return float(sign)


@borrowing
def slope_sign(t: Any, cube: Cube, point: Box, room: Room) -> float:
    """Leave the inverse of the slopes at cutoffs; return the sign of their determinant."""
    set_box(t, t, point, cube.shock)
    _bound_slopes(cube, point, room)
    return float(_invert(room, point))


@borrowing
def _enclose(cube: Cube, box: Box, point: Box, room: Room) -> int:
    """Cut the box back to Krawczyk's enclosure of its zeros; return what it shows.

    The inverse is that at the middle of the box.
    """
    n = box.low.size
    for i in range(n):
        room.middle[i] = 0.5 * (box.low[i] + box.high[i])
        room.radius[i] = (0.5 + _ROUNDED) * (box.high[i] - box.low[i])
    if slope_sign(room.middle, cube, point, room) == 0.0:
        return UNDECIDED
    _gaps(room.middle, cube, point, room)
    _bound_slopes(cube, box, room)
    is_inside = True
    for i in range(n):
        centre, reach = room.middle[i], 0.0
        for j in range(n):
            centre -= room.inverse[i, j] * room.off[j]
            error = _ROUNDED * (abs(cube.weight[j]) + abs(room.middle[j]) + abs(cube.offset[j]))
            reach += abs(room.inverse[i, j]) * error
            low, high, size = 0.0, 0.0, 1.0
            for k in range(n):
                one = room.inverse[i, k] * room.below[k, j]
                two = room.inverse[i, k] * room.above[k, j]
                low, high = low + min(one, two), high + max(one, two)
                size += abs(one) + abs(two)
            own = 1.0 if i == j else 0.0
            off = max(abs(own - low), abs(own - high)) + _ROUNDED * size
            reach += off * room.radius[j]
        if not (box.low[i] < centre - reach and centre + reach < box.high[i]):
            is_inside = False
        point.low[i], point.high[i] = centre - reach, centre + reach
    for i in range(n):
        box.low[i] = max(box.low[i], point.low[i])
        box.high[i] = min(box.high[i], point.high[i])
        if box.low[i] > box.high[i]:
            return EMPTY
        _update(i, box, cube.shock)
    return SINGLE if is_inside else UNDECIDED


@borrowing
def newton_in_cutoffs(t: Any, cube: Cube, point: Box, room: Room) -> bool:
    """Move cutoffs to a zero by Newton's method; return whether they came to one."""
    last = math.inf
    for _ in range(_NEWTON):
        off = _gaps(t, cube, point, room)
        size = 1.0
        for i in range(t.size):
            size = max(size, abs(t[i]))
        if off <= 1e-14 * size or (off >= last and off <= 1e-11 * size):
            return True
        last = off
        copy(room.off, room.middle)
        if slope_sign(t, cube, point, room) == 0.0:
            return False
        for i in range(t.size):
            for j in range(t.size):
                t[i] -= room.inverse[i, j] * room.middle[j]
            if not abs(t[i]) < 1e12:
                return False
    return False


@borrowing
def grow(t: Any, cube: Cube, around: Box, point: Box, room: Room) -> bool:
    """Find a box around a zero that provably holds no other; return whether there is one."""
    radius = 1.0
    for _ in range(24):
        _set_around(t, radius, around, cube.shock)
        if _enclose(cube, around, point, room) == SINGLE:
            _set_around(t, radius, around, cube.shock)
            return True
        radius *= 0.5
    return False


@borrowing
def _set_around(t: Any, radius: float, box: Box, shock: int) -> None:
    """Let the box reach as far from cutoffs on all sides."""
    for i in range(t.size):
        box.low[i], box.high[i] = t[i] - radius, t[i] + radius
        _update(i, box, shock)


@borrowing
def _width(box: Box) -> float:
    """Return the largest distance between the chances at the ends."""
    return float(apart(box.least, box.most))


@borrowing
def examine(cube: Cube, box: Box, point: Box, room: Room) -> int:
    """Cut the box back while that takes a good part away; return what is known of it."""
    known, before = UNDECIDED, math.inf
    while known == UNDECIDED and _width(box) < _SHRUNK * before:
        before = _width(box)
        if not _cut_back(cube, box, room):
            return EMPTY
        known = _enclose(cube, box, point, room)
    return int(known)


@borrowing
def split(box: Box, low: Any, high: Any) -> bool:
    """Cut the box in two where its chances differ most, leaving the other half in low and high.

    Returns whether it was worth it.
    """
    widest = 0
    for i in range(box.low.size):
        if box.most[i] - box.least[i] > box.most[widest] - box.least[widest]:
            widest = i
    if _width(box) < _SMALLEST:
        return False
    cut = 0.5 * (max(box.low[widest], -_CORE) + min(box.high[widest], _CORE))
    if not box.low[widest] < cut < box.high[widest]:
        cut = 0.5 * (box.low[widest] + box.high[widest])
    copy(box.low, low)
    copy(box.high, high)
    low[widest] = cut
    box.high[widest] = cut
    return True
