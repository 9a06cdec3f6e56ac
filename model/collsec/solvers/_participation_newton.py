"""Newton's method on the best replies of a participation game, with their analytic slopes."""

from __future__ import annotations

from typing import Any

from collsec.lending import borrowing
from collsec.solvers._participation_play import (
    CUTOFF,
    DIRECTION,
    GAP,
    REPLY,
    TRIAL,
    Play,
    Work,
    add,
    apart,
    copy,
    density,
    dot,
    look_ahead,
    nobody,
    reply,
    turn,
)

SAME = 1e-6
"""Answer probabilities closer than this belong to one equilibrium."""

_STEPS = 40
_SETTLED = 1e-13
_FOUND = 1e-11
_NEGLIGIBLE = 1e-16


@borrowing
def fill_joint(p: Any, play: Play, work: Work) -> None:
    """Fill work.slopes with how each pivotal chance moves with each other member's answer."""
    n = play.units.size
    look_ahead(p, play, work)
    top = nobody(play, work.sofar[0])
    if play.n_waves > 0:
        _fill_joint_by_waves(p, play, work)
        return
    for i in range(n):
        reach = add(work.sofar[i], 1.0, play, i, top, work.lifted[i])
        for g in range(top + 1):
            work.lifted[i, g] -= work.sofar[i, g]
        top = add(work.sofar[i], p[i], play, i, top, work.sofar[i + 1])
        low = 0
        for j in range(i + 1, n):
            mass = work.lifted[j - 1]
            while reach > low and abs(mass[reach]) < _NEGLIGIBLE:
                reach -= 1
            while low < reach and abs(mass[low]) < _NEGLIGIBLE:
                low += 1
            joint = dot(mass[low:], work.rises[j, low:], reach + 1 - low)
            work.slopes[i, j] = joint
            work.slopes[j, i] = joint
            if j < n - 1:
                reach = low + add(mass[low:], p[j], play, j, reach - low, work.lifted[j, low:])
    work.spent[0] += n * n * top


@borrowing
def _fill_joint_by_waves(p: Any, play: Play, work: Work) -> None:
    n, size, mass = play.units.size, 2 * play.n_waves, work.lifted[0]
    for i in range(n):
        turn(work.sofar[i], 0.0, 1.0, play, i, mass)
        turn(work.sofar[i], 1.0, p[i], play, i, work.sofar[i + 1])
        for j in range(i + 1, n):
            joint = dot(mass, work.rises[j], size)
            work.slopes[i, j] = joint
            work.slopes[j, i] = joint
            turn(mass, 1.0, p[j], play, j, mass)
    work.spent[0] += n * n * (size + n / 3.0)  # factoring the slopes costs more than the waves


@borrowing
def fill_slopes(p: Any, play: Play, work: Work) -> None:
    """Fill work.slopes with the identity less how best replies move with p.

    Expects the cutoffs at p in work.own[CUTOFF].
    """
    fill_joint(p, play, work)
    for i in range(p.size):
        weight = 0.0
        if play.scale[i] > 0.0:
            weight = density(play.shock, work.own[CUTOFF, i]) * play.gain[i] / play.scale[i]
        for j in range(p.size):
            work.slopes[i, j] = 1.0 if i == j else -weight * work.slopes[i, j]


@borrowing
def _lift_pivot(matrix: Any, order: Any, c: int) -> float:
    """Bring the row with the largest entry in column c up to row c.

    Returns the sign this gives to the determinant, that of the pivot included; 0 without a pivot.
    """
    best, sign = c, 1.0
    for r in range(c + 1, order.size):
        if abs(matrix[r, c]) > abs(matrix[best, c]):
            best = r
    if best != c:
        sign = -1.0
        order[c], order[best] = order[best], order[c]
        for d in range(order.size):
            matrix[c, d], matrix[best, d] = matrix[best, d], matrix[c, d]
    if matrix[c, c] == 0.0:
        return 0.0
    return sign if matrix[c, c] > 0.0 else -sign


@borrowing
def factor(matrix: Any, order: Any) -> float:
    """Factor a matrix in place by elimination with pivoting; return the sign of its determinant.

    Row c of the factors is row order[c] of the matrix. Stops with 0 where there is no pivot.
    """
    n, sign = order.size, 1.0
    for c in range(n):
        order[c] = c
    for c in range(n):
        sign *= _lift_pivot(matrix, order, c)
        if sign == 0.0:
            return 0.0
        upper = matrix[c]
        for r in range(c + 1, n):
            lower = matrix[r]
            share = lower[c] / upper[c]
            lower[c] = share
            if share != 0.0:
                for d in range(c + 1, n):
                    lower[d] -= share * upper[d]
    return sign


@borrowing
def substitute(matrix: Any, order: Any, right: Any, result: Any) -> None:
    """Solve a factored system for a right-hand side."""
    n = order.size
    for c in range(n):
        result[c] = right[order[c]]
        for d in range(c):
            result[c] -= matrix[c, d] * result[d]
    for c in range(n - 1, -1, -1):
        for d in range(c + 1, n):
            result[c] -= matrix[c, d] * result[d]
        result[c] /= matrix[c, c]


@borrowing
def find_or_add(p: Any, known: Any, count: int) -> int:
    """Return the position of p among the known fixed points, adding it where it is new."""
    for e in range(count):
        if apart(p, known[e]) < SAME:
            return e
    if count == known.shape[0]:
        return count - 1
    copy(p, known[count])
    return count


@borrowing
def _try_step(p: Any, length: float, play: Play, work: Work) -> float:
    """Leave p moved along the direction, within bounds, in work.own[TRIAL]; return its residual."""
    for i in range(p.size):
        work.own[TRIAL, i] = min(1.0, max(0.0, p[i] + length * work.own[DIRECTION, i]))
    return float(reply(work.own[TRIAL], play, work))


@borrowing
def polish(p: Any, play: Play, work: Work) -> bool:
    """Move p by damped Newton steps to a fixed point; return whether it came to one.

    Slopes are used again while that brings the residual down to a tenth.
    """
    residual, is_fresh, is_known = reply(p, play, work), False, False
    for _ in range(_STEPS):
        if residual < _SETTLED:
            break
        if not is_known:
            fill_slopes(p, play, work)
            if factor(work.slopes, work.order) == 0.0:
                break
            is_fresh, is_known = True, True
        for i in range(p.size):
            work.own[GAP, i] = work.own[REPLY, i] - p[i]
        substitute(work.slopes, work.order, work.own[GAP], work.own[DIRECTION])
        length, after = 1.0, _try_step(p, 1.0, play, work)
        is_known = after < 0.1 * residual
        if not is_known and not is_fresh:
            residual = reply(p, play, work)
            continue
        while after >= residual and length > 1e-4:
            length *= 0.5
            after = _try_step(p, length, play, work)
        if after >= residual:
            break
        is_fresh = False
        copy(work.own[TRIAL], p)
        residual = after
    return bool(residual < _FOUND)


@borrowing
def newton(p: Any, known: Any, count: int, play: Play, work: Work) -> int:
    """Polish p and note the fixed point; return its position or -1."""
    return find_or_add(p, known, count) if polish(p, play, work) else -1
