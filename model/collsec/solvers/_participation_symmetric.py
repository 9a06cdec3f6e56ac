"""All symmetric equilibria of a participation game whose members are all alike."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_newton import find_or_add
from collsec.solvers._participation_play import Play, Work, add, chance, dot, indifferent

_GRID = 600


@borrowing
def are_alike(play: Play) -> bool:
    for i in range(1, play.units.size):
        if (
            play.units[i] != play.units[0]
            or play.weight[i] != play.weight[0]
            or play.gain[i] != play.gain[0]
            or play.base[i] != play.base[0]
            or play.scale[i] != play.scale[0]
        ):
            return False
    return True


@borrowing
def _symmetric_gap(cutoff: float, play: Play, work: Work) -> float:
    """Best cutoff less `cutoff` when all the others use it and all members are alike."""
    x, last = chance(play.shock, cutoff), play.units.size - 1
    work.sofar[0, 0] = 1.0
    top = 0
    for i in range(last):
        top = add(work.sofar[i], x, play, i, top, work.sofar[i + 1])
    k, pivotal = play.units[0], -dot(work.sofar[last], play.reversal, top + 1)
    for t in range(play.last[0] + 1):
        pivotal += play.shares[0, t] * dot(work.sofar[last], play.reversal[k + t :], top + 1)
    best = indifferent(play.gain[0] * pivotal + play.base[0], play.scale[0])
    return float(best - cutoff)


@borrowing
def _bisect(low: float, high: float, play: Play, work: Work) -> float:
    """Find the zero of the symmetric gap between two cutoffs where its signs differ."""
    y_low = _symmetric_gap(low, play, work)
    for _ in range(100):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        y = _symmetric_gap(middle, play, work)
        if y_low * y <= 0.0:
            high = middle
        else:
            low, y_low = middle, y
    return 0.5 * (low + high)


@borrowing
def _turning_point(low: float, high: float, side: float, play: Play, work: Work) -> float:
    """Find where side times the symmetric gap is least, by golden section."""
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if side * _symmetric_gap(left, play, work) < side * _symmetric_gap(right, play, work):
            high = right
        else:
            low = left
    return 0.5 * (low + high)


@borrowing
def _grid_cutoff(shock: int, step: int) -> float:
    """Return the cutoff at a step of a grid across the support, finest in the middle."""
    place = 2.0 * step / _GRID - 1.0
    if shock == 0:
        return 38.0 * math.sinh(6.0 * place) / math.sinh(6.0)
    if shock == 1:
        return 700.0 * math.sinh(9.0 * place) / math.sinh(9.0)
    return math.sin(0.5 * math.pi * place)


@borrowing
def _symmetric_roots(play: Play, work: Work, roots: Any) -> int:
    """Fill roots with the cutoffs of the symmetric fixed points; return how many there are.

    In cutoffs the gap is as smooth as the pivotal chance, however small the spread. Ends of the
    support and exact zeros on the grid count, changes of sign are bisected, and where the gap
    turns back near zero its turning point is searched for a pair of roots.
    """
    count = 0
    x0, x1 = 0.0, _grid_cutoff(play.shock, 0)
    y0, y1 = 0.0, _symmetric_gap(x1, play, work)
    for step in range(1, _GRID + 2):
        is_end = (step == 1 and y1 <= 0.0) or (step > _GRID and y1 >= 0.0)
        if (y1 == 0.0 or is_end) and count < roots.size:
            roots[count] = x1
            count += 1
        if step > _GRID:
            break
        x2 = _grid_cutoff(play.shock, step)
        y2 = _symmetric_gap(x2, play, work)
        if y1 * y2 < 0.0 and count < roots.size:
            roots[count] = _bisect(x1, x2, play, work)
            count += 1
        turns = step > 1 and y0 * y1 > 0.0 and y1 * y2 > 0.0
        if turns and abs(y1) <= min(abs(y0), abs(y2)) and count + 1 < roots.size:
            side = 1.0 if y1 > 0.0 else -1.0
            bottom = _turning_point(x0, x2, side, play, work)
            y = side * _symmetric_gap(bottom, play, work)
            if abs(y) <= 1e-13:
                roots[count] = bottom
                count += 1
            elif y < 0.0:
                roots[count] = _bisect(x0, bottom, play, work)
                roots[count + 1] = _bisect(bottom, x2, play, work)
                count += 2
        x0, y0, x1, y1 = x1, y1, x2, y2
    return count


@part
def add_symmetric(known: Any, count: int, play: Play, work: Work) -> int:
    """Add the symmetric fixed points; return how many are known."""
    roots, p = np.empty(known.shape[0]), np.empty(play.units.size)
    for r in range(_symmetric_roots(play, work, roots)):
        p[:] = chance(play.shock, roots[r])
        count = max(count, find_or_add(p, known, count) + 1)
    return count
