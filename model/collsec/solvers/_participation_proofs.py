"""What proves that a participation game has one equilibrium, however many its members."""

from __future__ import annotations

import math
from typing import Any

from collsec.solvers._lending import borrowing
from collsec.solvers._participation_play import Play, Work, density, sweep, top_of

_SWEEPS = 1000
_SETTLED = 1e-13


@borrowing
def is_contraction(play: Play) -> bool:
    """Whether best replies contract everywhere: then the equilibrium is unique.

    The mixed difference of the reversal table over steps of k and l units is at most k l times its
    largest second difference.
    """
    bend, total = 0.0, 0.0
    for g in range(top_of(play) - 1):
        second = play.reversal[g + 2] - 2.0 * play.reversal[g + 1] + play.reversal[g]
        bend = max(bend, abs(second))
    for i in range(play.units.size):
        total += play.weight[i]
    for i in range(play.units.size):
        if play.scale[i] <= 0.0:
            return False
        weight = play.weight[i]
        steepest = density(play.shock, 0.0) * abs(play.gain[i]) / play.scale[i]
        if steepest * bend * weight * (total - weight) >= 1.0:
            return False
    return True


@borrowing
def is_supermodular(play: Play) -> bool:
    """Whether replies rise with the answers of the others, whoever they are.

    They do if nobody loses by reversal, and if reversal is convex over all sums.
    """
    for i in range(play.units.size):
        if play.gain[i] < 0.0:
            return False
    for g in range(top_of(play) - 1):
        if play.reversal[g + 2] - 2.0 * play.reversal[g + 1] + play.reversal[g] < 0.0:
            return False
    return True


@borrowing
def extreme(start: float, p: Any, play: Play, work: Work) -> bool:
    """Reply in turn from all at `start`, 0 or 1; return whether it settled, without any leap.

    In a supermodular game the replies rise from 0 to the least fixed point, and fall from 1 to the
    greatest.
    """
    p[:] = start
    moved = math.inf
    for _ in range(_SWEEPS):
        if moved < _SETTLED:
            break
        moved = sweep(p, 1.0, play, work)
    return moved < _SETTLED
