r"""Branch and prune: boxes of cutoffs that hold no equilibrium, or exactly one, by interval bounds.

A box is cut back to the best replies to it, and to Krawczyk's enclosure of its zeros, which is
empty where there is none, and lies inside the box where there is exactly one (Krawczyk 1969; Moore,
Kearfott and Cloud 2009). With the gaps g(t) between own and best cutoffs t, any matrix Y, and
slopes of g over the box within J, all zeros in a box with middle m and radius r lie within

.. math:: m - Y g(m) \pm (|Y| \epsilon + |1 - Y J| r)

where :math:`\epsilon` bounds the error of g(m). The bounds of ranges hold their rounding
(`_participation_bounds`); here, sums of n products, each of numbers that err by few u, err by less
than (2 n + 8) u of the sum of their sizes, and reaches, all of whose terms are positive, by less
than 8 n u of themselves.

In cutoffs the equations are as smooth as the pivotal chances, however small the spread.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_bounds import (
    ROUNDING,
    TINY,
    Box,
    Cube,
    best_range,
    bound_slopes,
    set_box,
    update,
)
from collsec.solvers._participation_newton import factor, substitute
from collsec.solvers._participation_play import apart, copy

UNDECIDED, EMPTY, SINGLE = 0, -1, 1

_CORE = 6.0
"""Cutoffs beyond this are all but sure to answer, or to stay out."""
_SMALLEST = 1e-9
"""Boxes with less than this between their chances are given up."""
_SHRUNK = 0.8
_TIGHTER = 0.5
_NEWTON = 60


class Room(NamedTuple):
    """Room to work in: values at corners, bounds of the slopes, their inverse in the middle.

    off holds how far cutoffs run ahead of best ones, and slack by how much that may err.
    """

    corners: Any
    below: Any
    above: Any
    inverse: Any
    middle: Any
    off: Any
    slack: Any
    radius: Any
    order: Any


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
        np.zeros(n),
        np.zeros(n, dtype=np.int64),
    )


@borrowing
def _meet(i: int, low: float, high: float, box: Box) -> bool:
    """Leave of the cutoffs of i those between two bounds; return whether there are any."""
    box.low[i] = max(box.low[i], low)
    box.high[i] = min(box.high[i], high)
    return bool(box.low[i] <= box.high[i])


@borrowing
def _cut_back(cube: Cube, box: Box, room: Room) -> bool:
    """Cut the box back to the best replies to it, in turn; return whether anything is left."""
    for i in range(box.low.size):
        low, high = best_range(i, cube, box, room.corners)
        if not _meet(i, low, high, box):
            return False
        update(i, box, cube.shock)
    return True


@borrowing
def _gaps(t: Any, cube: Cube, point: Box, room: Room) -> float:
    """Leave how far cutoffs run ahead of best ones in room.off; return the largest distance."""
    set_box(t, t, point, cube.shock)
    most = 0.0
    for i in range(t.size):
        low, high = best_range(i, cube, point, room.corners)
        room.off[i] = t[i] - 0.5 * (low + high)
        size = abs(t[i]) + abs(low) + abs(high)
        room.slack[i] = 0.5 * (high - low) + 4.0 * ROUNDING * size
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
            for i in range(n):
                solved.low[i] = 1.0 if i == j else 0.0
            substitute(room.below, room.order, solved.low, solved.high)
            for i in range(n):
                room.inverse[i, j] = solved.high[i]
    return float(sign)


@borrowing
def slope_sign(t: Any, cube: Cube, point: Box, room: Room) -> float:
    """Leave the inverse of the slopes at cutoffs; return the sign of their determinant."""
    set_box(t, t, point, cube.shock)
    bound_slopes(cube, point, room.corners, room.below, room.above)
    return float(_invert(room, point))


@part
def middle_of(box: Box) -> Any:
    """Return the cutoffs in the middle of a box."""
    t = np.empty(box.low.size)
    for i in range(t.size):
        t[i] = 0.5 * (box.low[i] + box.high[i])
    return t


@borrowing
def _fill_middle(box: Box, room: Room) -> None:
    """Fill the middle of a box, and no less than how far its ends are from it."""
    for i in range(box.low.size):
        middle = 0.5 * (box.low[i] + box.high[i])
        radius = max(box.high[i] - middle, middle - box.low[i])
        room.middle[i], room.radius[i] = middle, radius * (1.0 + 4.0 * ROUNDING)


@borrowing
def _unlike(i: int, j: int, room: Room) -> float:
    """Return the most by which an entry of the inverse times the slopes is off the identity's."""
    n = room.off.size
    low, high, size = 0.0, 0.0, 1.0
    for k in range(n):
        one = room.inverse[i, k] * room.below[k, j]
        two = room.inverse[i, k] * room.above[k, j]
        low, high = low + min(one, two), high + max(one, two)
        size += abs(one) + abs(two)
    own = 1.0 if i == j else 0.0
    off = max(abs(own - low), abs(own - high))
    return float(off + (2.0 * n + 8.0) * ROUNDING * size)


