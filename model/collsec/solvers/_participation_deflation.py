"""Newton's method in cutoffs, pushed off the equilibria that are known, from scattered starts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_ascent import draw
from collsec.solvers._participation_newton import factor, fill_joint, newton, substitute
from collsec.solvers._participation_path import EFFORT
from collsec.solvers._participation_play import (
    CUTOFF,
    DIRECTION,
    GAP,
    Play,
    Work,
    chance,
    copy,
    density,
    reply,
)

_IDLE = 30
_EDGE = 4.0
"""Cutoffs beyond this are all but sure to answer, or to stay out."""
_DEFLATED = 25


@borrowing
def _crowding(p: Any, known: Any, count: int) -> float:
    """Return the log of the product of 1 + 1/|p - q|^2 over the known fixed points q."""
    crowding = 0.0
    for e in range(count):
        square = 1e-30
        for i in range(p.size):
            off = p[i] - known[e, i]
            square += off * off
        crowding += math.log(1.0 + 1.0 / square)
    return crowding


@borrowing
def _stretch(p: Any, known: Any, count: int, shock: int, cutoff: Any, work: Work) -> float:
    """Return by what to stretch Newton's step so that it is one of the deflated equations.

    These are the equations times exp(crowding); the stretch is 1 / (1 - d crowding along the step).
    """
    along = 0.0
    for e in range(count):
        square, inner = 1e-30, 0.0
        for i in range(p.size):
            off = p[i] - known[e, i]
            square += off * off
            inner += off * work.own[DIRECTION, i] * density(shock, cutoff[i])
        along -= 2.0 * inner / (square * (1.0 + square))
    return 1.0 / (1.0 - along) if abs(1.0 - along) > 1e-3 else 1e3


@borrowing
def _off_cutoffs(cutoff: Any, p: Any, play: Play, work: Work) -> float:
    """Leave the answers that cutoffs stand for in p; return how far best cutoffs are from them."""
    off = 0.0
    for i in range(p.size):
        p[i] = chance(play.shock, cutoff[i])
    reply(p, play, work)
    for i in range(p.size):
        off = max(off, abs(work.own[CUTOFF, i] - cutoff[i]))
    return off


@borrowing
def _fill_direction(cutoff: Any, p: Any, play: Play, work: Work) -> bool:
    """Leave Newton's step in cutoffs in work.own[DIRECTION]; return whether there is one."""
    fill_joint(p, play, work)
    for i in range(p.size):
        work.own[GAP, i] = work.own[CUTOFF, i] - cutoff[i]
        weight = play.gain[i] / play.scale[i]
        for j in range(p.size):
            slope = weight * work.slopes[i, j] * density(play.shock, cutoff[j])
            work.slopes[i, j] = 1.0 if i == j else -slope
    if factor(work.slopes, work.order) == 0.0:
        return False
    substitute(work.slopes, work.order, work.own[GAP], work.own[DIRECTION])
    return True


@part
def _deflate(cutoff: Any, known: Any, count: int, play: Play, work: Work) -> int:
    """Follow damped Newton steps in cutoffs, deflated by what is known, and note where they end.

    In cutoffs the equations are as smooth as the pivotal chances, however small the spread.
    Returns the position of the fixed point, -1 where there is none.
    """
    p, moved = np.empty(cutoff.size), np.empty(cutoff.size)
    off = _off_cutoffs(cutoff, p, play, work)
    merit = math.log(off + 1e-300) + _crowding(p, known, count)
    for _ in range(_DEFLATED):
        if off < 1e-4 or not _fill_direction(cutoff, p, play, work):
            break
        length, after = _stretch(p, known, count, play.shock, cutoff, work), math.inf
        for _ in range(8):
            for i in range(p.size):
                moved[i] = cutoff[i] + length * work.own[DIRECTION, i]
            off = _off_cutoffs(moved, p, play, work)
            after = math.log(off + 1e-300) + _crowding(p, known, count)
            if after < merit:
                break
            length *= 0.5
        if not after < merit:
            return -1
        merit = after
        copy(moved, cutoff)
    return newton(p, known, count, play, work) if off < 1.0 else -1


@part
def _within(cutoff: float) -> float:
    """Return a cutoff, or the nearest that leaves a member all but sure."""
    return min(_EDGE, max(-_EDGE, cutoff))


@part
def _scatter(word: int, is_wide: bool, play: Play, cutoff: Any) -> int:
    """Fill cutoffs at random; return the last word.

    They lie between what is best if one is never pivotal and if one always is; where not `is_wide`
    a third leave it open whether a member answers, and the others all but decide it.
    """
    for i in range(cutoff.size):
        word = draw(word)
        share = word / 2147483648
        if is_wide:
            cutoff[i] = (play.base[i] + share * play.gain[i]) / play.scale[i]
        else:
            cutoff[i] = _within(6.0 * _EDGE * (share - 0.5))
    return int(word)


@part
def _cross(word: int, known: Any, count: int, play: Play, work: Work, cutoff: Any) -> int:
    """Fill cutoffs with some between each member's at two fixed points; return the last word."""
    for turn in range(2):
        word = draw(word)
        reply(known[(word >> 16) % count], play, work)
        for i in range(cutoff.size):
            word = draw(word)
            share = word / 2147483648 if turn > 0 else 1.0
            cutoff[i] += share * (_within(work.own[CUTOFF, i]) - cutoff[i])
    return int(word)


@part
def push_off(known: Any, count: int, word: int, play: Play, work: Work) -> int:
    """Start deflated Newton at various cutoffs until many in a row lead nowhere new.

    Every second start lies between two fixed points that are known, member by member: where costs
    vary little, equilibria differ in who is sure to answer, who is sure not to, and who is neither.
    The starts follow from `word`. Returns how many fixed points are known.
    """
    cutoff = np.zeros(play.units.size)
    idle, attempt = 0, 0
    for i in range(play.units.size):
        if play.scale[i] <= 0.0:
            return count
    while idle < _IDLE + 2 * count and count < known.shape[0] and work.spent[0] < EFFORT:
        if attempt % 2 == 0 or count == 0:
            word = _scatter(word, attempt % 4 == 0, play, cutoff)
        else:
            word = _cross(word, known, count, play, work, cutoff)
        done, attempt = count, attempt + 1
        count = max(count, _deflate(cutoff, known, count, play, work) + 1)
        idle = 0 if count > done else idle + 1
    return count
