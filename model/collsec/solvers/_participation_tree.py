"""The tree of boxes: what is undecided is cut in two until nothing is left."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.forms.participation import ParticipationForm
from collsec.kernel import gufunc, part
from collsec.lending import borrowing
from collsec.parameters import BoolArray, FloatArray, IntArray
from collsec.solvers._participation_bounds import Box, Cube, box_of, cube_of, pivotal_range, set_box
from collsec.solvers._participation_boxes import (
    EMPTY,
    SINGLE,
    Room,
    examine,
    grow,
    middle_of,
    newton_in_cutoffs,
    room_of,
    slope_sign,
    split,
    tighten,
)
from collsec.solvers._participation_newton import SAME
from collsec.solvers._participation_order import InOrder, in_order, reach
from collsec.solvers._participation_play import GAME, LAYOUT, apart, chance, copy, load
from collsec.solvers._participation_worth import fill_worth_by_contest, fill_worth_by_units

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
    real = _real(form, given)
    found, index, centroid, proved = _enumerate(*given.game, *real, max_boxes, slots, pair)
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


def _real(form: ParticipationForm, given: InOrder) -> tuple[FloatArray, FloatArray]:
    """Return capabilities in order, and contests, whose step is zero where units decide."""
    members = (*given.shape, form.n_members)
    if form.smooth is None:
        return np.zeros(members), np.zeros((*given.shape, 4))
    capability = given.sorted(np.broadcast_to(form.smooth.capability, members))
    return capability, form.smooth.columns


class Zeros(NamedTuple):
    """The zeros that are known, and for each a box that holds no other, and a small one around it.

    Boxes are turned inside out where nothing is proved of a zero.
    """

    cutoff: Any
    low: Any
    high: Any
    inner_low: Any
    inner_high: Any
    count: Any


@part
def _zeros(slots: int, n: int) -> Zeros:
    """Return room for so many zeros."""
    return Zeros(
        np.empty((slots, n)),
        np.full((slots, n), math.inf),
        np.full((slots, n), -math.inf),
        np.full((slots, n), math.inf),
        np.full((slots, n), -math.inf),
        np.zeros(1, dtype=np.int64),
    )


@borrowing
def _is_proved(e: int, zeros: Zeros) -> bool:
    return bool(zeros.low[e, 0] <= zeros.high[e, 0])


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
def _owner(box: Box, zeros: Zeros) -> int:
    """Return the known zero that is the only one in a box around this one; -1 where there is none.

    A box that holds a zero then holds that one.
    """
    for e in range(zeros.count[0]):
        is_inside = True
        for i in range(box.low.size):
            if box.low[i] < zeros.low[e, i] or box.high[i] > zeros.high[e, i]:
                is_inside = False
        if is_inside:
            return e
    return -1


@borrowing
def _may_hold_a_known(box: Box, zeros: Zeros) -> bool:
    """Whether a box meets one that a known zero is proved to lie in."""
    for e in range(zeros.count[0]):
        meets = True
        for i in range(box.low.size):
            if box.high[i] < zeros.inner_low[e, i] or box.low[i] > zeros.inner_high[e, i]:
                meets = False
        if meets:
            return True
    return False


@borrowing
def _write_zero(e: int, t: Any, zeros: Zeros) -> bool:
    """Put cutoffs in a place, if there is room; return whether there is."""
    if e == zeros.cutoff.shape[0]:
        return False
    copy(t, zeros.cutoff[e])
    zeros.count[0] = max(zeros.count[0], e + 1)
    return True


@part
def _note(box: Box, zeros: Zeros, cube: Cube, point: Box, room: Room) -> bool:
    """Note the one zero that a box holds; return whether it is for sure a known one, or noted.

    Two boxes hold the same zero if the small box around that of the one lies within the other, and
    two zeros if small boxes around them do not meet.
    """
    inner = box_of(box.low.size)
    set_box(box.low, box.high, inner, cube.shock)
    tighten(cube, inner, point, room)
    if _owner(inner, zeros) >= 0:
        return True
    if _may_hold_a_known(inner, zeros):
        return False
    t = middle_of(inner)
    if not (newton_in_cutoffs(t, cube, point, room) and _is_within(t, inner)):
        t = middle_of(inner)
    e = _place(t, zeros)
    if e < zeros.count[0] and _is_proved(e, zeros):
        e = zeros.count[0]
    if not _write_zero(e, t, zeros):
        return False
    copy(box.low, zeros.low[e])
    copy(box.high, zeros.high[e])
    copy(inner.low, zeros.inner_low[e])
    copy(inner.high, zeros.inner_high[e])
    return True


@borrowing
def _is_within(t: Any, box: Box) -> bool:
    is_within = True
    for i in range(t.size):
        if t[i] < box.low[i] or t[i] > box.high[i]:
            is_within = False
    return is_within


@part
def _look_for_one(box: Box, zeros: Zeros, cube: Cube, point: Box, room: Room) -> None:
    """Go from the middle of a box to a zero, and note it with a box around it if there is one.

    Without such a box it is noted as not proved.
    """
    t, around = middle_of(box), box_of(box.low.size)
    if newton_in_cutoffs(t, cube, point, room) and _place(t, zeros) == zeros.count[0]:
        if grow(t, cube, around, point, room):
            _note(around, zeros, cube, point, room)
        else:
            _write_zero(zeros.count[0], t, zeros)


@part
def _is_done(cube: Cube, box: Box, zeros: Zeros, point: Box, room: Room) -> bool:
    """Whether nothing is left to find in the box; where it is small a zero is looked for in it."""
    known = examine(cube, box, point, room)
    if known == EMPTY or _owner(box, zeros) >= 0:
        return True
    if known == SINGLE or apart(box.least, box.most) < _TRIED:
        _look_for_one(box, zeros, cube, point, room)
        if _owner(box, zeros) >= 0:
            return True
    return bool(known == SINGLE and _note(box, zeros, cube, point, room))


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


@borrowing
def _is_repeated(e: int, zeros: Zeros, shock: int) -> bool:
    """Whether nothing is proved of a zero that all but coincides with a proved or earlier one."""
    if _is_proved(e, zeros):
        return False
    for other in range(zeros.count[0]):
        if other < e or _is_proved(other, zeros):
            most = 0.0
            for i in range(zeros.cutoff.shape[1]):
                one, two = zeros.cutoff[e, i], zeros.cutoff[other, i]
                most = max(most, abs(chance(shock, one) - chance(shock, two)))
            if most < SAME:
                return True
    return False


@part
def _write(proved: bool, zeros: Zeros, cube: Cube, found: Any, index: Any) -> None:
    """Write the chances of zeros, and their indices; where all are proved, no others."""
    n, place = cube.weight.size, 0
    for e in range(zeros.count[0]):
        is_left_out = proved and not _is_proved(e, zeros)
        if is_left_out or _is_repeated(e, zeros, cube.shock):
            continue
        for i in range(n):
            found[place, i, 0] = chance(cube.shock, zeros.cutoff[e, i])
            found[place, i, 1] = chance(cube.shock, -zeros.cutoff[e, i])
        index[place] = slope_sign(zeros.cutoff[e], cube, box_of(n), room_of(n))
        place += 1


@borrowing
def _reply_at(p: Any, cube: Cube, point: Box, room: Room, best: Any) -> None:
    """Fill the best replies to chances to answer."""
    copy(p, point.least)
    copy(p, point.most)
    for i in range(p.size):
        low, high = pivotal_range(i, cube, point, room.corners)
        cutoff = 0.5 * cube.weight[i] * (low + high) + cube.offset[i]
        best[i] = chance(cube.shock, cutoff)


@part
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


@borrowing
def _is_finite(cube: Cube) -> bool:
    """Whether costs are not so small beside gains that best cutoffs are no numbers."""
    size = 0.0
    for i in range(cube.weight.size):
        size += abs(cube.weight[i]) + abs(cube.offset[i])
    return size < math.inf


@gufunc(
    (
        f"void({GAME}, float64[:], float64[:], int64, float64[:], float64[:],"
        " float64[:, :, :], float64[:], int64[:], boolean[:])"
    ),
    f"{LAYOUT},(n),(r),(),(e),(w)->(e,n,w),(e),(),()",
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
    capability: Any,
    contest: Any,
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
    for e in range(index.size):
        index[e] = math.nan
        for i in range(n):
            found[e, i, 0], found[e, i, 1] = math.nan, math.nan
    centroid[0] = -1
    proved[0] = False
    if max_boxes == 0 or scale.min() <= 0.0:
        return
    play = load(units, shares, reversal, waves, gain, base, scale, shock)
    worth = np.zeros(2**n)
    if contest[3] > 0.0:
        error = fill_worth_by_contest(capability, contest, worth)
    else:
        error = fill_worth_by_units(play, worth)
    cube = cube_of(worth, error, play.gain / play.scale, play.base / play.scale, shock)
    if not _is_finite(cube):
        return
    zeros = _zeros(slots.size, n)
    proved[0] = _exhaust(max_boxes, zeros, cube)
    _write(proved[0], zeros, cube, found, index)
    centroid[0] = _from_centroid(cube, found, index)
