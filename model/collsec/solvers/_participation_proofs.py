"""What proves that a participation game has one equilibrium, however many its members."""

from __future__ import annotations

import math
from typing import Any

from collsec.lending import borrowing
from collsec.solvers._participation_play import Play, Work, density, sweep

_SWEEPS = 1000
_SETTLED = 1e-13
_SAFE = 1.0 - 1e-9


@borrowing
def is_contraction(play: Play, bend: Any) -> bool:
    """Whether best replies contract everywhere: then the equilibrium is unique.

    The mixed difference of reversal over k and l units is k l times something within the bounds of
    how it bends (`ParticipationForm.bend`).
    """
    steepest, total = max(abs(bend[0]), abs(bend[1])), 0.0
    for i in range(play.units.size):
        total += play.weight[i]
    for i in range(play.units.size):
        if play.scale[i] <= 0.0:
            return False
        weight = play.weight[i]
        moved = density(play.shock, 0.0) * abs(play.gain[i]) / play.scale[i]
        if not moved * steepest * weight * (total - weight) < _SAFE:
            return False
    return True


@borrowing
def is_supermodular(play: Play, bend: Any) -> bool:
    """Whether replies rise with the answers of the others, whoever they are.

    They do if nobody loses by reversal, and if it is convex over all sums.
    """
    for i in range(play.units.size):
        if play.gain[i] < 0.0:
            return False
    return bool(bend[0] >= 0.0)


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
