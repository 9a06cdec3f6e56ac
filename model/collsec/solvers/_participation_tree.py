"""The tree of boxes: what is undecided is cut in two until nothing is left."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.forms.participation import ParticipationForm
from collsec.kernel import gufunc, part
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._lending import borrowing
from collsec.solvers._participation_boxes import (
    EMPTY,
    SINGLE,
    Box,
    Cube,
    Room,
    box_of,
    examine,
    grow,
    newton_in_cutoffs,
    pivotal_range,
    room_of,
    set_box,
    slope_sign,
    split,
)
from collsec.solvers._participation_order import in_order, reach
from collsec.solvers._participation_play import Play, apart, chance, copy, dot, load, top_of

_STACK = 400
_SAME = 1e-8
_TRIED = 0.05
_ROUNDS = 4000
_AT_REST = 1e-3
_NEAR = 1e-2


def enumerated(
    form: ParticipationForm, max_boxes: IntArray | int, max_equilibria: int
) -> tuple[FloatArray, FloatArray, IntArray, BoolArray]:
    """Return equilibria by the units that answer, indices, the centroid's, and whether all.

    `max_boxes` has shape (*batch); where it is 0 nothing is looked for. With more equilibria than
    `max_equilibria` the set is not proved.
    """
    given = in_order(form)
    slots, pair = np.empty(max_equilibria), np.empty(2)
    found, index, centroid, proved = _enumerate(*given.game, max_boxes, slots, pair)
    answer = given.restored(found)
    order = np.argsort(reach(form, answer[..., 0]), axis=-1, kind="stable")
    place = np.argmax(order == centroid[..., None], axis=-1)
    order = order[..., : max(int((~np.isnan(index)).sum(axis=-1).max(initial=0)), 1)]
    return (
        np.take_along_axis(answer, order[..., None, None], axis=-3),
        np.take_along_axis(index, order, axis=-1),
        np.where(centroid < 0, -1, place),
        proved,
    )


class Zeros(NamedTuple):
    """The zeros that are known, and for each a box that holds no other."""

    cutoff: Any
    low: Any
    high: Any
    count: Any


@borrowing
def _place(t: Any, zeros: Zeros) -> int:
    """Return the position of cutoffs among the known; their number where they are new."""
    for e in range(zeros.count[0]):
        is_same = True
        for i in range(t.size):
            if abs(t[i] - zeros.cutoff[e, i]) > _SAME * (1.0 + abs(t[i])):
                is_same = False
        if is_same:
            return e
    return int(zeros.count[0])


@borrowing
def _note(t: Any, zeros: Zeros, cube: Cube, point: Box, room: Room) -> bool:
    """Go from cutoffs to a zero and note it; return whether there is one, and room for it."""
    if not newton_in_cutoffs(t, cube, point, room):
        return False
    e = _place(t, zeros)
    if e == zeros.count[0]:
        if e == zeros.cutoff.shape[0]:
            return False
        around = box_of(t.size)
        copy(t, zeros.cutoff[e])
        zeros.count[0] += 1
        if grow(t, cube, around, point, room):
            copy(around.low, zeros.low[e])
            copy(around.high, zeros.high[e])
    return True


@borrowing
def _is_covered(box: Box, zeros: Zeros) -> bool:
    """Whether the box lies in one that holds a known zero and no other."""
    for e in range(zeros.count[0]):
        is_inside = True
        for i in range(box.low.size):
            if box.low[i] < zeros.low[e, i] or box.high[i] > zeros.high[e, i]:
                is_inside = False
        if is_inside:
            return True
    return False


@borrowing
def _is_within(t: Any, box: Box) -> bool:
    """Whether cutoffs lie in a box, or as near as rounding brings them."""
    for i in range(t.size):
        slack = _SAME * (1.0 + abs(t[i]))
        if t[i] < box.low[i] - slack or t[i] > box.high[i] + slack:
            return False
    return True


@part
def _is_done(cube: Cube, box: Box, zeros: Zeros, point: Box, room: Room) -> bool:
    """Whether nothing is left to find in the box; where it is small a zero is looked for in it."""
    known = examine(cube, box, point, room)
    if known == EMPTY or _is_covered(box, zeros):
        return True
    middle = 0.5 * (box.low + box.high)
    if known == SINGLE:
        return bool(_note(middle, zeros, cube, point, room) and _is_within(middle, box))
    if apart(box.least, box.most) < _TRIED and _note(middle, zeros, cube, point, room):
        return bool(_is_covered(box, zeros))
    return False


@part
def _exhaust(max_boxes: int, zeros: Zeros, cube: Cube) -> bool:
    """Examine and split boxes, depth first; return whether nothing is left undecided."""
    n = cube.weight.size
    box, point, room = box_of(n), box_of(n), room_of(n)
    low, high = np.full((_STACK, n), -math.inf), np.full((_STACK, n), math.inf)
    waiting, is_exhausted = 1, True
    for _ in range(max_boxes):
        if waiting == 0:
            break
        waiting -= 1
        set_box(low[waiting], high[waiting], box, cube.shock)
        if _is_done(cube, box, zeros, point, room):
            continue
        if waiting + 2 > _STACK or not split(box, low[waiting], high[waiting]):
            is_exhausted = False
            continue
        copy(box.low, low[waiting + 1])
        copy(box.high, high[waiting + 1])
        waiting += 2
    return is_exhausted and waiting == 0


@part
def _fill_worth(play: Play, worth: Any) -> None:
    """Fill the chance of reversal for every set of members that answer; bit i is member i.

    One member after the other is given its choice, the last first: sets double, sums get fewer.
    """
    if play.n_waves > 0:
        _fill_worth_by_waves(play, worth)
        return
    values, size = play.reversal.copy().reshape(1, play.reversal.size), top_of(play) + 1
    for i in range(play.units.size - 1, -1, -1):
        size -= play.units[i] + play.last[i]
        more = np.zeros((2 * values.shape[0], size))
        for mask in range(values.shape[0]):
            more[2 * mask] = values[mask, :size]
            for t in range(play.last[i] + 1):
                first = play.units[i] + t
                more[2 * mask + 1] += play.shares[i, t] * values[mask, first : first + size]
        values = more
    for mask in range(worth.size):
        worth[mask] = values[mask, 0]


@part
def _fill_worth_by_waves(play: Play, worth: Any) -> None:
    """Fill the same by waves, which each answer multiplies."""
    k = play.n_waves
    values = np.zeros((worth.size, 2 * k))
    values[0, :k] = 1.0
    for i in range(play.units.size):
        for mask in range(1 << i):
            stay, answer = values[mask], values[mask | (1 << i)]
            for w in range(k):
                real, turned = 1.0 + play.turn[i, w], play.turn[i, k + w]
                answer[w] = real * stay[w] - turned * stay[k + w]
                answer[k + w] = real * stay[k + w] + turned * stay[w]
    for mask in range(worth.size):
        worth[mask] = dot(values[mask], play.ending, 2 * k)


@borrowing
def _write(e: int, zeros: Zeros, cube: Cube, found: Any, index: Any) -> None:
    """Write the chances of a zero, and its index."""
    n = cube.weight.size
    for i in range(n):
        found[e, i, 0] = chance(cube.shock, zeros.cutoff[e, i])
        found[e, i, 1] = chance(cube.shock, -zeros.cutoff[e, i])
    index[e] = slope_sign(zeros.cutoff[e], cube, box_of(n), room_of(n))


@borrowing
def _reply_at(p: Any, cube: Cube, point: Box, room: Room, best: Any) -> None:
    """Fill the best replies to chances to answer."""
    copy(p, point.least)
    copy(p, point.most)
    for i in range(p.size):
        low, high = pivotal_range(i, cube, point, room)
        cutoff = 0.5 * cube.weight[i] * (low + high) + cube.offset[i]
        best[i] = chance(cube.shock, cutoff)


@borrowing
def _sink_at(p: Any, found: Any, index: Any) -> int:
    """Return the place of an equilibrium that chances to answer are near to, no saddle; or -1."""
    for e in range(index.size):
        if index[e] > 0.0 and apart(p, found[e, :, 0]) < _NEAR:
            return e
    return -1


@part
def _from_centroid(cube: Cube, found: Any, index: Any) -> int:
    """Follow simultaneous best replies from even chances; return where they end, -1 if nowhere."""
    n = cube.weight.size
    p, best, point, room = np.full(n, 0.5), np.empty(n), box_of(n), room_of(n)
    step, last = 0.5, math.inf
    for _ in range(_ROUNDS):
        _reply_at(p, cube, point, room, best)
        moved = apart(p, best)
        if moved < _AT_REST and _sink_at(p, found, index) >= 0:
            break
        if moved > last:
            step = max(0.5 * step, 0.02)
        last = moved
        for i in range(n):
            p[i] += step * (best[i] - p[i])
    return int(_sink_at(p, found, index))


@gufunc(
    (
        "void(int64[:], float64[:, :], float64[:], float64[:, :],"
        " float64[:], float64[:], float64[:], int64, int64, float64[:], float64[:],"
        " float64[:, :, :], float64[:], int64[:], boolean[:])"
    ),
    "(n),(n,d),(g),(k,c),(n),(n),(n),(),(),(e),(w)->(e,n,w),(e),(),()",
)
def _enumerate(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    units: Any,
    shares: Any,
    reversal: Any,
    waves: Any,
    gain: Any,
    base: Any,
    scale: Any,
    shock: int,
    max_boxes: int,
    slots: Any,
    _pair: Any,
    found: Any,
    index: Any,
    centroid: Any,
    proved: Any,
) -> None:
    """Solve one game; see `branch_and_prune`."""
    n = units.size
    found[:] = np.nan
    index[:] = np.nan
    centroid[0] = -1
    proved[0] = False
    if max_boxes == 0 or scale.min() <= 0.0:
        return
    play = load(units, shares, reversal, waves, gain, base, scale, shock)
    cube = Cube(np.zeros(2**n), play.gain / play.scale, play.base / play.scale, shock)
    _fill_worth(play, cube.worth)
    zeros = Zeros(
        np.empty((slots.size, n)),
        np.full((slots.size, n), math.inf),
        np.full((slots.size, n), -math.inf),
        np.zeros(1, dtype=np.int64),
    )
    proved[0] = _exhaust(max_boxes, zeros, cube)
    for e in range(zeros.count[0]):
        _write(e, zeros, cube, found, index)
    centroid[0] = _from_centroid(cube, found, index)
