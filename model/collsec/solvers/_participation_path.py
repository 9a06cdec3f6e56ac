"""Branches of equilibria as the noise falls, by arc length, through turning points.

The spread of the shock is divided by exp(t). Far below zero all members answer with even chances,
whatever the game; from there a branch leads to every noise level. A step follows the tangent of
(p, t), and returns to the branch at a right angle by Newton's method with the slopes at its start.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from collsec.kernel import part
from collsec.lending import borrowing
from collsec.solvers._participation_newton import factor, fill_slopes, newton, substitute
from collsec.solvers._participation_play import CUTOFF, REPLY, Play, Work, copy, density, reply

ON_BRANCH = 1e-10
"""Largest distance of a point of a branch from its best replies."""

EFFORT = 1e9
"""Lattice points that the search for further equilibria may visit."""

_STRIDES = 200
_LATEST = 2.0
_LOG_WEIGHT = 0.05
_LONGEST, _SHORTEST = 0.7, 1e-5
_CORRECTIONS = 10
_FARTHEST = 300.0
"""Log precisions beyond this make cutoffs whose squares are no numbers."""


class Trail(NamedTuple):
    """Where on its branch a walk stands: profile, log precision, tangent, and its room."""

    profile: Any
    t: Any
    tangent: Any
    turned: Any
    system: Any
    order: Any
    gap: Any
    step: Any
    ahead: Any
    nominal: Any


@part
def trail(play: Play) -> Trail:
    """Return room for a walk; the scale that the game has now is that of t = 0."""
    n = play.units.size
    return Trail(
        np.zeros(n),
        np.zeros(1),
        np.zeros(n + 1),
        np.zeros(n + 1),
        np.zeros((n + 1, n + 1)),
        np.zeros(n + 1, dtype=np.int64),
        np.zeros(n + 1),
        np.zeros(n + 1),
        np.zeros(n + 1),
        play.scale.copy(),
    )


@borrowing
def place(t: float, play: Play, walk: Trail) -> None:
    """Give the game the noise that belongs to t."""
    walk.t[0] = t
    for i in range(play.scale.size):
        play.scale[i] = walk.nominal[i] * math.exp(-t)


@borrowing
def set_out(p: Any, t: float, heading: float, play: Play, walk: Trail) -> None:
    """Stand at a profile and log precision, about to let the precision rise or fall."""
    copy(p, walk.profile)
    place(t, play, walk)
    walk.tangent[:] = 0.0
    walk.tangent[p.size] = heading


@borrowing
def _length(vector: Any) -> float:
    last, square = vector.size - 1, 0.0
    for i in range(last):
        square += vector[i] * vector[i]
    return math.sqrt(square + _LOG_WEIGHT * vector[last] * vector[last])


@borrowing
def _turn(play: Play, work: Work, walk: Trail) -> bool:
    """Turn the tangent to the branch at the present point; leave the factored system."""
    n = play.units.size
    reply(walk.profile, play, work)
    fill_slopes(walk.profile, play, work)
    for i in range(n):
        for j in range(n):
            walk.system[i, j] = work.slopes[i, j]
        c = work.own[CUTOFF, i]
        walk.system[i, n] = -c * density(play.shock, c) if abs(c) < math.inf else 0.0
        walk.system[n, i] = walk.tangent[i]
        walk.gap[i] = 0.0
    walk.system[n, n] = _LOG_WEIGHT * walk.tangent[n]
    walk.gap[n] = 1.0
    if factor(walk.system, walk.order) == 0.0:
        return False
    substitute(walk.system, walk.order, walk.gap, walk.turned)
    length = _length(walk.turned)
    for i in range(n + 1):
        walk.tangent[i] = walk.turned[i] / length
    return True


@borrowing
def _correct(play: Play, work: Work, walk: Trail) -> int:
    """Bring the point ahead onto the branch; return in how many steps, -1 if it does not come."""
    n, last = play.units.size, math.inf
    for round_ in range(_CORRECTIONS):
        if not abs(walk.ahead[n]) < _FARTHEST:
            return -1
        place(walk.ahead[n], play, walk)
        moved = reply(walk.ahead[:n], play, work)
        if moved < ON_BRANCH:
            return round_
        if moved > 0.6 * last:
            return -1
        last = moved
        for i in range(n):
            walk.gap[i] = work.own[REPLY, i] - walk.ahead[i]
        walk.gap[n] = 0.0
        substitute(walk.system, walk.order, walk.gap, walk.step)
        for i in range(n):
            walk.ahead[i] = min(1.0, max(0.0, walk.ahead[i] + walk.step[i]))
        walk.ahead[n] += walk.step[n]
    return -1


@borrowing
def stride(length: float, play: Play, work: Work, walk: Trail) -> float:
    """Move along the branch by `length`, or less where it bends; return the length to try next.

    Returns 0 where the branch is lost.
    """
    n, start = play.units.size, walk.t[0]
    if not _turn(play, work, walk):
        return 0.0
    while length > _SHORTEST:
        for i in range(n):
            walk.ahead[i] = min(1.0, max(0.0, walk.profile[i] + length * walk.tangent[i]))
        walk.ahead[n] = start + length * walk.tangent[n]
        rounds = _correct(play, work, walk)
        if rounds >= 0:
            copy(walk.ahead[:n], walk.profile)
            return min(_LONGEST, length * (1.7 if rounds < 5 else 1.0 if rounds < 8 else 0.6))
        length *= 0.4
    place(start, play, walk)
    return 0.0


@part
def crossings(
    p: Any, t: float, heading: float, last: float, known: Any, count: int, play: Play, work: Work
) -> int:
    """Note the fixed points where a branch crosses t = 0; return how many are known.

    Walks from p at t until t lies beyond `last` on either side, or back, or effort is spent.
    """
    walk = trail(play)
    set_out(p, t, heading, play, walk)
    before, at_zero, length = p.copy(), p.copy(), 0.1
    for _ in range(_STRIDES):
        start = walk.t[0]
        copy(walk.profile, before)
        length = stride(length, play, work, walk)
        now = walk.t[0]
        if start * now < 0.0:
            share = start / (start - now)
            for i in range(p.size):
                at_zero[i] = before[i] + share * (walk.profile[i] - before[i])
            place(0.0, play, walk)
            count = max(count, newton(at_zero, known, count, play, work) + 1)
            place(now, play, walk)
        if length == 0.0 or abs(now) > last or work.spent[0] > EFFORT:
            break
    place(0.0, play, walk)
    return count


@part
def follow_noise(known: Any, count: int, play: Play, work: Work) -> int:
    """Follow the branches of known fixed points through other noise levels and back.

    Returns how many are known.
    """
    e = 0
    while e < count:
        for heading in (-1.0, 1.0):
            if count == known.shape[0] or work.spent[0] > EFFORT:
                return count
            p = known[e].copy()
            count = crossings(p, 0.0, heading, _LATEST, known, count, play, work)
        e += 1
    return count
