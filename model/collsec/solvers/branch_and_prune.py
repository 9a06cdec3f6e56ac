"""All equilibria of participation games of few members, proved to be all by branch and prune.

The box of all cutoffs is cut in two again and again. A part is done with when interval bounds show
that it holds no equilibrium, or exactly one; see `_participation_boxes`. Where nothing is left, no
equilibrium is missing.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from collsec.equilibrium import Equilibria, certify
from collsec.forms.participation import ParticipationForm
from collsec.forms.shock import distribution
from collsec.kernel import gufunc, part
from collsec.measures import total
from collsec.parameters import BoolArray, FloatArray, IntArray, ParameterError
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
    room_of,
    set_box,
    slope_sign,
    split,
)
from collsec.solvers._participation_order import size
from collsec.solvers._participation_play import apart, copy

MAX_MEMBERS = 12
"""Most members: bounds cost 2^n_members each."""
MAX_EQUILIBRIA = 96
"""Most equilibria kept per game."""
MAX_BOXES = 100_000
"""Boxes looked at before a game is given up."""

_STACK = 400
_SAME = 1e-8
_TRIED = 0.05


def branch_and_prune(form: ParticipationForm, max_boxes: int = MAX_BOXES) -> Equilibria:
    """Find all equilibria of a batch of participation games, with proof where `max_boxes` suffice.

    Each box of cutoffs is cut back to the best replies to it and to Krawczyk's enclosure; one that
    is left undecided is cut in two where the chances to answer differ most. What is undecided when
    all boxes are spent, or when a box is too small to cut, leaves the set unproved: equilibria that
    are not isolated, or nearly so, and games in which an action costs the same for all draws of the
    cost. With interpolated shares (`Lattice`) the proof holds up to the error of the lattice.

    Returns
    -------
    Equilibria
        Strategies ``answer``, shape (*batch, n_equilibria, n_members, 2): chances to answer and to
        stay out, ordered by the expected number of units that answer. `complete` is true where no
        box is left. Costs O(n_members^2 2^n_members) per box, and boxes grow in number with the
        members, with the equilibria, and as spreads fall.

    Raises
    ------
    ParameterError
        If there are more than `MAX_MEMBERS` members.
    CertificateError
        If a single game has no equilibrium that passes.
    """
    if form.n_members > MAX_MEMBERS:
        raise ParameterError(
            "branch_and_prune",
            "n_members",
            form.n_members,
            f"exceeds {MAX_MEMBERS}, as bounds cost 2^n_members",
            "call `participation`",
        )
    answer, index, proved, _ = enumerated(form, max_boxes)
    return certify(
        form,
        {"answer": answer},
        complete=proved,
        scope="all equilibria",
        method="branch and prune: best replies to boxes, Krawczyk's enclosure",
        index=index,
        scale=size(form),
    )


def enumerated(
    form: ParticipationForm, max_boxes: int
) -> tuple[FloatArray, FloatArray, BoolArray, IntArray]:
    """Return equilibria, their indices, whether they are all, and the boxes that took."""
    pure = np.array(list(itertools.product((0.0, 1.0), repeat=form.n_members)))[:, ::-1]
    worth = form.reversal_chance(np.broadcast_to(pure, (*form.batch_shape, *pure.shape)))
    spread = np.abs(form.burden) * np.asarray(form.spread)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        weight, offset = form.gain / spread, (form.breach_cost - form.burden) / spread
    cutoff, index, proved, boxes = _enumerate(
        worth, weight, offset, int(form.shock), max_boxes, np.empty(MAX_EQUILIBRIA)
    )
    units = total(form.lattice.shares * np.arange(form.lattice.shares.shape[-1]))
    reach = total(distribution(form.shock, cutoff) * (form.lattice.units + units)[..., None, :])
    order = np.argsort(reach, axis=-1, kind="stable")
    width = max(int((~np.isnan(index)).sum(axis=-1).max(initial=0)), 1)
    order = order[..., :width]
    cutoff = np.take_along_axis(cutoff, order[..., None], axis=-2)
    both = [distribution(form.shock, side * cutoff) for side in (1.0, -1.0)]
    return np.stack(both, axis=-1), np.take_along_axis(index, order, axis=-1), proved, boxes


class Zeros(NamedTuple):
    """The zeros that are known, and for each a box that holds no other."""

    cutoff: Any
    low: Any
    high: Any
    count: Any


@part
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


@part
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


@part
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


@part
def _is_done(cube: Cube, box: Box, zeros: Zeros, point: Box, room: Room) -> bool:
    """Whether nothing is left to find in the box; where it is small a zero is looked for in it."""
    known = examine(cube, box, point, room)
    if known == EMPTY or _is_covered(box, zeros):
        return True
    middle = 0.5 * (box.low + box.high)
    if known == SINGLE:
        return bool(_note(middle, zeros, cube, point, room))
    if apart(box.least, box.most) < _TRIED and _note(middle, zeros, cube, point, room):
        return bool(_is_covered(box, zeros))
    return False


@part
def _exhaust(max_boxes: int, zeros: Zeros, cube: Cube, boxes: Any) -> bool:
    """Examine and split boxes, depth first; return whether nothing is left undecided."""
    n = cube.weight.size
    box, point, room = box_of(n), box_of(n), room_of(n)
    low, high = np.full((_STACK, n), -math.inf), np.full((_STACK, n), math.inf)
    waiting, is_exhausted = 1, True
    while waiting > 0 and boxes[0] < max_boxes:
        waiting -= 1
        boxes[0] += 1
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


@gufunc(
    (
        "void(float64[:], float64[:], float64[:], int64, int64, float64[:],"
        " float64[:, :], float64[:], boolean[:], int64[:])"
    ),
    "(c),(n),(n),(),(),(e)->(e,n),(e),(),()",
)
def _enumerate(  # noqa: PLR0913, PLR0917 - the signature of a generalised ufunc
    worth: Any,
    weight: Any,
    offset: Any,
    shock: int,
    max_boxes: int,
    _slots: Any,
    cutoff: Any,
    index: Any,
    proved: Any,
    boxes: Any,
) -> None:
    """Solve one game; see `branch_and_prune`."""
    n, slots = weight.size, cutoff.shape[0]
    cutoff[:] = np.nan
    index[:] = np.nan
    proved[0] = False
    boxes[0] = 0
    cube = Cube(worth.copy(), weight.copy(), offset.copy(), shock)
    for i in range(n):
        if not (abs(weight[i]) < math.inf and abs(offset[i]) < math.inf):
            return
    zeros = Zeros(
        np.empty((slots, n)),
        np.full((slots, n), math.inf),
        np.full((slots, n), -math.inf),
        np.zeros(1, dtype=np.int64),
    )
    proved[0] = _exhaust(max_boxes, zeros, cube, boxes)
    point, room = box_of(n), room_of(n)
    for e in range(zeros.count[0]):
        copy(zeros.cutoff[e], cutoff[e])
        index[e] = slope_sign(zeros.cutoff[e], cube, point, room)
