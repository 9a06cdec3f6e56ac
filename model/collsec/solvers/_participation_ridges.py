"""Saddles between the basins of sinks: best replies run along the ridge to them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_index import is_balanced
from collsec.solvers._participation_newton import newton
from collsec.solvers._participation_path import EFFORT
from collsec.solvers._participation_play import PAUSE, TRIAL, Play, Work, apart, copy, sweep

_HALVINGS = 40
_TRIED = 5
_FOLLOWED = 120
_NEAR = 1e-2
_SETTLED = 1e-13


@borrowing
def _basin(p: Any, a: int, known: Any, count: int, play: Play, work: Work) -> float:
    """Follow best replies from p to a known fixed point; return how slow they were on the way.

    The pause, where they came closest to rest before they moved on, is left in work.own, and the
    answer is negative where they end at `a`.
    """
    slowest, last = math.inf, math.inf
    is_early = True
    for _ in range(_FOLLOWED):
        copy(p, work.own[TRIAL])
        moved = sweep(p, 1.0, play, work)
        if is_early and moved > last:
            is_early = False
            slowest = last
            copy(work.own[TRIAL], work.own[PAUSE])
        last = moved
        if moved < _NEAR:
            for e in range(count):
                if apart(p, known[e]) < _NEAR:
                    return -slowest if e == a else slowest
            if moved < _SETTLED:
                break
    return slowest


@part
def _ridge(a: int, b: int, known: Any, count: int, play: Play, work: Work) -> int:
    """Note the fixed point on the ridge between the basin of `a` and what lies towards `b`.

    Best replies from near the ridge run along it to a saddle before they fall to either side.
    Returns its position; -1 where there is none.
    """
    p, best = np.empty(play.units.size), np.empty(play.units.size)
    low, high, least = 0.0, 1.0, math.inf
    for halving in range(1, _HALVINGS + 1):
        middle = 0.5 * (low + high)
        for i in range(p.size):
            p[i] = known[a, i] + middle * (known[b, i] - known[a, i])
        pace = _basin(p, a, known, count, play, work)
        if abs(pace) < least:
            least = abs(pace)
            copy(work.own[PAUSE], best)
        if pace < 0.0:
            low = middle
        else:
            high = middle
        if halving % _TRIED == 0 and least < math.inf:
            copy(best, p)
            e = newton(p, known, count, play, work)
            if e == count:
                return int(e)
    return -1


@borrowing
def cross_ridges(known: Any, count: int, play: Play, work: Work) -> int:
    """Look on the ridges between sinks, nearest ranks first, until the indices sum to +1.

    Returns how many fixed points are known.
    """
    b = 1
    while b < count:
        for a in range(b):
            if work.index[a] < 0.0 or work.index[b] < 0.0:
                continue
            if count == known.shape[0] or work.spent[0] > EFFORT:
                return count
            done = count
            count = max(count, _ridge(a, b, known, count, play, work) + 1)
            if count > done and is_balanced(known, done, count, play, work):
                return count
        b += 1
    return count