@borrowing
def _enclosed(i: int, room: Room) -> tuple[float, float]:
    """Return the ends of Krawczyk's enclosure of the cutoffs of i at zeros."""
    n, centre = room.off.size, room.middle[i]
    size, reach = abs(centre), TINY
    for j in range(n):
        step = room.inverse[i, j] * room.off[j]
        centre -= step
        size += abs(step)
        reach += abs(room.inverse[i, j]) * room.slack[j] + _unlike(i, j, room) * room.radius[j]
    reach = reach * (1.0 + 8.0 * n * ROUNDING) + (2.0 * n + 8.0) * ROUNDING * size
    return centre - reach, centre + reach


@borrowing
def enclose(cube: Cube, box: Box, point: Box, room: Room) -> int:
    """Cut the box back to Krawczyk's enclosure of its zeros; return what it shows.

    The inverse is that at the middle of the box.
    """
    _fill_middle(box, room)
    if slope_sign(room.middle, cube, point, room) == 0.0:
        return UNDECIDED
    _gaps(room.middle, cube, point, room)
    bound_slopes(cube, box, room.corners, room.below, room.above)
    is_inside = True
    for i in range(box.low.size):
        low, high = _enclosed(i, room)
        if not (box.low[i] < low and high < box.high[i]):
            is_inside = False
        if not _meet(i, low, high, box):
            return EMPTY
    for i in range(box.low.size):
        update(i, box, cube.shock)
    return SINGLE if is_inside else UNDECIDED


@borrowing
def tighten(cube: Cube, box: Box, point: Box, room: Room) -> None:
    """Shrink a box that holds exactly one zero around it, as far as rounding lets it."""
    before = math.inf
    while apart(box.low, box.high) < _TIGHTER * before:
        before = apart(box.low, box.high)
        enclose(cube, box, point, room)


@borrowing
def newton_in_cutoffs(t: Any, cube: Cube, point: Box, room: Room) -> bool:
    """Move cutoffs to a zero by Newton's method; return whether they came to one."""
    last = math.inf
    for _ in range(_NEWTON):
        off = _gaps(t, cube, point, room)
        size, error = 1.0, 0.0
        for i in range(t.size):
            size, error = max(size, abs(t[i])), max(error, room.slack[i])
        if off <= 1e-14 * size or (off >= last and off <= max(1e-11 * size, error)):
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
        if enclose(cube, around, point, room) == SINGLE:
            _set_around(t, radius, around, cube.shock)
            return True
        radius *= 0.5
    return False


@borrowing
def _set_around(t: Any, radius: float, box: Box, shock: int) -> None:
    """Let the box reach as far from cutoffs on all sides."""
    for i in range(t.size):
        box.low[i], box.high[i] = t[i] - radius, t[i] + radius
        update(i, box, shock)


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
        known = enclose(cube, box, point, room)
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
