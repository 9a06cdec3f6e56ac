"""Ascent: best replies, which climb the potential of the game, from many starts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_newton import newton, polish
from collsec.solvers._participation_path import EFFORT
from collsec.solvers._participation_play import PAUSE, Play, Work, advance, apart, copy, sweep

_SWEEPS = 1000
_PATIENCE = 12
ENUMERATED = 6
"""Most members for which best replies climb from all pure profiles."""
_AT_REST = 1e-3
_NEAR = 1e-2


@borrowing
def settle(p: Any, play: Play, work: Work) -> bool:
    """Move p by simultaneous best replies to a fixed point; return whether it came to one.

    Polishing starts where they move little; where it leaps away they are followed on.
    """
    step, last, rest = 0.5, math.inf, _AT_REST
    for _ in range(_SWEEPS):
        moved = advance(p, step, play, work)
        if moved < rest:
            copy(p, work.own[PAUSE])
            if polish(p, play, work) and apart(p, work.own[PAUSE]) < _NEAR:
                return True
            copy(work.own[PAUSE], p)
            rest *= 0.1
        if moved > last:
            step = max(0.5 * step, 0.02)
        last = moved
    return bool(polish(p, play, work))


@borrowing
def climb(p: Any, known: Any, count: int, play: Play, work: Work) -> int:
    """Follow best replies in turn from p until they settle, polish, and note the fixed point.

    Returns its position; -1 where the search does not settle. A path that comes within `_NEAR` of
    a known fixed point is taken to lead there; where polishing leaps further than that, best
    replies are followed on.
    """
    step, last, rest = 1.0, math.inf, _AT_REST
    for round_ in range(_SWEEPS):
        moved = sweep(p, step, play, work)
        if moved < rest:
            copy(p, work.own[PAUSE])
            e = newton(p, known, count, play, work)
            if e >= 0 and apart(known[e], work.own[PAUSE]) < _NEAR:
                return int(e)
            copy(work.own[PAUSE], p)
            rest *= 0.1
        elif moved < _NEAR:
            for e in range(count):
                if apart(p, known[e]) < _NEAR:
                    return e
        if moved > last and round_ > 40:
            step = max(0.5 * step, 0.02)
        last = moved
    return int(newton(p, known, count, play, work))


@borrowing
def _fill_start(which: int, play: Play, p: Any) -> None:
    """Fill p with a start: nobody, everybody, the strong half, the weak half answers."""
    total, reached = 0.0, 0.0
    for i in range(p.size):
        total += play.weight[i]
    for i in range(p.size):
        is_strong = reached < 0.5 * total
        reached += play.weight[i]
        answers = which == 1 or (which == 2 and is_strong) or (which == 3 and not is_strong)
        p[i] = 1.0 if answers else 0.0


@part
def climb_from_starts(known: Any, count: int, play: Play, work: Work) -> int:
    """Climb from nobody, everybody, the strong half, the weak half; return how many are known."""
    p = np.empty(play.units.size)
    for which in range(4):
        _fill_start(which, play, p)
        count = max(count, climb(p, known, count, play, work) + 1)
    return count


@borrowing
def draw(word: int) -> int:
    """Return the next of a fixed sequence of numbers below 2^31 that look random."""
    return (word * 1103515245 + 12345) % 2147483648


@part
def roam(known: Any, count: int, play: Play, work: Work) -> int:
    """Climb from scattered pure profiles until several in a row lead nowhere new.

    Where members are few, from all of them. Returns how many fixed points are known.
    """
    p = np.empty(play.units.size)
    n_all = 2**p.size if p.size <= ENUMERATED else 0
    attempt, word, idle = 0, 1, 0
    while attempt < n_all or (n_all == 0 and idle < _PATIENCE):
        if count >= known.shape[0] // 2 or work.spent[0] > EFFORT:
            break
        word = draw(word)
        share = word / 2147483648
        for i in range(p.size):
            word = draw(word)
            answers = word < share * 2147483648
            if n_all > 0:
                answers = (attempt >> i) % 2 == 1
            p[i] = 1.0 if answers else 0.0
        attempt += 1
        idle += 1
        if climb(p, known, count, play, work) == count:
            count += 1
            idle = 0
    return count
