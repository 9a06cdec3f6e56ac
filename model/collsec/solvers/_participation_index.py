"""What is known of a set of equilibria: whether their indices sum to +1, and their order."""

from __future__ import annotations

from typing import Any

import numpy as np

from collsec.lending import borrowing
from collsec.solvers._participation_newton import factor, fill_slopes
from collsec.solvers._participation_play import CUTOFF, Play, Work, chance, reply


@borrowing
def is_balanced(known: Any, done: int, count: int, play: Play, work: Work) -> bool:
    """Whether the indices of the known fixed points sum to +1; fills in those from `done` on."""
    for e in range(done, count):
        reply(known[e], play, work)
        fill_slopes(known[e], play, work)
        work.index[e] = factor(work.slopes, work.order)
    total = 0.0
    for e in range(count):
        total += work.index[e]
    return total == 1.0


@borrowing
def _reach(p: Any, play: Play) -> float:
    """Return the expected number of units that answer."""
    units = 0.0
    for i in range(p.size):
        units += p[i] * play.weight[i]
    return units


@borrowing
def list_in_order(known: Any, count: int, play: Play, work: Work, found: Any, index: Any) -> int:
    """Write fixed points, by what they reach, and their indices; return the place of the first.

    Members whom no shock moves may mix: they do as they are known to, all others as they reply.
    """
    first = -1
    found[:] = np.nan
    index[:] = np.nan
    for e in range(count):
        place = _rank(known, e, count, play)
        if e == 0:
            first = place
        reply(known[e], play, work)
        for i in range(play.units.size):
            if play.scale[i] > 0.0:
                found[place, i, 0] = chance(play.shock, work.own[CUTOFF, i])
                found[place, i, 1] = chance(play.shock, -work.own[CUTOFF, i])
            else:
                found[place, i, 0], found[place, i, 1] = known[e, i], 1.0 - known[e, i]
        fill_slopes(known[e], play, work)
        index[place] = factor(work.slopes, work.order)
    return first


@borrowing
def _rank(known: Any, e: int, count: int, play: Play) -> int:
    """Return how many fixed points reach less than e, or as much and were found before it."""
    own, before = _reach(known[e], play), 0
    for other in range(count):
        units = _reach(known[other], play)
        if units < own or (units == own and other < e):
            before += 1
    return before
